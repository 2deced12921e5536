//! Waivers that expire soon.

use super::{Check, CheckedWaivers, LocatedWaiver};
use crate::curate::lint::{Found, LintRule};
use crate::model::time::end_of;

/// The rule.
pub const RULE: LintRule<Check> =
    LintRule::warning("expires-soon", "with --within: a waiver that expires within that time", Check(check));

fn check(checked: &CheckedWaivers<'_>, located: &LocatedWaiver<'_>, found: &mut Found) {
    let left = end_of(located.waiver.expires).duration_since(checked.at);
    let is_soon = checked.within.is_some_and(|within| left <= within.duration());
    if located.waiver.is_valid(checked.at) && is_soon {
        let when = match checked.days_left(located) {
            0 => "today".to_owned(),
            1 => "tomorrow".to_owned(),
            days => format!("in {days} days"),
        };
        let message = format!("this waiver expires on {}, {when}", located.waiver.expires);
        let help = format!("what it silences counts again from then on: fix it, or ask {}", located.waiver.approved_by);
        found.add(located.path().then("expires"), message, Some(help));
    }
}
