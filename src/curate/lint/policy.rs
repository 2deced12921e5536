//! Lint rules on policies: what can never happen, what does not mean what it seems to, what applies to no server.
//!
//! To add one: write `lint/policy/<code>.rs` with a `pub const RULE`, add its line to [`POLICY_RULES`], and write
//! `tests/policy/<code>/{good,bad}.yaml`; the bad one must give this code and no other.

use std::sync::Arc;

use jiff::Timestamp;

use super::selectors::IndexedFleet;
use super::{Finding, Found, FoundInFiles, LintRule, entry, without_consequences};
use crate::database::Database;
use crate::input::load::node::Node;
use crate::input::text::Text;
use crate::model::key_path::KeyPath;
use crate::model::pending::PendingUpdate;
use crate::policy::Policy;
use crate::policy::freeze::Freeze;
use crate::policy::hold::Hold;
use crate::policy::servers::Servers;
use crate::policy::windows::Window;

mod effects;
mod windows;

/// A policy, and what it is held against.
#[derive(Debug)]
pub struct CheckedPolicy<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// The tree that it was read from: what it states, and what it leaves to the defaults.
    pub root: &'a Node,
    /// What is known of products and roles.
    pub database: &'a Database,
    /// The fleet, where one was given.
    pub fleet: Option<&'a IndexedFleet<'a>>,
    /// The pending updates, where some were given.
    pub pending: Option<&'a [PendingUpdate]>,
    /// The moment for which it is checked.
    pub at: Timestamp,
}

/// Something in a policy that selects servers.
struct Selector<'a> {
    /// What it belongs to.
    what: &'static str,
    /// Where it is.
    at: KeyPath,
    /// The servers.
    servers: &'a Servers,
}

/// How a rule on policies is checked.
#[derive(Clone, Copy, Debug)]
pub struct Check(fn(&CheckedPolicy<'_>, &mut Found));

rules! {
    /// All rules on policies, in the order of a policy's keys.
    POLICY_RULES: Check =
    meaningless_effect
    graver_is_milder
    reported_outweighs_confirmed
    later_ring_soaks_less
    ring_never_used
    ring_not_in_policy
    expedited_never_shorter
    hold_matches_nothing
    hold_matches_everything
    hold_title_brackets
    hold_subsumed
    hold_past
    hold_idle
    freeze_past
    freeze_long
    freeze_within_freeze
    freezes_overlap
    own_declared
    pool_allows_nobody
    pool_allows_all
    pool_table_gap
    window_never_opens
    window_never_closes
    window_offset_too_long
    window_in_lost_hour
    window_shadowed
    unknown_product
    unknown_ring
    unknown_name
    matches_no_server
    never_fresh
}

/// Checks a policy with all rules: every finding that does not merely follow from another.
pub fn check(checked: &CheckedPolicy<'_>, source: &Arc<Text>) -> Vec<Finding> {
    let with_rule = |rule: &LintRule<Check>| {
        let mut found = Found::default();
        (rule.check.0)(checked, &mut found);
        let mut in_files = FoundInFiles::by(rule.code);
        in_files.extend(source, found);
        in_files.findings
    };
    without_consequences(POLICY_RULES, POLICY_RULES.iter().map(with_rule).collect(), entry)
}

impl<'a> CheckedPolicy<'a> {
    /// Its freezes, each with its index.
    fn freezes(&self) -> impl Iterator<Item = (usize, &'a Freeze)> + use<'a> {
        self.policy.freeze.iter().enumerate()
    }

    /// Its holds, each with its index.
    fn holds(&self) -> impl Iterator<Item = (usize, &'a Hold)> + use<'a> {
        self.policy.hold.iter().enumerate()
    }

    /// Its windows, each with its index.
    fn windows(&self) -> impl Iterator<Item = (usize, &'a Window)> + use<'a> {
        self.policy.windows.iter().enumerate()
    }

    /// Everything in it that selects servers, and where.
    fn selectors(&self) -> impl Iterator<Item = Selector<'a>> + use<'a> {
        let policy = self.policy;
        let windows = self.windows().map(|(index, window)| Selector {
            what: "this window",
            at: item("windows", index).then("servers"),
            servers: &window.servers,
        });
        let holds = self.holds().filter_map(|(index, hold)| {
            let servers = hold.servers.as_ref()?;
            Some(Selector { what: "this hold", at: item("hold", index).then("servers"), servers })
        });
        let apart = policy.not_together.iter().enumerate().flat_map(|(index, selectors)| {
            let at = move |place| item("not_together", index).then(place);
            let what = "this part of `not_together`";
            selectors.iter().enumerate().map(move |(place, servers)| Selector { what, at: at(place), servers })
        });
        let one_by_one = policy.one_at_a_time.iter().enumerate().map(|(index, rule)| Selector {
            what: "this entry of `one_at_a_time`",
            at: item("one_at_a_time", index),
            servers: &rule.servers,
        });
        windows.chain(holds).chain(apart).chain(one_by_one)
    }

    /// Whether the file states this rather than leaving it to the default.
    fn states(&self, key: &str, inner: &str) -> bool {
        self.root.get(key).is_some_and(|node| node.get(inner).is_some())
    }
}

/// The path of how many servers of a pool may be away.
fn max_unavailable() -> KeyPath {
    KeyPath::key("pools").then("max_unavailable")
}

/// The path of an entry of a list.
fn item(list: &str, index: usize) -> KeyPath {
    KeyPath::key(list).then(index)
}
