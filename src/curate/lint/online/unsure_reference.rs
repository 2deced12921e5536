//! Pages that could not be checked.

use super::{Check, Outcome};
use crate::curate::lint::LintRule;

/// The rule.
pub const RULE: LintRule<Check> = LintRule::warning(
    "unsure-reference",
    "with --online: a page that could not be checked, because its server did not say whether it exists",
    check,
);

fn check(address: &str, outcome: &Outcome) -> Option<(String, Option<String>)> {
    match outcome {
        Outcome::Unsure { why } => Some((format!("`{address}` could not be checked: {why}"), None)),
        _ => None,
    }
}
