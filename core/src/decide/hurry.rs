//! What may not wait: an exposure, something required, a hole that is exploited; and which update is hurried to end it.

use std::collections::BTreeMap;

use super::pair::PendingId;
use super::simulate::{Pending, Update};
use crate::evaluate::Gate;
use crate::model::hypothesis::Hypothesis;
use crate::model::id::UpdateId;
use crate::model::table::Table;

/// Something that may not wait, known to be true.
#[derive(Clone, Debug)]
pub struct Need {
    /// The pending updates each of which ends it.
    pub ends: Vec<PendingId>,
}

/// The updates that are hurried: for each need the first released of those that nothing stops, and none where one of them goes
/// now anyway.
pub fn hurried(updates: &Table<PendingId, Update<'_>>, needs: &[Need]) -> Vec<PendingId> {
    let released = |update: &Update<'_>| update.candidate.update.released.map(|one| one.first());
    let of_need = |need: &Need| {
        let ends = need.ends.iter().filter_map(|id| Some((*id, updates.get(*id)?)));
        let (free, stopped): (Vec<_>, Vec<_>) = ends.partition(|(_, update)| !update.is_blocked_now());
        if free.iter().any(|(_, update)| !update.waits_for_time()) {
            return None;
        }
        // What is stopped is wanted all the same: that is the conflict which somebody has to settle.
        let hurried = if free.is_empty() { stopped } else { free };
        hurried.into_iter().min_by_key(|(_, update)| (released(update).is_none(), released(update), update.id())).map(|(id, _)| id)
    };
    needs.iter().filter_map(of_need).collect()
}

/// The holes that are exploited and not closed here, each with the pending updates that close it.
pub fn exploited(gate: &Gate<'_>, now: &Hypothesis<'_>, pending: &Pending<'_>) -> Vec<Need> {
    let mut holes: BTreeMap<&UpdateId, Vec<PendingId>> = BTreeMap::new();
    let is_asked = gate.question.policy.expedite.exploited;
    for (id, (_, candidate)) in pending.iter().filter(|_| is_asked) {
        gate.exploited_by(now, candidate).for_each(|hole| holes.entry(hole).or_default().push(id));
    }
    holes.into_values().map(|ends| Need { ends }).collect()
}
