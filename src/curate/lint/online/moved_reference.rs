//! Pages that are elsewhere for good.

use super::{Check, Outcome};
use crate::curate::lint::LintRule;

/// The rule.
pub const RULE: LintRule<Check> =
    LintRule::warning("moved-reference", "with --online: a page that moved for good", check);

fn check(address: &str, outcome: &Outcome) -> Option<(String, Option<String>)> {
    match outcome {
        Outcome::Moved { to } => Some((format!("`{address}` moved for good"), Some(format!("write `{to}`")))),
        _ => None,
    }
}
