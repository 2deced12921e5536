//! A lint rule: what it is called, how severe it is, what it follows, and how it is checked.

use super::Check;
use crate::diagnostic::{Described, Level};

/// A rule: what it is called, how severe its findings are unless somebody says otherwise, and how it is checked.
#[derive(Clone, Copy, Debug)]
pub struct LintRule<C = Check> {
    /// Its stable code, in kebab case; its file is named so, in snake case.
    pub code: &'static str,
    /// How severe its findings are.
    pub level: Level,
    /// What it finds, in one line.
    pub about: &'static str,
    /// Rules, or groups of rules, whose finding in the same part makes this one's a mere consequence: it is suppressed
    /// then. A part is an advisory, an entry of a policy, a waiver.
    pub follows: &'static [&'static str],
    /// A group that it belongs to, which others may follow as a whole.
    pub group: Option<&'static str>,
    /// Whether it looks things up that products, settings, event sources and tables declare. What a file that cannot be
    /// read declares is unknown, not absent: such a rule finds nothing then.
    pub needs_declarations: bool,
    /// How it is checked.
    pub check: C,
}

impl<C: Copy> LintRule<C> {
    pub(super) const fn new(level: Level, code: &'static str, about: &'static str, check: C) -> Self {
        Self { code, level, about, follows: &[], group: None, needs_declarations: false, check }
    }

    /// A rule whose findings are errors.
    pub const fn error(code: &'static str, about: &'static str, check: C) -> Self {
        Self::new(Level::Error, code, about, check)
    }

    /// A rule whose findings are warnings.
    pub const fn warning(code: &'static str, about: &'static str, check: C) -> Self {
        Self::new(Level::Warning, code, about, check)
    }

    /// The same after other rules and groups of rules.
    #[must_use]
    pub const fn follows(self, follows: &'static [&'static str]) -> Self {
        Self { follows, ..self }
    }

    /// The same in a group that others may follow.
    #[must_use]
    pub const fn of_group(self, group: &'static str) -> Self {
        Self { group: Some(group), ..self }
    }

    /// The same, looking things up that files declare.
    #[must_use]
    pub const fn needs_declarations(self) -> Self {
        Self { needs_declarations: true, ..self }
    }
}

/// Rules as people see them.
pub fn described<C>(rules: &[LintRule<C>]) -> Vec<Described> {
    rules.iter().map(|rule| Described { code: rule.code, level: rule.level, about: rule.about }).collect()
}
