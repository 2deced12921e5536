//! Waivers that last longer than the policy lets them.

use super::{Check, CheckedWaivers, LocatedWaiver};
use crate::curate::lint::{Found, LintRule};

/// The rule.
pub const RULE: LintRule<Check> = LintRule::error(
    "longer-than-allowed",
    "a waiver that lasts longer than the policy's `waivers.at_most`; `decide` refuses it",
    Check(check),
);

fn check(checked: &CheckedWaivers<'_>, located: &LocatedWaiver<'_>, found: &mut Found) {
    if let Some(message) = checked.policy.waivers.too_long(located.waiver, checked.at) {
        let help = "write an earlier day, and renew it then".to_owned();
        found.add(located.path().then("expires"), message, Some(help));
    }
}
