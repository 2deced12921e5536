//! Updates that are offered to nobody in particular, and servers that only may have one of their products.

use std::collections::BTreeMap;

use crate::decide::fleet::Fleet;
use crate::evaluate::candidate::CandidateId;
use crate::model::id::ServerName;
use crate::model::server::ServerFact;

/// A note for each such update.
pub fn notes(fleet: &Fleet<'_>) -> Vec<String> {
    let mut servers: BTreeMap<CandidateId, (&ServerName, usize)> = BTreeMap::new();
    for subject in fleet.outcomes.values().map(|outcome| &outcome.subject) {
        for id in &subject.unplaced {
            servers.entry(*id).or_insert((&subject.server.name, 0)).1 += 1;
        }
    }
    let note = |(id, (first, count)): (CandidateId, (&ServerName, usize))| {
        let update = &fleet.gate.candidates.get(id)?.update.id;
        let more = if count > 1 { format!(" and {} more", count - 1) } else { String::new() };
        let words =
            format!("may have one of its products, so nothing is decided there without `{}`", ServerFact::Products);
        Some(format!("{update}: {first}{more} {words}"))
    };
    servers.into_iter().filter_map(note).collect()
}
