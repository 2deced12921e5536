//! Pilot first: what is only reported, or what nobody has looked at, goes to the servers of earlier rings before the others.
//!
//! An advisory that is only reported says that an update may be bad, so it is not installed unseen: where it is pending on
//! servers of earlier rings, these go first. Where there are none, the wait is one for time, and the server's own matter.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashSet;

use super::draft::Draft;
use super::fleet::Fleet;
use super::line::{Cause, Classes, Line};
use super::outcome::Outcome;
use super::pair::PairId;
use crate::evaluate::Question;
use crate::evaluate::candidate::CandidateId;
use crate::evaluate::reason::Reason;
use crate::model::effect::Effect;
use crate::model::fact::Fact;
use crate::model::rule::Rule;

/// The servers of one ring on which an update is pending.
#[derive(Debug, Default)]
struct Ring {
    /// Where it can go, or a newer one in its place.
    going: Vec<PairId>,
    /// Where it is blocked.
    blocked: Vec<PairId>,
}

/// The rings of each update that has to wait for earlier ones somewhere.
type Rings = BTreeMap<CandidateId, BTreeMap<usize, Ring>>;

/// Lets servers wait for those of earlier rings.
pub fn keep_rings(fleet: &Fleet<'_>, line: &mut Line) {
    let waiting: HashSet<PairId> = waiting(fleet, line).map(|(pair, _)| pair).collect();
    for (candidate, rings) in rings(fleet, line, &waiting) {
        let mut classes: Vec<Vec<PairId>> = Vec::new();
        let mut left_out: Vec<PairId> = Vec::new();
        for (number, mut ring) in rings {
            let is_alone = classes.is_empty() && !left_out.is_empty();
            if is_alone {
                ring = without_pilots(fleet, line, (candidate, number), ring, &left_out);
            }
            for pair in ring.going.iter().filter(|pair| !is_alone && waiting.contains(*pair)) {
                line.leave_out(*pair, left_out.len());
            }
            left_out.extend(ring.blocked);
            classes.extend(Some(ring.going).filter(|going| !going.is_empty()));
        }
        queue(fleet, line, candidate, classes, &waiting);
    }
}

fn queue(
    fleet: &Fleet<'_>,
    line: &mut Line,
    candidate: CandidateId,
    classes: Vec<Vec<PairId>>,
    waiting: &HashSet<PairId>,
) {
    let update = fleet.gate.candidates.get(candidate).map(|one| one.update.id.as_str()).unwrap_or_default();
    let cause = |pair: PairId| if waiting.contains(&pair) { Cause::Own } else { Cause::Nothing };
    line.queue(fleet, Classes { name: format!("ring:{update}"), rule: Rule::Ring, classes, cause: &cause });
}

/// The pairs that nothing stops and that go to earlier rings first, with their rings.
pub fn waiting<'f>(fleet: &'f Fleet<'_>, line: &'f Line) -> impl Iterator<Item = (PairId, usize)> + 'f {
    let question = &fleet.gate.question;
    let waits = |draft: &Draft<'_>| draft.reasons.iter().any(|reason| question.asks_for_pilots(reason));
    let waiting = fleet.drafts().filter(move |(pair, _, draft)| waits(draft) && !line.is_blocked(*pair, draft));
    waiting.map(|(pair, outcome, _)| (pair, question.policy.ring_index(outcome.server())))
}

/// The rings of the updates that have to wait for earlier ones.
fn rings(fleet: &Fleet<'_>, line: &Line, waiting: &HashSet<PairId>) -> Rings {
    let updates = waiting.iter().filter_map(|pair| Some(fleet.draft(*pair)?.candidate_id));
    let mut rings: Rings = updates.map(|candidate| (candidate, BTreeMap::new())).collect();
    for (pair, outcome, draft) in fleet.drafts().filter(|_| !waiting.is_empty()) {
        let Some(rings) = rings.get_mut(&draft.candidate_id) else { continue };
        let ring: &mut Ring = rings.entry(fleet.gate.question.policy.ring_index(outcome.server())).or_default();
        match stands_for(line, outcome, pair, draft) {
            Some(going) => ring.going.push(going),
            None => ring.blocked.push(pair),
        }
    }
    rings
}

/// What goes on a server for an update: itself, or the newer one that replaces it.
fn stands_for(line: &Line, outcome: &Outcome<'_>, pair: PairId, draft: &Draft<'_>) -> Option<PairId> {
    let goes = |(pair, draft): &(PairId, &Draft<'_>)| !line.is_blocked(*pair, draft);
    let others = outcome.drafts.iter().map(|(pending, one)| (PairId { pending, ..pair }, one));
    let newer =
        others.filter(|(_, one)| draft.is_superseded() && draft.candidate.superseded_by.contains(&one.candidate_id));
    std::iter::once((pair, draft)).chain(newer).find(goes).map(|(pair, _)| pair)
}

/// A ring before which all servers are left out: what has to wait there is stopped, unless one of those has it already.
fn without_pilots(
    fleet: &Fleet<'_>,
    line: &mut Line,
    (candidate, number): (CandidateId, usize),
    mut ring: Ring,
    left_out: &[PairId],
) -> Ring {
    let question = &fleet.gate.question;
    let waits = |pair: &PairId| {
        let reasons = fleet.draft(*pair).into_iter().flat_map(|draft| &draft.reasons);
        reasons.filter(|reason| reason.counts()).any(|reason| question.waits_for_rings(reason))
    };
    let (waiting, going): (Vec<PairId>, Vec<PairId>) = ring.going.iter().copied().partition(waits);
    if waiting.is_empty() {
        return ring;
    }
    if has_any(fleet, candidate, number) {
        waiting.into_iter().for_each(|pair| line.let_go(pair));
        return ring;
    }
    let reason = nobody_tries(fleet, line, candidate, left_out);
    waiting.iter().for_each(|pair| line.stop(fleet, *pair, reason.clone()));
    ring.blocked.extend(waiting);
    Ring { going, ..ring }
}

/// Whether a server of an earlier ring has an update. Asked of the few updates that are blocked on all the others.
fn has_any(fleet: &Fleet<'_>, candidate: CandidateId, number: usize) -> bool {
    let Some(update) = fleet.gate.candidates.get(candidate).map(|one| &one.update.id) else { return false };
    let servers = fleet.outcomes.values().map(Outcome::server);
    let mut earlier = servers.filter(|server| fleet.gate.question.policy.ring_index(server) < number);
    earlier.any(|server| fleet.gate.now(server).installed(update).is_true())
}

fn nobody_tries(fleet: &Fleet<'_>, line: &Line, candidate: CandidateId, left_out: &[PairId]) -> Reason {
    let count = left_out.len();
    let message = format!("on all servers of earlier rings ({count}) it is blocked, and none of them has it");
    let of_pair = |pair: &PairId| fleet.draft(*pair).map(|draft| line.missing(*pair, draft)).unwrap_or_default();
    let mut missing: BTreeSet<Fact> = left_out.iter().flat_map(of_pair).collect();
    if missing.is_empty() {
        // What would settle it is that one of them has it after all.
        missing.extend(fleet.gate.candidates.get(candidate).map(|one| Fact::Installed(one.update.id.clone())));
    }
    Reason::of_policy(Rule::Ring, Effect::Block, message).without(missing.into_iter().collect())
}

/// Tells in the reasons that wait for earlier rings how many of their servers are left out.
pub fn tell_left_out(question: &Question<'_>, reasons: &mut [Reason], number: usize) {
    for reason in reasons.iter_mut().filter(|reason| number > 0 && question.asks_for_pilots(reason)) {
        let servers = if number == 1 { "server" } else { "servers" };
        let left_out = format!("{}; {number} {servers} of earlier rings left out, where it is blocked", reason.message);
        reason.message = left_out.into();
    }
}
