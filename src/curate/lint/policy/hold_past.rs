//! Holds that are over.

use super::{Check, CheckedPolicy, item};
use crate::curate::lint::{Found, LintRule};

/// The rule.
pub const RULE: LintRule<Check> = LintRule::warning("hold-past", "a hold that is over", Check(check));

fn check(checked: &CheckedPolicy<'_>, found: &mut Found) {
    for (index, hold) in checked.holds().filter(|(_, hold)| hold.is_over(checked.at)) {
        let until = hold.until.map(|until| until.to_string()).unwrap_or_default();
        let message = format!("this hold ended with {until}, so that it holds nothing");
        found.add(item("hold", index).then("until"), message, Some("remove it, or hold it for longer".to_owned()));
    }
}
