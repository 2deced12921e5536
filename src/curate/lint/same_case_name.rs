//! Cases with the same name: test reports show them as one.

use std::collections::HashSet;

use super::{Check, Found, LintRule};
use crate::advisory::Advisory;
use crate::curate::corpus::Corpus;
use crate::model::key_path::KeyPath;

/// The rule.
pub const RULE: LintRule =
    LintRule::warning("same-case-name", "two cases of an advisory with the same name", Check::Advisory(check));

fn check(_: &Corpus<'_>, advisory: &Advisory, found: &mut Found) {
    let mut seen = HashSet::new();
    for (index, case) in advisory.cases.iter().enumerate() {
        if !seen.insert(&case.name) {
            let at = KeyPath::key("cases").then(index).then("name");
            found.add(at, format!("another case is also called `{}`", case.name), None);
        }
    }
}
