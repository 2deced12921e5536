//! Cases that come out otherwise than they say.

use super::{BROKEN_CONDITION, Check, Found, LintRule};
use crate::advisory::Advisory;
use crate::curate::cases;
use crate::curate::corpus::Corpus;
use crate::diagnostic::Level;
use crate::model::key_path::KeyPath;

/// The rule.
pub const RULE: LintRule = LintRule {
    code: "failing-case",
    level: Level::Error,
    about: "a case that comes out otherwise than it says",
    follows: BROKEN_CONDITION,
    check: Check::Advisory(check),
};

fn check(corpus: &Corpus<'_>, advisory: &Advisory, found: &mut Found) {
    for failure in cases::failures(corpus, advisory) {
        let path = KeyPath::key("cases").then(failure.index).then("expect");
        let message = failure.to_string();
        found.add(path, message, failure.because);
    }
}
