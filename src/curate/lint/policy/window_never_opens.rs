//! Windows that never open.

use jiff::Timestamp;

use super::windows::openings;
use super::{Check, CheckedPolicy, item};
use crate::curate::lint::{Found, LintRule};
use crate::model::wording::counted;
use crate::policy::freeze::Freeze;
use crate::policy::openings::Opening;

/// The rule.
pub const RULE: LintRule<Check> = LintRule::error(
    "window-never-opens",
    "a window without length, or one that opens only during freezes in the coming year",
    Check(check),
);

fn check(checked: &CheckedPolicy<'_>, found: &mut Found) {
    for (index, window) in checked.windows() {
        if window.length.is_zero() {
            let message = "this window has no length".to_owned();
            found.add(item("windows", index).then("for"), message, Some("write how long, such as 4h".to_owned()));
            continue;
        }
        let openings = openings(checked, window);
        if !openings.is_empty() && openings.iter().all(|opening| is_frozen(&checked.policy.freeze, opening)) {
            let times = counted(openings.len(), "time");
            let message = format!("this window opens {times} in the coming year, always during a freeze");
            found.add(item("windows", index).then("every"), message, Some("end the freeze earlier".to_owned()));
        }
    }
}

/// Whether freezes, one after the other, cover all of an opening.
fn is_frozen(freezes: &[Freeze], opening: &Opening) -> bool {
    let mut free: Timestamp = opening.from;
    while let Some(freeze) = freezes.iter().find(|freeze| freeze.stops(false, free)) {
        free = freeze.to.timestamp();
    }
    free >= opening.to
}
