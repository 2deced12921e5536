//! Windows for a ring that the policy does not have.

use super::{Check, CheckedPolicy};
use crate::curate::lint::{Found, LintRule, selectors};

/// The rule.
pub const RULE: LintRule<Check> = selectors::unknown_ring(Check(check));

fn check(checked: &CheckedPolicy<'_>, found: &mut Found) {
    checked.selectors().for_each(|(at, servers)| selectors::find_unknown_rings(servers, checked.policy, &at, found));
}
