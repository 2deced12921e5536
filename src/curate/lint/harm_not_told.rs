//! Known-bad advisories that do not say how long the update does harm.

use super::{Check, Found, LintRule};
use crate::advisory::{Advisory, Kind};
use crate::curate::corpus::Corpus;
use crate::model::key_path::KeyPath;

/// The rule.
///
/// `decide` takes such an update for one that does harm as long as it is there; whether that is so only its text tells.
pub const RULE: LintRule = LintRule::error(
    "harm-not-told",
    "a known-bad advisory that does not say how long the update does harm",
    Check::Advisory(check),
);

fn check(_: &Corpus<'_>, advisory: &Advisory, found: &mut Found) {
    if advisory.kind() == Kind::KnownBad && advisory.harm.is_none() {
        let help = "say `harm: running` where it does harm as long as it is installed, `harm: installing` where it only does so \
            while it is installed"
            .to_owned();
        found.add(KeyPath::key("kind"), "`harm` is missing".to_owned(), Some(help));
    }
}
