//! Keys that an advisory of this kind ignores: whoever wrote them meant another kind.

use super::{Check, Found, LintRule};
use crate::advisory::{Advisory, Kind};
use crate::curate::corpus::Corpus;
use crate::model::key_path::KeyPath;

/// The rule.
pub const RULE: LintRule =
    LintRule::error("key-without-effect", "a key that an advisory of this kind ignores", Check::Advisory(check));

fn check(_: &Corpus<'_>, advisory: &Advisory, found: &mut Found) {
    let is_about_updates = matches!(advisory.kind, Kind::KnownBad | Kind::Prerequisite | Kind::Procedure);
    let is_requirement = matches!(advisory.kind, Kind::Required | Kind::Prerequisite);
    let idle = [
        ("updates", !advisory.updates.is_empty() && !is_about_updates),
        ("builds", !advisory.builds.is_empty() && !is_about_updates),
        ("requires", advisory.requires.is_some() && !is_requirement),
        ("triggers", !advisory.triggers.is_empty() && advisory.kind != Kind::Hazard),
        ("steps", advisory.steps.is_some() && advisory.kind != Kind::Procedure),
    ];
    for (key, _) in idle.into_iter().filter(|(_, is_idle)| *is_idle) {
        found.add(KeyPath::key(key), format!("a {} advisory ignores `{key}`", advisory.kind.word()), None);
    }
}
