//! Verdicts for WSUS groups and collections: what is approved for a group goes to all of its servers.

use hashbrown::HashMap;

use super::fleet::Fleet;
use super::outcome::Outcome;
use crate::document::decision::{Decision, GroupVerdict};
use crate::model::id::{ServerName, UpdateId};
use crate::model::name::Folded;
use crate::model::verdict::Verdict;

/// The groups of the inventory, by their names without case.
struct Groups<'a> {
    /// What each is called by the first server that is in it.
    names: HashMap<Folded, &'a String>,
    of_server: HashMap<&'a ServerName, Vec<Folded>>,
}

impl<'a> Groups<'a> {
    fn of(fleet: &Fleet<'a>) -> Self {
        let (mut names, mut of_server) = (HashMap::new(), HashMap::new());
        for server in fleet.outcomes.values().map(Outcome::server) {
            let groups = server.groups.iter().flatten().map(|group| (Folded::of(group), group));
            groups.clone().for_each(|(folded, group)| {
                names.entry(folded).or_insert(group);
            });
            of_server.insert(&server.name, groups.map(|(folded, _)| folded).collect());
        }
        Self { names, of_server }
    }

    fn verdict(&self, group: &Folded, update: &UpdateId) -> GroupVerdict {
        let name = self.names.get(group).map_or_else(|| group.as_str().to_owned(), |name| (*name).clone());
        GroupVerdict { group: name, update: update.clone(), verdict: Verdict::Approve, because: Vec::new() }
    }
}

/// The strictest verdict of each group's servers, for each update. A group is one whatever the case of its name. Where an
/// update is superseded there is nothing to do about it, so it does not hold the group back.
pub fn verdicts(fleet: &Fleet<'_>, decisions: &[Decision]) -> Vec<GroupVerdict> {
    let groups = Groups::of(fleet);
    let mut verdicts: HashMap<(&Folded, &UpdateId), GroupVerdict> = HashMap::new();
    for of_server in decisions.chunk_by(|one, two| one.server == two.server) {
        let own = of_server.first().and_then(|first| groups.of_server.get(&first.server));
        for (group, decision) in
            own.into_iter().flatten().flat_map(|group| of_server.iter().map(move |one| (group, one)))
        {
            if decision.is_superseded() {
                continue;
            }
            let verdict = || groups.verdict(group, &decision.update);
            include(verdicts.entry((group, &decision.update)).or_insert_with(verdict), decision);
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
