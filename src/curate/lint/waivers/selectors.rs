//! Waivers for servers that there are not.

use super::{Check, Exceptions, Stated};
use crate::curate::lint::selectors::{count, find_unknown_rings};
use crate::curate::lint::{Found, Rule};
use crate::diagnostic::Level;

/// Rings that the policy does not have.
pub const UNKNOWN_RING: Rule<Check> = Rule {
    code: "unknown-ring",
    level: Level::Error,
    about: "a selector with a ring that the policy does not have",
    follows: &[],
    check: unknown_ring,
};

/// Words that no server goes by.
pub const UNKNOWN_NAME: Rule<Check> = Rule {
    code: "unknown-name",
    level: Level::Error,
    about: "with -i: a selector with a server, group, pool or role that the fleet does not have",
    follows: &[],
    check: unknown_name,
};

/// Selectors of nobody.
pub const NOBODY: Rule<Check> = Rule {
    code: "matches-no-server",
    level: Level::Error,
    about: "with -i: a selector that matches no server of the fleet",
    follows: &["unknown-ring", "unknown-name"],
    check: nobody,
};

fn unknown_ring(exceptions: &Exceptions<'_>, stated: &Stated<'_>, found: &mut Found) {
    find_unknown_rings(&stated.waiver.servers, exceptions.policy, &stated.path().then("servers"), found);
}

fn unknown_name(exceptions: &Exceptions<'_>, stated: &Stated<'_>, found: &mut Found) {
    if let Some(fleet) = exceptions.fleet {
        fleet.find_unknown(&stated.waiver.servers, &stated.path().then("servers"), found);
    }
}

fn nobody(exceptions: &Exceptions<'_>, stated: &Stated<'_>, found: &mut Found) {
    let Some(fleet) = exceptions.fleet else { return };
    if fleet.chosen(&stated.waiver.servers, exceptions.policy).is_empty() {
        let message = format!("this waiver is for none of {}", count(fleet.servers.len(), "server"));
        let help = "all keys that are given must match the same server".to_owned();
        found.add(stated.path().then("servers"), message, Some(help));
    }
}
