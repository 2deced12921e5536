//! Names that updates are offered to and that nobody in the inventory has.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::nearest;
use crate::evaluate::Gate;
use crate::model::id::UpdateId;
use crate::model::name::Folded;
use crate::model::server::Server;

/// How many names are told one by one: looking for what was meant takes time for each.
const TOLD: usize = 20;

/// A note for each update and name, and one for all names beyond the first.
pub fn notes(gate: &Gate<'_>, servers: &[&Server]) -> Vec<String> {
    let known = known(servers);
    let unknown = unknown(gate, &known);
    let more = unknown.len().saturating_sub(TOLD);
    let rest = unknown.keys().nth(TOLD).map(|first| {
        let words = "are neither servers nor groups of the inventory";
        format!("{more} more names that updates are offered to, from `{first}` on, {words}")
    });
    let told = unknown.iter().take(TOLD).flat_map(|(name, updates)| of_name(name, updates, &known));
    told.chain(rest).collect()
}

/// The servers and groups of the inventory.
fn known(servers: &[&Server]) -> [BTreeSet<Folded>; 2] {
    let groups = servers.iter().flat_map(|server| server.groups.iter().flatten()).map(|group| Folded::of(group));
    [servers.iter().map(|server| server.name.folded()).collect(), groups.collect()]
}

fn unknown<'a>(gate: &'a Gate<'_>, known: &[BTreeSet<Folded>; 2]) -> BTreeMap<&'a str, Vec<&'a UpdateId>> {
    let is_known = |name: &str| known.iter().any(|names| names.contains(&Folded::of(name)));
    let mut unknown: BTreeMap<&str, Vec<&UpdateId>> = BTreeMap::new();
    for candidate in gate.candidates.values() {
        for name in candidate.update.offered_to.iter().flatten().filter(|name| !is_known(name)) {
            unknown.entry(name).or_default().push(&candidate.update.id);
        }
    }
    unknown
}

fn of_name(name: &str, updates: &[&UpdateId], known: &[BTreeSet<Folded>; 2]) -> Vec<String> {
    let near = nearest(name, known.iter().flatten().map(Folded::as_str));
    let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    let words = format!("offered to `{name}`, which is neither a server nor a group of the inventory{hint}");
    updates.iter().map(|update| format!("{update}: {words}")).collect()
}
