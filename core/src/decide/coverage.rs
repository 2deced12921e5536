//! Coverage: which facts, if they were collected, would decide more.

use std::collections::{BTreeMap, BTreeSet};

use super::outcome::Outcome;
use crate::document::decision::Coverage;
use crate::model::fact::Fact;
use crate::model::id::{AdvisoryId, ServerName};

/// The facts that leave advisories undecided, and on how many servers.
pub fn coverage(outcomes: &[Outcome<'_>]) -> Vec<Coverage> {
    let mut facts: BTreeMap<&Fact, (BTreeSet<&ServerName>, BTreeSet<&AdvisoryId>)> = BTreeMap::new();
    for outcome in outcomes {
        let reasons = outcome.decisions.iter().flat_map(|(_, decision)| &decision.reasons);
        let undecided = reasons.filter_map(|reason| Some((&reason.missing, reason.advisory.as_ref()?)));
        let of_pairs = undecided.flat_map(|(missing, advisory)| missing.iter().map(move |fact| (fact, advisory)));
        let of_server = outcome.undecided.iter().map(|(fact, advisory)| (fact, advisory));
        // What is missing of a pending update is missing in the pending file, not on a server.
        for (fact, advisory) in of_pairs.chain(of_server).filter(|(fact, _)| !matches!(fact, Fact::Pending(..))) {
            let (servers, advisories) = facts.entry(fact).or_default();
            servers.insert(&outcome.server.name);
            advisories.insert(advisory);
        }
    }
    let coverage = facts.into_iter().map(|(fact, (servers, advisories))| Coverage {
        fact: fact.clone(),
        servers_without: servers.len(),
        advisories_undecided: advisories.into_iter().cloned().collect(),
    });
    coverage.collect()
}
