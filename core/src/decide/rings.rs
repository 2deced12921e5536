//! Pilot first: where the policy lets a warning make an update wait for earlier rings, these go first.
//!
//! An advisory that is only reported says that an update may be bad, so the policy may ask not to install it unseen:
//! the servers of the earlier rings that have the same warning get it before the others do.

use std::collections::BTreeMap;

use super::fleet::Fleet;
use super::line::{Classes, Line};
use super::pair::PairId;
use crate::evaluate::Gate;
use crate::evaluate::candidate::CandidateId;
use crate::evaluate::reason::Reason;
use crate::model::effect::Effect;
use crate::model::id::AdvisoryId;
use crate::model::rule::Rule;
use crate::model::verdict::Verdict;

/// The pairs that one advisory makes wait, by the ring of their server.
type Rings = BTreeMap<usize, Vec<PairId>>;

/// The pairs that each advisory makes wait with each update, and the rule that it speaks by.
type Warned<'f> = BTreeMap<(CandidateId, &'f AdvisoryId), (Rule, Rings)>;

/// Lets servers wait for those of earlier rings that the same advisory warns of the same update.
pub fn keep_rings(fleet: &Fleet<'_>, line: &mut Line) {
    for ((candidate, advisory), (rule, rings)) in warned(fleet, line) {
        let update = fleet.gate.candidates.get(candidate).map(|one| one.update.id.as_str()).unwrap_or_default();
        let (name, classes) = (format!("ring:{advisory}/{update}"), rings.into_values().collect());
        line.queue(fleet, Classes { name, rule, classes, reason: None });
    }
}

fn warned<'f>(fleet: &'f Fleet<'_>, line: &Line) -> Warned<'f> {
    let mut warned = Warned::new();
    let waiting = fleet.drafts().filter(|(pair, _, draft)| line.verdict(*pair, draft) == Verdict::Sequence);
    for (pair, outcome, draft) in waiting {
        for reason in draft.reasons.iter().filter(|reason| asks_for_pilots(fleet.gate, reason)) {
            let Some(advisory) = &reason.advisory else { continue };
            let ring = fleet.gate.question.policy.ring_index(outcome.server());
            let new = || (reason.rule, Rings::new());
            let (_, rings) = warned.entry((draft.candidate_id, advisory)).or_insert_with(new);
            rings.entry(ring).or_default().push(pair);
        }
    }
    warned
}

/// Whether a reason is a `sequence` because the policy says so, not because something pending clears a block.
fn asks_for_pilots(gate: &Gate<'_>, reason: &Reason) -> bool {
    let advisory = reason.advisory.as_ref().and_then(|id| gate.question.database.advisory(id));
    let policy = gate.question.policy;
    let is_stated = |advisory| policy.effects.effect(advisory, reason.truth, &policy.unknown) == Effect::Sequence;
    reason.counts() && matches!(reason.rule, Rule::KnownBad | Rule::Hazard) && advisory.is_some_and(is_stated)
}
