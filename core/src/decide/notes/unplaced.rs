//! Updates that are offered to nobody in particular: those of which nothing is known, and servers that only may have one of
//! their products.

use std::collections::BTreeMap;

use crate::decide::fleet::Fleet;
use crate::evaluate::candidate::CandidateId;
use crate::model::id::ServerName;
use crate::model::server::ServerFact;

/// A note for all updates of which nothing is known, and one for each that servers may need.
pub fn notes(fleet: &Fleet<'_>) -> Vec<String> {
    of_nothing(fleet).into_iter().chain(perhaps_needed(fleet)).collect()
}

fn of_nothing(fleet: &Fleet<'_>) -> Option<String> {
    let mut unknown = fleet.gate.candidates.values().filter(|candidate| candidate.is_of_nothing());
    let first = &unknown.next()?.update.id;
    Some(match unknown.count() {
        0 => format!("{first}: its products are not known, and it is offered to nobody"),
        more => format!("{first} and {more} more: their products are not known, and they are offered to nobody"),
    })
}

fn perhaps_needed(fleet: &Fleet<'_>) -> Vec<String> {
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
