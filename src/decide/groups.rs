//! Verdicts for WSUS groups and collections: what is approved for a group goes to all of its servers.

use std::collections::BTreeMap;

use super::outcome::Outcome;
use crate::decision::{GroupVerdict, Verdict};

/// The strictest verdict of each group's servers, for each update.
pub fn verdicts(outcomes: &[Outcome<'_>]) -> Vec<GroupVerdict> {
    let mut groups: BTreeMap<(&str, _), GroupVerdict> = BTreeMap::new();
    for outcome in outcomes {
        for group in outcome.server.groups.iter().flatten() {
            for (_, decision) in &outcome.decisions {
                let entry = groups.entry((group, &decision.update)).or_insert_with(|| GroupVerdict {
                    group: group.clone(),
                    update: decision.update.clone(),
                    verdict: Verdict::Approve,
                    because: Vec::new(),
                });
                if decision.verdict > entry.verdict {
                    entry.verdict = decision.verdict;
                    entry.because.clear();
                }
                if decision.verdict == entry.verdict && entry.verdict != Verdict::Approve {
                    entry.because.push(decision.server.clone());
                }
            }
        }
    }
    groups.into_values().collect()
}
