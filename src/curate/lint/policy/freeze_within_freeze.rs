//! Freezes that are over, do not end, or say what another one says.

use super::{Check, CheckedPolicy, item};
use crate::curate::lint::{Found, LintRule};
use crate::diagnostic::Level;
use crate::policy::freeze::Freeze;

/// Freezes that are over.
pub const PAST: LintRule<Check> =
    LintRule { code: "freeze-past", level: Level::Warning, about: "a freeze that is over", follows: &[], check: past };

/// Freezes without end.
pub const LONG: LintRule<Check> = LintRule {
    code: "freeze-long",
    level: Level::Warning,
    about: "a freeze longer than 90 days: servers stay without security updates for that time",
    follows: &[],
    check: long,
};

/// Freezes within others.
pub const WITHIN: LintRule<Check> = LintRule {
    code: "freeze-within-freeze",
    level: Level::Warning,
    about: "a freeze that changes nothing, because another one holds all of its time",
    follows: &["freeze-past"],
    check: within,
};

/// Freezes that overlap.
pub const OVERLAP: LintRule<Check> = LintRule {
    code: "freezes-overlap",
    level: Level::Warning,
    about: "a freeze that begins before another one ends",
    follows: &["freeze-past", "freeze-within-freeze"],
    check: overlap,
};

/// In days.
const LONGEST: i64 = 90;

fn freezes<'a>(checked: &CheckedPolicy<'a>) -> impl Iterator<Item = (usize, &'a Freeze)> + use<'a> {
    checked.policy.freeze.iter().enumerate()
}

fn past(checked: &CheckedPolicy<'_>, found: &mut Found) {
    for (index, freeze) in freezes(checked).filter(|(_, freeze)| freeze.to.timestamp() <= checked.at) {
        let message = format!("freeze `{}` ended at {}", freeze.name, freeze.to);
        found.add(item("freeze", index).then("to"), message, Some("take it out, or write this year's days".to_owned()));
    }
}

fn long(checked: &CheckedPolicy<'_>, found: &mut Found) {
    for (index, freeze) in freezes(checked) {
        let days = freeze.to.timestamp().duration_since(freeze.from.timestamp()).as_hours() / 24;
        if days > LONGEST {
            let message = format!("freeze `{}` lasts {days} days", freeze.name);
            let help = "end it earlier; for updates that are never to go, write a `hold`".to_owned();
            found.add(item("freeze", index).then("to"), message, Some(help));
        }
    }
}

/// Whether one stops everything that another one stops, whenever it does.
fn is_within(narrow: &Freeze, wide: &Freeze) -> bool {
    wide.from <= narrow.from && narrow.to <= wide.to && wide.except.iter().all(|one| narrow.except.contains(one))
}

fn within(checked: &CheckedPolicy<'_>, found: &mut Found) {
    for (index, freeze) in freezes(checked) {
        // Of two that are the same, the later one is told.
        let covers = |(other, wide): &(usize, &Freeze)| {
            *other != index && is_within(freeze, wide) && (*other < index || !is_within(wide, freeze))
        };
        if let Some((_, wide)) = freezes(checked).find(covers) {
            let message = format!("freeze `{}` lies within freeze `{}` and stops nothing more", freeze.name, wide.name);
            found.add(item("freeze", index), message, Some("take it out".to_owned()));
        }
    }
}

fn overlap(checked: &CheckedPolicy<'_>, found: &mut Found) {
    for (index, freeze) in freezes(checked) {
        // With other exceptions, the time that two share is not the same as either.
        let begins_in = |(_, other): &(usize, &Freeze)| {
            other.from < freeze.from && freeze.from < other.to && other.to < freeze.to && other.except == freeze.except
        };
        if let Some((_, other)) = freezes(checked).find(begins_in) {
            let message =
                format!("freeze `{}` begins at {}, before freeze `{}` ends", freeze.name, freeze.from, other.name);
            let help = format!("begin it at {}, or write one freeze", other.to);
            found.add(item("freeze", index).then("from"), message, Some(help));
        }
    }
}
