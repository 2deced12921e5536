//! When waivers end: over, soon, or in a time that nobody oversees.

use super::{Check, CheckedWaivers, LocatedWaiver};
use crate::curate::lint::selectors::count;
use crate::curate::lint::{Found, LintRule};
use crate::diagnostic::Level;
use crate::model::time::{Day, end_of, start_of};
use crate::policy::openings::days_after;

/// Waivers that are over.
pub const EXPIRED: LintRule<Check> =
    LintRule { code: "expired", level: Level::Error, about: "a waiver that is over", follows: &[], check: expired };

/// Waivers that end soon.
pub const SOON: LintRule<Check> = LintRule {
    code: "expires-soon",
    level: Level::Warning,
    about: "with --within: a waiver that ends within that time",
    follows: &[],
    check: soon,
};

/// Waivers that end late.
pub const LATE: LintRule<Check> = LintRule {
    code: "expires-late",
    level: Level::Warning,
    about: "a waiver that ends more than 366 days ahead: waivers are to be renewed",
    follows: &[],
    check: late,
};

/// In days.
const LONGEST: i64 = 366;

fn expired(checked: &CheckedWaivers<'_>, located: &LocatedWaiver<'_>, found: &mut Found) {
    if located.waiver.is_valid(checked.at) {
        return;
    }
    let message = format!(
        "this waiver expired on {}{}",
        located.waiver.expires,
        match days_left(checked, located) {
            -1 => ", yesterday".to_owned(),
            days => format!(", {} ago", count(days.unsigned_abs() as usize, "day")),
        }
    );
    let help = "take it out, or have it approved again with a new day and ticket".to_owned();
    found.add(located.path().then("expires"), message, Some(help));
}

fn soon(checked: &CheckedWaivers<'_>, located: &LocatedWaiver<'_>, found: &mut Found) {
    let left = end_of(located.waiver.expires).duration_since(checked.at);
    let is_soon = checked.within.is_some_and(|within| left <= within.duration());
    if located.waiver.is_valid(checked.at) && is_soon {
        let when = match days_left(checked, located) {
            0 => "today".to_owned(),
            1 => "tomorrow".to_owned(),
            days => format!("in {days} days"),
        };
        let message = format!("this waiver expires on {}, {when}", located.waiver.expires);
        let help =
            format!("what it silences counts again from then on: solve it, or ask {}", located.waiver.approved_by);
        found.add(located.path().then("expires"), message, Some(help));
    }
}

fn late(checked: &CheckedWaivers<'_>, located: &LocatedWaiver<'_>, found: &mut Found) {
    let last = Day::of(days_after(start_of(Day::of(checked.at)), LONGEST));
    if located.waiver.expires > last {
        let days = days_left(checked, located);
        let message = format!("this waiver expires on {}, in {days} days", located.waiver.expires);
        let help = format!("write {last} or earlier, and renew it then: a waiver is no policy");
        found.add(located.path().then("expires"), message, Some(help));
    }
}

/// From today to its last day.
fn days_left(checked: &CheckedWaivers<'_>, located: &LocatedWaiver<'_>) -> i64 {
    let today = start_of(Day::of(checked.at));
    start_of(located.waiver.expires).duration_since(today).as_hours() / 24
}
