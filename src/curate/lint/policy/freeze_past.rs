//! Freezes that are over.

use super::{Check, CheckedPolicy, item};
use crate::curate::lint::{Found, LintRule};

/// The rule.
pub const RULE: LintRule<Check> = LintRule::warning("freeze-past", "a freeze that is over", Check(check));

fn check(checked: &CheckedPolicy<'_>, found: &mut Found) {
    for (index, freeze) in checked.freezes().filter(|(_, freeze)| freeze.to.timestamp() <= checked.at) {
        let message = format!("freeze `{}` ended at {}", freeze.name, freeze.to.timestamp());
        found.add(item("freeze", index).then("to"), message, Some("remove it, or enter this year's days".to_owned()));
    }
}
