//! Waivers that have expired.

use super::{Check, CheckedWaivers, IDLE, LocatedWaiver};
use crate::curate::lint::{Found, LintRule};
use crate::model::wording::counted;

/// The rule.
pub const RULE: LintRule<Check> = LintRule::error("expired", "a waiver that has expired", Check(check)).of_group(IDLE);

fn check(checked: &CheckedWaivers<'_>, located: &LocatedWaiver<'_>, found: &mut Found) {
    if located.waiver.is_valid(checked.at) {
        return;
    }
    let message = format!(
        "this waiver expired on {}{}",
        located.waiver.expires,
        match checked.days_left(located) {
            -1 => ", yesterday".to_owned(),
            days => format!(", {} ago", counted(days.unsigned_abs() as usize, "day")),
        }
    );
    let help = "remove it, or have it approved again with a new date and ticket".to_owned();
    found.add(located.path().then("expires"), message, Some(help));
}
