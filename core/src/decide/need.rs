//! What may not wait: an exposure, something required, a hole that is exploited.

use std::collections::BTreeMap;

use super::pair::PendingId;
use super::pending::Pending;
use crate::evaluate::Gate;
use crate::model::hypothesis::Hypothesis;
use crate::model::id::UpdateId;

/// Something that may not wait, known to be true.
#[derive(Clone, Debug)]
pub struct Need {
    /// The pending updates each of which ends it.
    pub ends: Vec<PendingId>,
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
