//! Waivers for a ring that the policy does not have.

use super::{Check, CheckedWaivers, IDLE, LocatedWaiver};
use crate::curate::lint::{Found, LintRule, selectors};

/// The rule.
pub const RULE: LintRule<Check> = selectors::unknown_ring(Check(check)).of_group(IDLE);

fn check(checked: &CheckedWaivers<'_>, located: &LocatedWaiver<'_>, found: &mut Found) {
    selectors::find_unknown_rings(&located.waiver.servers, checked.policy, &located.path().then("servers"), found);
}
