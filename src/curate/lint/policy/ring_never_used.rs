//! Rings that no server is in.

use super::{Check, CheckedPolicy, item};
use crate::curate::lint::{Found, LintRule};
use crate::model::wording::counted;

/// The rule.
pub const RULE: LintRule<Check> =
    LintRule::warning("ring-never-used", "with -i: a ring that no server of the fleet is in", Check(check));

fn check(checked: &CheckedPolicy<'_>, found: &mut Found) {
    let (Some(fleet), policy) = (checked.fleet, checked.policy) else { return };
    for (index, ring) in policy.rings.iter().enumerate() {
        if !fleet.servers.iter().any(|server| policy.ring_index(server) == index) {
            let message = format!("none of {} is in ring `{}`", counted(fleet.servers.len(), "server"), ring.name);
            found.add(item("rings", index), message, Some("remove it, or give servers this `ring`".to_owned()));
        }
    }
}
