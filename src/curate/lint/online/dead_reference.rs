//! Pages that no longer exist.

use super::{Check, Outcome};
use crate::curate::lint::LintRule;

/// The rule.
pub const RULE: LintRule<Check> = LintRule::error(
    "dead-reference",
    "with --online: a page that no longer exists, or redirects to a home page",
    check,
);

fn check(address: &str, outcome: &Outcome) -> Option<(String, Option<String>)> {
    match outcome {
        Outcome::Dead { why } => Some((format!("`{address}` is gone: {why}"), None)),
        _ => None,
    }
}
