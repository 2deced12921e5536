//! Waivers for no server of the fleet.

use super::{Check, CheckedWaivers, IDLE, LocatedWaiver};
use crate::curate::lint::{Found, LintRule, selectors};
use crate::diagnostic::Level;

/// The rule.
pub const RULE: LintRule<Check> = selectors::matches_no_server(Level::Error, Check(check)).of_group(IDLE);

fn check(checked: &CheckedWaivers<'_>, located: &LocatedWaiver<'_>, found: &mut Found) {
    if let Some(fleet) = checked.fleet {
        let at = located.path().then("servers");
        fleet.find_nobody("this waiver", &located.waiver.servers, checked.policy, at, found);
    }
}
