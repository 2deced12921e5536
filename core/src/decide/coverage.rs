//! Coverage: which facts, if they were collected, would decide more.

use std::collections::{BTreeMap, BTreeSet};

use super::fleet::Fleet;
use crate::document::decision::{Coverage, Decision};
use crate::model::fact::Fact;
use crate::model::id::{AdvisoryId, ServerName};

/// The facts that leave advisories undecided, and on how many servers.
pub fn coverage(fleet: &Fleet<'_>, decisions: &[Decision]) -> Vec<Coverage> {
    let mut facts: BTreeMap<&Fact, (BTreeSet<&ServerName>, BTreeSet<&AdvisoryId>)> = BTreeMap::new();
    let mut miss = |server, fact, advisory| {
        let (servers, advisories) = facts.entry(fact).or_default();
        servers.insert(server);
        advisories.insert(advisory);
    };
    for decision in decisions {
        for reason in &decision.reasons {
            let Some(advisory) = &reason.advisory else { continue };
            // What is missing of a pending update is missing in the pending file, not on a server.
            let missing = reason.missing.iter().filter(|fact| !matches!(fact, Fact::Pending(..)));
            missing.for_each(|fact| miss(&decision.server, fact, advisory));
        }
    }
    for outcome in fleet.outcomes.values() {
        outcome.undecided.iter().for_each(|(fact, advisory)| miss(&outcome.server().name, fact, advisory));
    }
    let coverage = facts.into_iter().map(|(fact, (servers, advisories))| Coverage {
        fact: fact.clone(),
        servers_without: servers.len(),
        advisories_undecided: advisories.into_iter().cloned().collect(),
    });
    coverage.collect()
}
