//! The rules on policies: what can never happen, what says something other than it seems to, what nobody is in.
//!
//! To add one: write `lint/policy/<rule>.rs` with a `pub const RULE`, add it to [`POLICY_RULES`], and write
//! `tests/policy/<code>/{good,bad}.yaml`; the bad one must give this code and no other.

use std::sync::Arc;

use jiff::Timestamp;

use super::selectors::IndexedFleet;
use super::{Finding, Found, FoundInFiles, LintRule, entry, without_consequences};
use crate::input::load::node::Node;
use crate::input::text::Text;
use crate::model::key_path::KeyPath;
use crate::model::pending::PendingUpdate;
use crate::policy::Policy;

pub mod effects;
pub mod expedited_never_shorter;
pub mod freeze_within_freeze;
pub mod hold_subsumed;
pub mod never_fresh;
pub mod pool_allows_all;
pub mod ring_not_in_policy;
pub mod selectors;
pub mod window_shadowed;

/// A policy, and what it is held against.
#[derive(Debug)]
pub struct CheckedPolicy<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// The tree that it was read from: what it states, and what it leaves to the defaults.
    pub root: &'a Node,
    /// The fleet, where one was given.
    pub fleet: Option<&'a IndexedFleet<'a>>,
    /// The pending updates, where some were given.
    pub pending: Option<&'a [PendingUpdate]>,
    /// The moment for which it is checked.
    pub at: Timestamp,
}

/// How a rule on policies is checked.
pub type Check = fn(&CheckedPolicy<'_>, &mut Found);

/// All rules on policies, in the order of a policy's keys.
pub const POLICY_RULES: &[LintRule<Check>] = &[
    effects::MEANINGLESS,
    effects::FALLING,
    effects::REPORTED,
    ring_not_in_policy::FALLING_SOAK,
    ring_not_in_policy::NEVER_USED,
    ring_not_in_policy::UNKNOWN_TO_POLICY,
    expedited_never_shorter::RULE,
    hold_subsumed::NOTHING,
    hold_subsumed::EVERYTHING,
    hold_subsumed::BRACKETS,
    hold_subsumed::SUBSUMED,
    hold_subsumed::IDLE,
    freeze_within_freeze::PAST,
    freeze_within_freeze::LONG,
    freeze_within_freeze::WITHIN,
    freeze_within_freeze::OVERLAP,
    pool_allows_all::NOTHING,
    pool_allows_all::WHOLE,
    pool_allows_all::GAP,
    window_shadowed::NEVER,
    window_shadowed::ALWAYS,
    window_shadowed::OFFSET,
    window_shadowed::LOST_HOUR,
    window_shadowed::SHADOWED,
    selectors::UNKNOWN_RING,
    selectors::UNKNOWN_NAME,
    selectors::NOBODY,
    never_fresh::RULE,
];

/// Checks a policy with all rules; every finding, but for those that are the consequence of another.
pub fn check(checked: &CheckedPolicy<'_>, source: &Arc<Text>) -> Vec<Finding> {
    let with_rule = |rule: &LintRule<Check>| {
        let mut found = Found::default();
        (rule.check)(checked, &mut found);
        let mut in_files = FoundInFiles::by(rule.code);
        in_files.extend(source, found);
        in_files.findings
    };
    without_consequences(POLICY_RULES, POLICY_RULES.iter().map(with_rule).collect(), entry)
}

impl CheckedPolicy<'_> {
    /// Whether the file states this, where it could have left it to the default.
    fn states(&self, key: &str, inner: &str) -> bool {
        self.root.get(key).is_some_and(|node| node.get(inner).is_some())
    }
}

/// The path of an entry of a list.
fn item(list: &str, index: usize) -> KeyPath {
    KeyPath::key(list).then(index)
}
