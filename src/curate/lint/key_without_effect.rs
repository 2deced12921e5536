//! Keys that an advisory of this kind ignores: whoever wrote them meant another kind.

use super::{Check, Found, LintRule};
use crate::advisory::Advisory;
use crate::curate::corpus::Corpus;
use crate::model::key_path::KeyPath;

/// The rule.
pub const RULE: LintRule =
    LintRule::error("key-without-effect", "a key that an advisory of this kind ignores", Check::Advisory(check));

fn check(_: &Corpus<'_>, advisory: &Advisory, found: &mut Found) {
    for key in advisory.idle.keys() {
        found.add(KeyPath::key(key), format!("a {} advisory does not read `{key}`", advisory.kind().word()), None);
    }
}
