//! Windows for servers that there are not.

use super::{Check, CheckedPolicy, item};
use crate::curate::lint::selectors::{count, find_unknown_rings};
use crate::curate::lint::{Found, LintRule};
use crate::diagnostic::Level;
use crate::model::key_path::KeyPath;
use crate::policy::servers::Servers;

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
    level: Level::Warning,
    about: "with -i: a selector that matches no server of the fleet",
    follows: &["unknown-ring", "unknown-name"],
    check: nobody,
};

/// Everything of a policy that selects servers.
fn selectors<'a>(checked: &CheckedPolicy<'a>) -> impl Iterator<Item = (KeyPath, &'a Servers)> + use<'a> {
    let windows = checked.policy.windows.iter().enumerate();
    windows.map(|(index, window)| (item("windows", index).then("servers"), &window.servers))
}

fn unknown_ring(checked: &CheckedPolicy<'_>, found: &mut Found) {
    for (path, servers) in selectors(checked) {
        find_unknown_rings(servers, checked.policy, &path, found);
    }
}

fn unknown_name(checked: &CheckedPolicy<'_>, found: &mut Found) {
    let Some(fleet) = checked.fleet else { return };
    for (path, servers) in selectors(checked) {
        fleet.find_unknown(servers, &path, found);
    }
}

fn nobody(checked: &CheckedPolicy<'_>, found: &mut Found) {
    let Some(fleet) = checked.fleet else { return };
    for (path, servers) in selectors(checked) {
        if fleet.chosen(servers, checked.policy).is_empty() {
            let message = format!("this is about none of {}", count(fleet.servers.len(), "server"));
            found.add(path, message, Some("all keys that are given must match the same server".to_owned()));
        }
    }
}
