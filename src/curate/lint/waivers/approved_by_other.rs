//! Waivers that somebody signed whom the policy does not let sign.

use super::{Check, CheckedWaivers, LocatedWaiver};
use crate::curate::lint::{Found, LintRule};
use crate::model::wording::listed;

/// The rule.
pub const RULE: LintRule<Check> = LintRule::error(
    "approved-by-other",
    "a waiver that is approved by somebody else than the policy's `waivers.approved_by`; `decide` refuses it",
    Check(check),
);

/// How many names a hint lists.
const MOST_LISTED: usize = 20;

fn check(checked: &CheckedWaivers<'_>, located: &LocatedWaiver<'_>, found: &mut Found) {
    let limits = &checked.policy.waivers;
    if let Some(message) = limits.wrong_signature(located.waiver) {
        let names = limits.approved_by.iter().flatten().map(String::as_str);
        let help = format!("have it approved by {}", listed(names, MOST_LISTED));
        found.add(located.path().then("approved_by"), message, Some(help));
    }
}
