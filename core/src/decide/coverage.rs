//! Coverage: which facts, if they were collected, would decide more.

use std::collections::{BTreeMap, BTreeSet};

use super::fleet::Fleet;
use crate::document::decision::{Coverage, Decision};
use crate::model::fact::Fact;
use crate::model::id::{AdvisoryId, ServerName};

/// A fact that a server lacks, and the advisory that it leaves undecided.
type Lack<'a> = (&'a Fact, &'a ServerName, &'a AdvisoryId);

/// The facts that leave advisories undecided, and on how many servers.
pub fn coverage(fleet: &Fleet<'_>, decisions: &[Decision]) -> Vec<Coverage> {
    let of_pairs = decisions.iter().flat_map(of_decision);
    let of_servers = fleet
        .outcomes
        .values()
        .flat_map(|outcome| outcome.undecided.iter().map(|(fact, advisory)| (fact, &outcome.server().name, advisory)));
    let mut facts: BTreeMap<&Fact, (BTreeSet<&ServerName>, BTreeSet<&AdvisoryId>)> = BTreeMap::new();
    for (fact, server, advisory) in of_pairs.chain(of_servers) {
        let (servers, advisories) = facts.entry(fact).or_default();
        servers.insert(server);
        advisories.insert(advisory);
    }
    let coverage = facts.into_iter().map(|(fact, (servers, advisories))| Coverage {
        fact: fact.clone(),
        servers_without: servers.len(),
        advisories_undecided: advisories.into_iter().cloned().collect(),
    });
    coverage.collect()
}

/// What a decision lacks. What is missing of a pending update is missing in the pending file, not on a server.
fn of_decision(decision: &Decision) -> impl Iterator<Item = Lack<'_>> {
    let reasons = decision.reasons.iter().filter_map(|reason| Some((&reason.missing, reason.advisory.as_ref()?)));
    let lacks =
        reasons.flat_map(move |(missing, advisory)| missing.iter().map(move |fact| (fact, &decision.server, advisory)));
    lacks.filter(|(fact, ..)| !matches!(fact, Fact::Pending(..)))
}
