//! Rings of servers that the policy does not have.

use std::collections::BTreeMap;

use super::{Check, CheckedPolicy};
use crate::curate::lint::selectors::ring_hint;
use crate::curate::lint::{Found, LintRule};
use crate::model::key_path::KeyPath;
use crate::model::name::is_among;
use crate::policy::Ring;

/// The rule.
pub const RULE: LintRule<Check> = LintRule::warning(
    "ring-not-in-policy",
    "with -i: a server whose ring the policy does not have, so that it counts as the last one",
    Check(check),
);

fn check(checked: &CheckedPolicy<'_>, found: &mut Found) {
    let Some(fleet) = checked.fleet else { return };
    let is_known = |ring: &str| is_among(ring, checked.policy.rings.iter().map(|one| &one.name));
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
