//! How severe each rule's findings are: the rule's own level, unless the command line says otherwise.

use std::collections::{BTreeSet, HashMap};

use crate::diagnostic::{Described, Level, did_you_mean};

/// The level of every rule; none where its findings are suppressed.
#[derive(Clone, Debug)]
pub struct RuleLevels(HashMap<&'static str, Option<Level>>);

/// A code that no rule has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no rule `{code}`{}", .hint.as_ref().map(|hint| format!(": {hint}")).unwrap_or_default())]
pub struct UnknownRule {
    code: String,
    hint: Option<String>,
}

impl RuleLevels {
    /// The rules' own levels.
    pub fn of(rules: &[Described]) -> Self {
        Self(rules.iter().map(|rule| (rule.code, Some(rule.level))).collect())
    }

    /// Sets the level of a rule, or suppresses its findings with `None`; `all` means every rule.
    ///
    /// # Errors
    /// When there is no such rule.
    pub fn set(&mut self, code: &str, level: Option<Level>) -> Result<(), UnknownRule> {
        if code == "all" {
            self.0.values_mut().for_each(|one| *one = level);
            return Ok(());
        }
        match self.0.get_mut(code) {
            Some(one) => {
                *one = level;
                Ok(())
            }
            None => {
                // Sorted, so that of two codes that are equally near the same one is always proposed.
                let known: BTreeSet<&'static str> = self.0.keys().copied().collect();
                Err(UnknownRule { code: code.to_owned(), hint: did_you_mean(code, known) })
            }
        }
    }

    /// The level of a rule's findings; none when they are suppressed.
    pub fn level(&self, code: &str) -> Option<Level> {
        self.0.get(code).copied().flatten()
    }
}
