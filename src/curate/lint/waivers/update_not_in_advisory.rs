//! Waivers of advisories that there are not, that never speak, or that speak about other updates.

use super::{Check, CheckedWaivers, LocatedWaiver};
use crate::advisory::{Advisory, Kind, Status};
use crate::curate::lint::selectors::{count, listed};
use crate::curate::lint::{Found, LintRule};
use crate::diagnostic::{Level, nearest};
use crate::model::id::AdvisoryId;
use crate::model::key_path::KeyPath;

/// Advisories that there are not.
pub const UNKNOWN: LintRule<Check> = LintRule {
    code: "unknown-advisory",
    level: Level::Error,
    about: "a waiver of an advisory that there is not",
    follows: &[],
    check: unknown,
};

/// Advisories that never speak.
pub const SILENT: LintRule<Check> = LintRule {
    code: "silent-advisory",
    level: Level::Error,
    about: "a waiver of an advisory that is withdrawn or a draft, and so never speaks",
    follows: &[],
    check: silent,
};

/// Updates of which the advisory does not speak.
pub const OTHER_UPDATE: LintRule<Check> = LintRule {
    code: "update-not-in-advisory",
    level: Level::Error,
    about: "a waiver for an update about which its advisory says nothing",
    follows: &[],
    check: other_update,
};

fn advisory<'a>(checked: &CheckedWaivers<'a>, id: &AdvisoryId) -> Option<&'a Advisory> {
    checked.database.advisory(id)
}

/// Where the advisory is named.
fn path(located: &LocatedWaiver<'_>) -> KeyPath {
    located.path().then(if located.waiver.advisory.is_some() { "advisory" } else { "rule" })
}

fn unknown(checked: &CheckedWaivers<'_>, located: &LocatedWaiver<'_>, found: &mut Found) {
    let Some(id) = located.waiver.subject().filter(|id| advisory(checked, id).is_none()) else { return };
    let known = checked.database.advisories();
    let help = match nearest(id.as_str(), known.iter().map(|advisory| advisory.id.as_str())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("it is none of {}; name your own database with -a", count(known.len(), "known one")),
    };
    found.add(path(located), format!("no advisory has the id `{id}`"), Some(help));
}

fn silent(checked: &CheckedWaivers<'_>, located: &LocatedWaiver<'_>, found: &mut Found) {
    let Some(advisory) = located.waiver.subject().and_then(|id| advisory(checked, id)) else { return };
    let word = match advisory.status {
        Status::Active => return,
        Status::Draft => "a draft",
        Status::Withdrawn => "withdrawn",
    };
    let message = format!("{} is {word} and never speaks, so there is nothing to waive", advisory.id);
    found.add(path(located), message, Some("take the waiver out".to_owned()));
}

fn other_update(checked: &CheckedWaivers<'_>, located: &LocatedWaiver<'_>, found: &mut Found) {
    let Some(advisory) = located.waiver.subject().and_then(|id| advisory(checked, id)) else { return };
    // Hazards and required ones speak about servers; an advisory that goes by builds, about updates that it does not name.
    let is_by_name = !matches!(advisory.kind, Kind::Hazard | Kind::Required) && advisory.builds.is_empty();
    if !is_by_name {
        return;
    }
    let named = || advisory.updates.iter().map(|selector| selector.id.as_str());
    for (place, update) in located.waiver.updates.iter().flatten().enumerate() {
        if !named().any(|one| one == update.as_str()) {
            let message = format!("{} says nothing about {update}", advisory.id);
            let help = match nearest(update.as_str(), named()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it speaks about {}", listed(named())),
            };
            found.add(located.path().then("updates").then(place), message, Some(help));
        }
    }
}
