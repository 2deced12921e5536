//! Pages that moved permanently.

use super::{Check, Outcome};
use crate::curate::lint::LintRule;

/// The rule.
pub const RULE: LintRule<Check> =
    LintRule::warning("moved-reference", "with --online: a page that moved permanently", check);

fn check(address: &str, outcome: &Outcome) -> Option<(String, Option<String>)> {
    match outcome {
        Outcome::Moved { to } => Some((format!("`{address}` moved permanently"), Some(format!("write `{to}`")))),
        _ => None,
    }
}
