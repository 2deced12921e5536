//! When waivers end: over, soon, or in a time that nobody oversees.

use super::{Check, Exceptions, Stated};
use crate::curate::lint::selectors::count;
use crate::curate::lint::{Found, Rule};
use crate::diagnostic::Level;
use crate::model::time::{Day, end_of, start_of};
use crate::policy::openings::days_after;

/// Waivers that are over.
pub const EXPIRED: Rule<Check> =
    Rule { code: "expired", level: Level::Error, about: "a waiver that is over", follows: &[], check: expired };

/// Waivers that end soon.
pub const SOON: Rule<Check> = Rule {
    code: "expires-soon",
    level: Level::Warning,
    about: "with --within: a waiver that ends within that time",
    follows: &[],
    check: soon,
};

/// Waivers that end late.
pub const LATE: Rule<Check> = Rule {
    code: "expires-late",
    level: Level::Warning,
    about: "a waiver that ends more than 366 days ahead: waivers are to be renewed",
    follows: &[],
    check: late,
};

/// In days.
const LONGEST: i64 = 366;

fn expired(exceptions: &Exceptions<'_>, stated: &Stated<'_>, found: &mut Found) {
    if stated.waiver.is_valid(exceptions.at) {
        return;
    }
    let message = format!(
        "this waiver expired on {}{}",
        stated.waiver.expires,
        match days_left(exceptions, stated) {
            -1 => ", yesterday".to_owned(),
            days => format!(", {} ago", count(days.unsigned_abs() as usize, "day")),
        }
    );
    let help = "take it out, or have it approved again with a new day and ticket".to_owned();
    found.add(stated.path().then("expires"), message, Some(help));
}

fn soon(exceptions: &Exceptions<'_>, stated: &Stated<'_>, found: &mut Found) {
    let left = end_of(stated.waiver.expires).duration_since(exceptions.at);
    let is_soon = exceptions.within.is_some_and(|within| left <= within.duration());
    if stated.waiver.is_valid(exceptions.at) && is_soon {
        let when = match days_left(exceptions, stated) {
            0 => "today".to_owned(),
            1 => "tomorrow".to_owned(),
            days => format!("in {days} days"),
        };
        let message = format!("this waiver expires on {}, {when}", stated.waiver.expires);
        let help =
            format!("what it silences counts again from then on: solve it, or ask {}", stated.waiver.approved_by);
        found.add(stated.path().then("expires"), message, Some(help));
    }
}

fn late(exceptions: &Exceptions<'_>, stated: &Stated<'_>, found: &mut Found) {
    let last = Day::of(days_after(start_of(Day::of(exceptions.at)), LONGEST));
    if stated.waiver.expires > last {
        let days = days_left(exceptions, stated);
        let message = format!("this waiver expires on {}, in {days} days", stated.waiver.expires);
        let help = format!("write {last} or earlier, and renew it then: a waiver is no policy");
        found.add(stated.path().then("expires"), message, Some(help));
    }
}

/// From today to its last day.
fn days_left(exceptions: &Exceptions<'_>, stated: &Stated<'_>) -> i64 {
    let today = start_of(Day::of(exceptions.at));
    start_of(stated.waiver.expires).duration_since(today).as_hours() / 24
}
