//! Coverage: which facts, if they were collected, would decide more.

use std::collections::{BTreeMap, BTreeSet};

use super::outcome::Outcome;
use crate::document::decision::Coverage;
use crate::model::id::{AdvisoryId, ServerName};

/// The facts that leave advisories undecided, and on how many servers.
pub fn coverage(outcomes: &[Outcome<'_>]) -> Vec<Coverage> {
    let mut facts: BTreeMap<&str, (BTreeSet<&ServerName>, BTreeSet<&AdvisoryId>)> = BTreeMap::new();
    for outcome in outcomes {
        let reasons = outcome.decisions.iter().flat_map(|(_, decision)| &decision.reasons);
        let undecided = reasons.filter_map(|reason| Some((&reason.missing, reason.advisory.as_ref()?)));
        let of_pairs =
            undecided.flat_map(|(missing, advisory)| missing.iter().map(move |fact| (fact.as_str(), advisory)));
        let of_server = outcome.undecided.iter().map(|(fact, advisory)| (fact.as_str(), advisory));
        for (fact, advisory) in of_pairs.chain(of_server).filter(|(fact, _)| is_of_server(fact)) {
            let (servers, advisories) = facts.entry(fact).or_default();
            servers.insert(&outcome.server.name);
            advisories.insert(advisory);
        }
    }
    let coverage = facts.into_iter().map(|(fact, (servers, advisories))| Coverage {
        fact: fact.to_owned(),
        servers_without: servers.len(),
        advisories_undecided: advisories.into_iter().cloned().collect(),
    });
    coverage.collect()
}

/// A fact about a pending update (`updates.<id>.released`) is missing in the pending file, not on a server.
fn is_of_server(fact: &str) -> bool {
    !fact.starts_with("updates.")
}
