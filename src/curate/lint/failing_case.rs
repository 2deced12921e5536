//! Cases whose outcome is not the one that they expect.

use super::{BROKEN_CONDITION, Check, Found, LintRule};
use crate::advisory::Advisory;
use crate::curate::cases;
use crate::curate::corpus::Corpus;
use crate::model::key_path::KeyPath;

/// The rule.
pub const RULE: LintRule =
    LintRule::error("failing-case", "a case whose outcome is not what it expects", Check::Advisory(check))
        .follows(&[BROKEN_CONDITION])
        .needs_declarations();

fn check(corpus: &Corpus<'_>, advisory: &Advisory, found: &mut Found) {
    for failure in cases::failures(corpus, advisory) {
        let path = KeyPath::key("cases").then(failure.index).then("expect");
        let message = failure.to_string();
        found.add(path, message, failure.because);
    }
}
