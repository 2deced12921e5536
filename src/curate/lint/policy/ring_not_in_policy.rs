//! Rings: their order, and whether the fleet and the policy know the same ones.

use std::collections::BTreeMap;

use super::{Check, CheckedPolicy, item};
use crate::curate::lint::selectors::{count, ring_hint};
use crate::curate::lint::{Found, LintRule};
use crate::diagnostic::Level;
use crate::model::key_path::KeyPath;
use crate::policy::Ring;

/// Later rings that wait for less time.
pub const FALLING_SOAK: LintRule<Check> = LintRule {
    code: "later-ring-soaks-less",
    level: Level::Warning,
    about: "a ring that waits for less time than one before it",
    follows: &[],
    check: falling_soak,
};

/// Rings that no server is in.
pub const NEVER_USED: LintRule<Check> = LintRule {
    code: "ring-never-used",
    level: Level::Warning,
    about: "with -i: a ring that no server of the fleet is in",
    follows: &[],
    check: never_used,
};

/// Rings of servers that the policy does not have.
pub const UNKNOWN_TO_POLICY: LintRule<Check> = LintRule {
    code: "ring-not-in-policy",
    level: Level::Warning,
    about: "with -i: a server whose ring the policy does not have, so that it is in the last one",
    follows: &[],
    check: unknown_to_policy,
};

fn falling_soak(checked: &CheckedPolicy<'_>, found: &mut Found) {
    let rings = &checked.policy.rings;
    for (index, ring) in rings.iter().enumerate() {
        let earlier = rings.iter().take(index).max_by_key(|earlier| earlier.soak);
        if let Some(earlier) = earlier.filter(|earlier| earlier.soak > ring.soak) {
            let message = format!(
                "ring `{}` waits {}, but `{}`, which goes before it, {}",
                ring.name, ring.soak, earlier.name, earlier.soak
            );
            let help = "rings are written in order, from the first to get an update to the last".to_owned();
            found.add(item("rings", index).then("soak"), message, Some(help));
        }
    }
}

fn never_used(checked: &CheckedPolicy<'_>, found: &mut Found) {
    let (Some(fleet), policy) = (checked.fleet, checked.policy) else { return };
    for (index, ring) in policy.rings.iter().enumerate() {
        if !fleet.servers.iter().any(|server| policy.ring_index(server) == index) {
            let message = format!("none of {} is in ring `{}`", count(fleet.servers.len(), "server"), ring.name);
            found.add(item("rings", index), message, Some("take it out, or give servers this `ring`".to_owned()));
        }
    }
}

fn unknown_to_policy(checked: &CheckedPolicy<'_>, found: &mut Found) {
    let Some(fleet) = checked.fleet else { return };
    let is_known = |ring: &str| checked.policy.rings.iter().any(|one| one.name.eq_ignore_ascii_case(ring));
    let mut unknown: BTreeMap<&str, (&str, usize)> = BTreeMap::new();
    for server in fleet.servers {
        if let Some(ring) = server.ring.as_deref().filter(|ring| !is_known(ring)) {
            unknown.entry(ring).or_insert((server.name.as_str(), 0)).1 += 1;
        }
    }
    let last = checked.policy.rings.last().map(|ring: &Ring| ring.name.as_str()).unwrap_or_default();
    for (ring, (server, number)) in unknown {
        let more = if number > 1 { format!(" and {} more", number - 1) } else { String::new() };
        let message = format!("{server}{more} in ring `{ring}`, which the policy does not have: treated as `{last}`");
        found.add(KeyPath::key("rings"), message, Some(ring_hint(ring, checked.policy)));
    }
}
