//! Pilot first: where the policy makes an advisory's warning a `sequence`, servers wait for those of earlier rings.
//!
//! Known-bad and hazard advisories name nothing that could go first, so a house that wants to find out on its pilot
//! servers says `sequence` for them (for unsure ones: `effects: {reported: sequence}`).

use std::collections::BTreeSet;

use hashbrown::{HashMap, HashSet};

use super::outcome::Outcome;
use crate::document::decision::{Decision, Pair};
use crate::evaluate::Gate;
use crate::evaluate::reason::Reason;
use crate::model::effect::Effect;
use crate::model::id::{AdvisoryId, UpdateId};
use crate::model::rule::Rule;
use crate::model::verdict::Verdict;

/// Lets servers that an advisory warns of wait for the warned servers of earlier rings.
pub fn keep_rings(gate: &Gate<'_>, outcomes: &mut [Outcome<'_>]) {
    let mut warned: HashMap<(UpdateId, AdvisoryId), Vec<(usize, Pair)>> = HashMap::new();
    for outcome in outcomes.iter() {
        let ring = gate.question.policy.ring_index(outcome.server);
        for (_, one) in outcome.decisions.iter().filter(|(_, one)| one.verdict == Verdict::Sequence) {
            for advisory in
                one.reasons.iter().filter(|reason| asks_for_pilots(gate, reason)).filter_map(|r| r.advisory.clone())
            {
                let pair = Pair { server: one.server.clone(), update: one.update.clone() };
                warned.entry((one.update.clone(), advisory)).or_default().push((ring, pair));
            }
        }
    }
    let mut keys: Vec<_> = warned.keys().cloned().collect();
    keys.sort();
    for servers in keys.iter().filter_map(|key| warned.get(key)) {
        for (ring, pair) in servers {
            let earlier: Vec<Pair> =
                servers.iter().filter(|(other, _)| other < ring).map(|(_, pair)| pair.clone()).collect();
            wait_for(outcomes, pair, earlier);
        }
    }
}

/// Whether a reason is a `sequence` because the policy says so, not because something pending clears a block.
fn asks_for_pilots(gate: &Gate<'_>, reason: &Reason) -> bool {
    let advisory = reason.advisory.as_ref().and_then(|id| gate.question.database.advisory(id));
    let policy = gate.question.policy;
    let is_stated = |advisory| policy.effects.effect(advisory, reason.truth, &policy.unknown) == Effect::Sequence;
    reason.counts() && matches!(reason.rule, Rule::KnownBad | Rule::Hazard) && advisory.is_some_and(is_stated)
}

/// Adds what goes first, but for what already waits for this one: the order of roles may go against the rings.
fn wait_for(outcomes: &mut [Outcome<'_>], pair: &Pair, earlier: Vec<Pair>) {
    let added: BTreeSet<Pair> = earlier.into_iter().filter(|one| !is_waiting(outcomes, one, pair)).collect();
    let mut all = outcomes.iter_mut().flat_map(|outcome| &mut outcome.decisions).map(|(_, one)| one);
    if let Some(one) = all.find(|one| is_of(one, pair)) {
        let after: BTreeSet<Pair> = one.after.drain(..).chain(added).collect();
        one.after = after.into_iter().collect();
    }
}

fn is_waiting(outcomes: &[Outcome<'_>], one: &Pair, goal: &Pair) -> bool {
    let mut seen = HashSet::new();
    let mut open = vec![one.clone()];
    while let Some(pair) = open.pop() {
        if pair == *goal {
            return true;
        }
        if seen.insert(pair.clone()) {
            let all = outcomes.iter().flat_map(|outcome| &outcome.decisions).map(|(_, one)| one);
            open.extend(all.filter(|one| is_of(one, &pair)).flat_map(|one| one.after.iter().cloned()));
        }
    }
    false
}

fn is_of(one: &Decision, pair: &Pair) -> bool {
    one.server == pair.server && one.update == pair.update
}
