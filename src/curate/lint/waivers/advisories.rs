//! Waivers of advisories that there are not, that never speak, or that speak about other updates.

use super::{Check, Exceptions, Stated};
use crate::advisory::{Advisory, Status};
use crate::curate::lint::selectors::{count, listed};
use crate::curate::lint::{Found, Rule};
use crate::diagnostic::{Level, nearest};
use crate::model::id::AdvisoryId;
use crate::model::key_path::KeyPath;

/// Advisories that there are not.
pub const UNKNOWN: Rule<Check> = Rule {
    code: "unknown-advisory",
    level: Level::Error,
    about: "a waiver of an advisory that there is not",
    follows: &[],
    check: unknown,
};

/// Advisories that never speak.
pub const SILENT: Rule<Check> = Rule {
    code: "silent-advisory",
    level: Level::Error,
    about: "a waiver of an advisory that is withdrawn or a draft, and so never speaks",
    follows: &[],
    check: silent,
};

/// Updates of which the advisory does not speak.
pub const OTHER_UPDATE: Rule<Check> = Rule {
    code: "update-not-in-advisory",
    level: Level::Error,
    about: "a waiver for an update about which its advisory says nothing",
    follows: &[],
    check: other_update,
};

fn advisory<'a>(exceptions: &Exceptions<'a>, id: &AdvisoryId) -> Option<&'a Advisory> {
    exceptions.database.advisory(id)
}

/// Where the advisory is named.
fn path(stated: &Stated<'_>) -> KeyPath {
    stated.path().then(stated.waiver.waives.key())
}

fn unknown(exceptions: &Exceptions<'_>, stated: &Stated<'_>, found: &mut Found) {
    let Some(id) = stated.waiver.subject().filter(|id| advisory(exceptions, id).is_none()) else { return };
    let known = exceptions.database.advisories();
    let help = match nearest(id.as_str(), known.iter().map(|advisory| advisory.id.as_str())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("it is none of {}; name your own database with -a", count(known.len(), "known one")),
    };
    found.add(path(stated), format!("no advisory has the id `{id}`"), Some(help));
}

fn silent(exceptions: &Exceptions<'_>, stated: &Stated<'_>, found: &mut Found) {
    let Some(advisory) = stated.waiver.subject().and_then(|id| advisory(exceptions, id)) else { return };
    let word = match advisory.status {
        Status::Active => return,
        Status::Draft => "a draft",
        Status::Withdrawn => "withdrawn",
    };
    let message = format!("{} is {word} and never speaks, so there is nothing to waive", advisory.id);
    found.add(path(stated), message, Some("take the waiver out".to_owned()));
}

fn other_update(exceptions: &Exceptions<'_>, stated: &Stated<'_>, found: &mut Found) {
    let Some(advisory) = stated.waiver.subject().and_then(|id| advisory(exceptions, id)) else { return };
    // Hazards and required ones speak about servers; an advisory that goes by builds, about updates that it does not name.
    let Some(about) = advisory.statement.about().filter(|about| about.builds().is_empty()) else { return };
    let named = || about.updates().iter().map(|selector| selector.id.as_str());
    for (place, update) in stated.waiver.updates.iter().flatten().enumerate() {
        if !named().any(|one| one == update.as_str()) {
            let message = format!("{} says nothing about {update}", advisory.id);
            let help = match nearest(update.as_str(), named()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it speaks about {}", listed(named())),
            };
            found.add(stated.path().then("updates").then(place), message, Some(help));
        }
    }
}
