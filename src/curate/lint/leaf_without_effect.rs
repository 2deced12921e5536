//! Conditions that no case tests: negated, they change no outcome.

use super::{BROKEN_CONDITION, Check, Found, LintRule};
use crate::advisory::Advisory;
use crate::condition::{Condition, Parts};
use crate::curate::corpus::{self, Corpus};
use crate::curate::mutants::Edited;
use crate::model::key_path::KeyPath;

/// The rule.
pub const RULE: LintRule = LintRule::error(
    "leaf-without-effect",
    "a condition that no case tests: no case fails when it is negated",
    Check::Advisory(check),
)
.follows(&[BROKEN_CONDITION, "missing-case", "failing-case"])
.needs_declarations();

fn check(corpus: &Corpus<'_>, advisory: &Advisory, found: &mut Found) {
    let leaves: Vec<(KeyPath, &Condition)> = leaves(advisory);
    if leaves.is_empty() {
        return;
    }
    let edited = Edited::new(corpus, advisory);
    for (path, leaf) in leaves {
        let is_noticed = edited
            .with(&path, |written| serde_json::json!({"not": written}))
            .is_none_or(|negated| edited.notices(&negated));
        if !is_noticed {
            let help = "add a case in which it decides".to_owned();
            found.add(path, format!("no case fails when `{leaf}` is negated"), Some(help));
        }
    }
}

/// The conditions without conditions inside them that decide whether the advisory speaks.
fn leaves(advisory: &Advisory) -> Vec<(KeyPath, &Condition)> {
    let mut leaves = Vec::new();
    for (path, root) in corpus::deciding(advisory) {
        corpus::walk(root, &path, &mut |path, condition| {
            if matches!(condition.parts(), Parts::None) {
                leaves.push((path, condition));
            }
        });
    }
    leaves
}
