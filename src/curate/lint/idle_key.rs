//! Keys that the advisory's kind does not read: who wrote them meant another kind.

use super::{Check, Found, Rule};
use crate::advisory::Advisory;
use crate::curate::corpus::Corpus;
use crate::diagnostic::Level;
use crate::model::key_path::KeyPath;

/// The rule.
pub const RULE: Rule = Rule {
    code: "key-without-effect",
    level: Level::Error,
    about: "a key that an advisory of this kind does not read",
    follows: &[],
    check: Check::Advisory(check),
};

fn check(_: &Corpus<'_>, advisory: &Advisory, found: &mut Found) {
    for key in advisory.idle.keys() {
        found.add(KeyPath::key(key), format!("a {} advisory does not read `{key}`", advisory.kind().word()), None);
    }
}
