//! Windows that never close.

use super::windows::interval;
use super::{Check, CheckedPolicy, item};
use crate::curate::lint::{Found, LintRule};
use crate::model::period::Period;

/// The rule.
pub const RULE: LintRule<Check> =
    LintRule::warning("window-never-closes", "a window that is still open when it opens again", Check(check));

fn check(checked: &CheckedPolicy<'_>, found: &mut Found) {
    for (index, window) in checked.windows() {
        let days = interval(&window.every);
        if window.length >= Period::days(days) {
            let message = format!("open for {} and again after {days} days, this window never closes", window.length);
            found.add(item("windows", index).then("for"), message, Some("write a shorter time".to_owned()));
        }
    }
}
