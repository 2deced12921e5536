//! Waivers for a server, group, pool or role that the fleet does not have.

use super::{Check, CheckedWaivers, IDLE, LocatedWaiver};
use crate::curate::lint::{Found, LintRule, selectors};

/// The rule.
pub const RULE: LintRule<Check> = selectors::unknown_name(Check(check)).of_group(IDLE);

fn check(checked: &CheckedWaivers<'_>, located: &LocatedWaiver<'_>, found: &mut Found) {
    if let Some(fleet) = checked.fleet {
        fleet.find_unknown(&located.waiver.servers, &located.path().then("servers"), found);
    }
}
