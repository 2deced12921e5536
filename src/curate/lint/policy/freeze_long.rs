//! Freezes that last for months.

use super::{Check, CheckedPolicy, item};
use crate::curate::lint::{Found, LintRule};

/// The rule.
pub const RULE: LintRule<Check> = LintRule::warning(
    "freeze-long",
    "a freeze of more than 90 days, during which servers get no security updates",
    Check(check),
);

/// In days.
const LONGEST: i64 = 90;

fn check(checked: &CheckedPolicy<'_>, found: &mut Found) {
    for (index, freeze) in checked.freezes() {
        let days = freeze.to.timestamp().duration_since(freeze.from.timestamp()).as_hours() / 24;
        if days > LONGEST {
            let message = format!("freeze `{}` lasts {days} days", freeze.name);
            let help = "end it earlier; for updates that must never be installed, write a `hold`".to_owned();
            found.add(item("freeze", index).then("to"), message, Some(help));
        }
    }
}
