//! Updates of which nobody knows what they bring, where advisories on these servers' products go by builds and do not name
//! them.

use std::collections::BTreeSet;

use crate::advisory::{Advisory, Status};
use crate::evaluate::Gate;
use crate::evaluate::candidate::Candidate;
use crate::model::id::ProductId;
use crate::model::server::Server;

/// A note for each such update.
pub fn notes(gate: &Gate<'_>, servers: &[&Server]) -> Vec<String> {
    let there = Products::of(gate, servers);
    let unknown = gate.candidates.values().filter(|candidate| candidate.update.brings.is_none());
    unknown.filter_map(|candidate| note(candidate, unmatched(gate, &there, candidate))).collect()
}

/// The products that servers have or can come to have; any, where one's were not collected.
struct Products<'a>(Option<BTreeSet<&'a ProductId>>);

impl<'a> Products<'a> {
    fn of(gate: &'a Gate<'_>, servers: &[&'a Server]) -> Self {
        if servers.iter().any(|server| server.products.is_none()) {
            return Self(None);
        }
        let listed = servers.iter().flat_map(|server| &server.products).flatten().map(|one| &one.product);
        let own = listed.chain(servers.iter().flat_map(|server| &server.perhaps.products));
        Self(Some(own.chain(gate.candidates.values().flat_map(|one| &one.products)).collect()))
    }

    fn concern(&self, advisory: &Advisory) -> bool {
        let is_there = |product| self.0.as_ref().is_none_or(|there| there.contains(product));
        advisory.affects.is_empty() || advisory.affects.iter().any(|affects| is_there(&affects.product))
    }
}

/// The advisories that go by builds of the update's products and do not name it.
fn unmatched<'a>(gate: &Gate<'a>, there: &Products<'_>, candidate: &Candidate<'_>) -> Vec<&'a str> {
    let goes_by_build = |advisory: &Advisory| {
        let mut ranges = advisory.builds().iter().filter(|build| !build.is_every_update());
        ranges.any(|build| candidate.products.contains(&build.product))
    };
    let is_named = |advisory: &Advisory| advisory.updates().iter().any(|one| one.id == candidate.update.id);
    let active = gate.question.database.advisories().iter().filter(|one| one.status == Status::Active);
    let unmatched = active.filter(|one| goes_by_build(one) && !is_named(one) && there.concern(one));
    unmatched.map(|one| one.id.as_str()).collect()
}

fn note(candidate: &Candidate<'_>, advisories: Vec<&str>) -> Option<String> {
    let id = &candidate.update.id;
    let words = "the build that it brings is not known, so advisories that go by build could not be matched";
    (!advisories.is_empty()).then(|| format!("{id}: {words}: {}", advisories.join(", ")))
}
