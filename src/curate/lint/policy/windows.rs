//! Windows that never open, never close, or open when another one is open anyway.

use jiff::Timestamp;
use jiff::civil::Weekday;

use super::{Check, House, item};
use crate::curate::lint::selectors::{count, listed};
use crate::curate::lint::{Found, Rule};
use crate::diagnostic::Level;
use crate::model::period::Period;
use crate::policy::freeze::Freeze;
use crate::policy::openings::{Opening, days_after};
use crate::policy::windows::{Recurrence, Window};

/// Windows that never open.
pub const NEVER: Rule<Check> = Rule {
    code: "window-never-opens",
    level: Level::Error,
    about: "a window of no length, or one that opens only in freezes for a year",
    follows: &[],
    check: never,
};

/// Windows that never close.
pub const ALWAYS: Rule<Check> = Rule {
    code: "window-never-closes",
    level: Level::Warning,
    about: "a window that is open until it opens again",
    follows: &[],
    check: always,
};

/// Days counted past the next time.
pub const OFFSET: Rule<Check> = Rule {
    code: "window-offset-too-long",
    level: Level::Warning,
    about: "`+ Nd` leads past the next such day, such as `saturday + 7d`",
    follows: &[],
    check: offset,
};

/// Times that the clock change leaves out.
pub const LOST_HOUR: Rule<Check> = Rule {
    code: "window-in-lost-hour",
    level: Level::Warning,
    about: "a monthly window at a local time that does not exist on a day of the coming year, when clocks go forward",
    follows: &[],
    check: lost_hour,
};

/// Windows within others.
pub const SHADOWED: Rule<Check> = Rule {
    code: "window-shadowed",
    level: Level::Warning,
    about: "a window that changes nothing, because another one for the same servers is open then",
    follows: &["window-never-opens"],
    check: shadowed,
};

/// How far ahead windows are looked at, in days: a year, in which every month and both clock changes come.
const AHEAD: i64 = 366;

fn windows<'a>(house: &House<'a>) -> impl Iterator<Item = (usize, &'a Window)> + use<'a> {
    house.policy.windows.iter().enumerate()
}

fn openings(house: &House<'_>, window: &Window) -> Vec<Opening> {
    window.openings(house.at, days_after(house.at, AHEAD))
}

/// The time between two openings, at least.
fn interval(every: &Recurrence) -> u32 {
    if every.nth.is_some() { 28 } else { 7 }
}

fn never(house: &House<'_>, found: &mut Found) {
    for (index, window) in windows(house) {
        if window.length.is_zero() {
            let message = "this window is open for no time at all".to_owned();
            found.add(item("windows", index).then("for"), message, Some("write how long, such as 4h".to_owned()));
            continue;
        }
        let openings = openings(house, window);
        if !openings.is_empty() && openings.iter().all(|opening| is_frozen(&house.policy.freeze, opening)) {
            let times = count(openings.len(), "time");
            let message = format!("of the {times} that this window opens in the coming year, all fall into freezes");
            found.add(item("windows", index).then("every"), message, Some("end the freeze earlier".to_owned()));
        }
    }
}

/// Whether freezes, one after the other, hold all of an opening.
fn is_frozen(freezes: &[Freeze], opening: &Opening) -> bool {
    let mut free: Timestamp = opening.from;
    while let Some(freeze) = freezes.iter().find(|freeze| freeze.stops(false, free)) {
        free = freeze.to.timestamp();
    }
    free >= opening.to
}

fn always(house: &House<'_>, found: &mut Found) {
    for (index, window) in windows(house) {
        let days = interval(&window.every);
        if window.length >= Period::days(days) {
            let message =
                format!("open for {}, and opened again after {days} days: this window never closes", window.length);
            found.add(item("windows", index).then("for"), message, Some("write a shorter time".to_owned()));
        }
    }
}

fn offset(house: &House<'_>, found: &mut Found) {
    for (index, window) in windows(house) {
        let (every, days) = (&window.every, interval(&window.every));
        if u32::from(every.plus_days) < days {
            continue;
        }
        let message = format!("`{every}` leads past the next one: `+ {}d` is {days} days or more", every.plus_days);
        let help = match every.nth {
            None => format!(
                "write `{}`",
                Recurrence { weekday: later(every.weekday, every.plus_days), plus_days: 0, ..*every }
            ),
            Some(_) => "count from a day of the same month".to_owned(),
        };
        found.add(item("windows", index).then("every"), message, Some(help));
    }
}

fn later(weekday: Weekday, days: u16) -> Weekday {
    weekday.wrapping_add(i64::from(days))
}

fn lost_hour(house: &House<'_>, found: &mut Found) {
    // A weekly window that does not come once a year comes a week later.
    for (index, window) in windows(house).filter(|(_, window)| window.every.nth.is_some()) {
        let lost = window.left_out(house.at, days_after(house.at, AHEAD));
        if !lost.is_empty() {
            let days: Vec<String> = lost.iter().map(ToString::to_string).collect();
            let (at, zone) = (window.at.to_string(), window.tz.to_string());
            let message = format!(
                "the clocks of {zone} go forward: there is no {at} on {}",
                listed(days.iter().map(String::as_str))
            );
            let help = "open it an hour earlier or later".to_owned();
            found.add(item("windows", index).then("at"), message, Some(help));
        }
    }
}

fn shadowed(house: &House<'_>, found: &mut Found) {
    let all: Vec<(usize, &Window, Vec<Opening>)> =
        windows(house).map(|(index, window)| (index, window, openings(house, window))).collect();
    for (index, window, openings) in &all {
        let is_within = |narrow: (&Window, &[Opening]), wide: (&Window, &[Opening])| {
            narrow.0.servers.is_within(&wide.0.servers) && are_within(narrow.1, wide.1)
        };
        let this = (*window, openings.as_slice());
        // Of two that are the same, the later one is told.
        let covers = |(place, other, times): &&(usize, &Window, Vec<Opening>)| {
            let other = (*other, times.as_slice());
            place != index && is_within(this, other) && (place < index || !is_within(other, this))
        };
        if let Some((other, ..)) = all.iter().find(covers) {
            let line = house.root.follow(["windows", &other.to_string()]).place.line;
            let message = format!("whenever this window is open, the one in line {line} is open for the same servers");
            found.add(item("windows", *index), message, Some("take it out".to_owned()));
        }
    }
}

/// Whether each opening lies within one of others; both are in order.
fn are_within(narrow: &[Opening], wide: &[Opening]) -> bool {
    narrow.iter().all(|opening| {
        let begun = wide.partition_point(|one| one.from <= opening.from);
        wide.iter().take(begun).any(|one| one.contains(opening))
    })
}
