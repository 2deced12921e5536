//! Waivers for servers that there are not.

use super::{Check, CheckedWaivers, LocatedWaiver};
use crate::curate::lint::selectors::{count, find_unknown_rings};
use crate::curate::lint::{Found, LintRule};
use crate::diagnostic::Level;

/// Rings that the policy does not have.
pub const UNKNOWN_RING: LintRule<Check> = LintRule {
    code: "unknown-ring",
    level: Level::Error,
    about: "a selector with a ring that the policy does not have",
    follows: &[],
    check: unknown_ring,
};

/// Words that no server goes by.
pub const UNKNOWN_NAME: LintRule<Check> = LintRule {
    code: "unknown-name",
    level: Level::Error,
    about: "with -i: a selector with a server, group, pool or role that the fleet does not have",
    follows: &[],
    check: unknown_name,
};

/// Selectors of nobody.
pub const NOBODY: LintRule<Check> = LintRule {
    code: "matches-no-server",
    level: Level::Error,
    about: "with -i: a selector that matches no server of the fleet",
    follows: &["unknown-ring", "unknown-name"],
    check: nobody,
};

fn unknown_ring(checked: &CheckedWaivers<'_>, located: &LocatedWaiver<'_>, found: &mut Found) {
    find_unknown_rings(&located.waiver.servers, checked.policy, &located.path().then("servers"), found);
}

fn unknown_name(checked: &CheckedWaivers<'_>, located: &LocatedWaiver<'_>, found: &mut Found) {
    if let Some(fleet) = checked.fleet {
        fleet.find_unknown(&located.waiver.servers, &located.path().then("servers"), found);
    }
}

fn nobody(checked: &CheckedWaivers<'_>, located: &LocatedWaiver<'_>, found: &mut Found) {
    let Some(fleet) = checked.fleet else { return };
    if fleet.chosen(&located.waiver.servers, checked.policy).is_empty() {
        let message = format!("this waiver is for none of {}", count(fleet.servers.len(), "server"));
        let help = "all keys that are given must match the same server".to_owned();
        found.add(located.path().then("servers"), message, Some(help));
    }
}
