//! Windows at a local time that does not exist when the clocks go forward.

use super::windows::AHEAD;
use super::{Check, CheckedPolicy, item};
use crate::curate::lint::selectors::MOST_LISTED;
use crate::curate::lint::{Found, LintRule};
use crate::model::wording::listed;
use crate::policy::openings::days_after;

/// The rule.
pub const RULE: LintRule<Check> = LintRule::warning(
    "window-in-lost-hour",
    "a monthly window at a local time that does not exist on a day of the coming year, when clocks go forward",
    Check(check),
);

fn check(checked: &CheckedPolicy<'_>, found: &mut Found) {
    // A weekly window that is skipped once a year comes again a week later.
    for (index, window) in checked.windows().filter(|(_, window)| window.every.nth.is_some()) {
        let lost = window.left_out(checked.at, days_after(checked.at, AHEAD));
        if !lost.is_empty() {
            let days: Vec<String> = lost.iter().map(ToString::to_string).collect();
            let message = format!(
                "the clocks of {} go forward: there is no {} on {}",
                window.tz,
                window.at,
                listed(days.iter().map(String::as_str), MOST_LISTED)
            );
            let help = "open it an hour earlier or later".to_owned();
            found.add(item("windows", index).then("at"), message, Some(help));
        }
    }
}
