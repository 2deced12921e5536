//! Advisories without a reference.

use super::{Check, Found, LintRule};
use crate::advisory::Advisory;
use crate::curate::corpus::Corpus;
use crate::model::key_path::KeyPath;

/// The rule.
pub const RULE: LintRule = LintRule::error("no-reference", "an advisory without a reference", Check::Advisory(check));

fn check(_: &Corpus<'_>, advisory: &Advisory, found: &mut Found) {
    if advisory.references.is_empty() {
        found.add(KeyPath::key("id"), "no reference says where this is documented".to_owned(), None);
    }
}
