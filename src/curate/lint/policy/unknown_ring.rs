//! Windows, holds and rules on absences for a ring that the policy does not have.

use super::{Check, CheckedPolicy};
use crate::curate::lint::{Found, LintRule, selectors};

/// The rule.
pub const RULE: LintRule<Check> = selectors::unknown_ring(Check(check));

fn check(checked: &CheckedPolicy<'_>, found: &mut Found) {
    for selector in checked.selectors() {
        selectors::find_unknown_rings(selector.servers, checked.policy, &selector.at, found);
    }
}
