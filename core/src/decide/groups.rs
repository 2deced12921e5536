//! Verdicts for WSUS groups and collections: what is approved for a group goes to all of its servers.

use hashbrown::HashMap;

use super::outcome::Outcome;
use crate::document::decision::GroupVerdict;
use crate::model::id::UpdateId;
use crate::model::verdict::Verdict;

/// The strictest verdict of each group's servers, for each update.
pub fn verdicts(outcomes: &[Outcome<'_>]) -> Vec<GroupVerdict> {
    let mut groups: HashMap<(&str, &UpdateId), GroupVerdict> = HashMap::new();
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
    let mut verdicts: Vec<GroupVerdict> = groups.into_values().collect();
    verdicts.sort_by(|one, two| (&one.group, &one.update).cmp(&(&two.group, &two.update)));
    verdicts
}
