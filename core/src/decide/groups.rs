//! Verdicts for WSUS groups and collections: what is approved for a group goes to all of its servers.

use hashbrown::HashMap;

use super::fleet::Fleet;
use crate::document::decision::{Decision, GroupVerdict};
use crate::model::id::{ServerName, UpdateId};
use crate::model::verdict::Verdict;

/// The strictest verdict of each group's servers, for each update. A group is one whatever the case of its name, and is
/// called as the first server calls it.
pub fn verdicts(fleet: &Fleet<'_>, decisions: &[Decision]) -> Vec<GroupVerdict> {
    let servers = fleet.outcomes.values().map(|outcome| outcome.server());
    let groups: HashMap<&ServerName, Vec<String>> = servers
        .clone()
        .map(|server| (&server.name, server.groups.iter().flatten().map(|group| group.to_lowercase()).collect()))
        .collect();
    let mut names: HashMap<String, &String> = HashMap::new();
    for group in servers.flat_map(|server| server.groups.iter().flatten()) {
        names.entry(group.to_lowercase()).or_insert(group);
    }
    let mut verdicts: HashMap<(&str, &UpdateId), GroupVerdict> = HashMap::new();
    for decision in decisions {
        for group in groups.get(&decision.server).into_iter().flatten() {
            let entry = verdicts.entry((group, &decision.update)).or_insert_with(|| GroupVerdict {
                group: names.get(group).map_or_else(|| group.clone(), |name| (*name).clone()),
                update: decision.update.clone(),
                verdict: Verdict::Approve,
                because: Vec::new(),
            });
            include(entry, decision);
        }
    }
    let mut verdicts: Vec<GroupVerdict> = verdicts.into_values().collect();
    verdicts.sort_by(|one, two| (&one.group, &one.update).cmp(&(&two.group, &two.update)));
    verdicts
}

/// One more server of the group.
fn include(group: &mut GroupVerdict, decision: &Decision) {
    if decision.verdict > group.verdict {
        group.verdict = decision.verdict;
        group.because.clear();
    }
    if decision.verdict == group.verdict && group.verdict != Verdict::Approve {
        group.because.push(decision.server.clone());
    }
}
