//! What servers have to do with each other by conditions that count other servers: `others`.
//!
//! A server sees the others as they are now, with any part of what may come there: what is placed on them in any pass of this
//! decision. So nothing that is approved becomes unsafe by what another server gets. Where an update is free only once others
//! have what is placed for them, it waits for these.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hashbrown::HashMap;
use rayon::prelude::*;

use super::answers::{Answers, Group, Installed, Sight};
use super::draft::Draft;
use super::fleet::Fleet;
use super::held_back::HeldBack;
use super::line::{Cause, Classes, Line};
use super::outcome::Outcome;
use super::pair::{OutcomeId, PairId, PendingId};
use super::simulate::simulate;
use crate::condition::others::Others;
use crate::evaluate::Gate;
use crate::evaluate::candidate::CandidateId;
use crate::evaluate::reason::{Reason, verdict};
use crate::model::effect::Effect;
use crate::model::id::{AdvisoryId, UpdateId};
use crate::model::name::Folded;
use crate::model::neighbours::Neighbours;
use crate::model::server::Server;
use crate::model::table::Place;

/// What the fleet's servers see of each other.
#[derive(Debug, Default)]
pub struct Beside {
    /// What was placed on each in any pass.
    may_come: Vec<BTreeSet<CandidateId>>,
    /// What each sees as things are now.
    now: Vec<Arc<Neighbours>>,
    /// What each saw when it was decided.
    seen: Vec<Arc<Neighbours>>,
    /// The servers with pairs that wait for others, with the reasons of these pairs.
    waiting: BTreeMap<OutcomeId, BTreeMap<PendingId, Vec<Reason>>>,
    /// The servers whose pairs cannot wait.
    refused: BTreeSet<OutcomeId>,
}

/// What the servers see of each other before anything is decided; none where nothing asks of others.
pub fn at_first(gate: &Gate<'_>, servers: &[&Server]) -> Vec<Arc<Neighbours>> {
    if gate.others.is_empty() {
        return Vec::new();
    }
    let as_collected: Vec<_> = servers.iter().map(|server| (*server, Installed::default())).collect();
    Answers::of(gate, &as_collected).neighbours(servers)
}

impl Beside {
    /// What the servers saw at first.
    pub fn new(seen: Vec<Arc<Neighbours>>) -> Self {
        Self { may_come: vec![BTreeSet::new(); seen.len()], now: seen.clone(), seen, ..Self::default() }
    }

    /// What a server sees, where anything asks of others.
    pub fn seen(&self, server: OutcomeId) -> Option<Sight<'_>> {
        self.sight(server, &self.seen)
    }

    fn sight<'s>(&'s self, server: OutcomeId, then: &'s [Arc<Neighbours>]) -> Option<Sight<'s>> {
        Some(Sight { now: self.now.get(server.index())?, then: then.get(server.index())? })
    }

    /// Decides again until no server is decided without regard to what comes to others.
    pub fn regard(&mut self, fleet: &mut Fleet<'_>, held: &HashMap<OutcomeId, HeldBack>) {
        if self.seen.is_empty() {
            return;
        }
        loop {
            self.waiting.clear();
            self.settle(fleet, held);
            while self.let_wait(fleet, held) {
                self.settle(fleet, held);
            }
            let broken = self.broken(fleet);
            if broken.is_empty() {
                return;
            }
            self.refused.extend(broken);
        }
    }

    /// Lets each server see what may come to the others, until nothing more comes. Those with pairs that wait for others see
    /// these as they will be then.
    fn settle(&mut self, fleet: &mut Fleet<'_>, held: &HashMap<OutcomeId, HeldBack>) {
        loop {
            self.hear(fleet);
            let may_come = |id: OutcomeId| Installed {
                certain: Vec::new(),
                possible: ids(fleet.gate, self.may_come.get(id.index()).into_iter().flatten().copied()),
            };
            let by_now = see(fleet, &may_come);
            let seen = if self.waiting.is_empty() { by_now } else { self.then(fleet, by_now) };
            let changed: BTreeSet<OutcomeId> =
                fleet.outcomes.places().filter(|id| self.seen.get(id.index()) != seen.get(id.index())).collect();
            self.seen = seen;
            if changed.is_empty() {
                return;
            }
            self.decide(fleet, held, &changed);
        }
    }

    /// What each server sees; those with pairs that wait see the others with all that is placed there.
    fn then(&self, fleet: &Fleet<'_>, mut by_now: Vec<Arc<Neighbours>>) -> Vec<Arc<Neighbours>> {
        let then = see(fleet, &|id| self.placed(fleet, id));
        for id in self.waiting.keys() {
            if let Some((own, then)) = by_now.get_mut(id.index()).zip(then.get(id.index())) {
                *own = then.clone();
            }
        }
        by_now
    }

    /// What is placed on a server: for certain, but what waits for others may come or not.
    fn placed<'a>(&self, fleet: &Fleet<'a>, id: OutcomeId) -> Installed<'a> {
        let Some(outcome) = fleet.outcomes.get(id) else { return Installed::default() };
        let waiting = self.waiting_on(outcome, id);
        let mut found = Installed::default();
        for (pending, draft) in outcome.drafts.iter().filter(|(_, draft)| draft.is_placed()) {
            let list = if waiting.contains(&pending) { &mut found.possible } else { &mut found.certain };
            list.push(&draft.candidate.update.id);
        }
        found
    }

    /// The pairs of a server that wait for others, and those that wait for these or go with them.
    fn waiting_on(&self, outcome: &Outcome<'_>, id: OutcomeId) -> BTreeSet<PendingId> {
        let mut found: BTreeSet<PendingId> =
            self.waiting.get(&id).into_iter().flat_map(BTreeMap::keys).copied().collect();
        loop {
            let waits = |draft: &Draft<'_>| draft.after.iter().chain(&draft.with).any(|one| found.contains(one));
            let more: Vec<PendingId> =
                outcome.drafts.iter().filter(|(_, draft)| waits(draft)).map(|(id, _)| id).collect();
            let before = found.len();
            found.extend(more);
            if found.len() == before {
                return found;
            }
        }
    }

    fn hear(&mut self, fleet: &Fleet<'_>) {
        for (outcome, may_come) in fleet.outcomes.values().zip(&mut self.may_come) {
            may_come.extend(outcome.drafts.values().filter(|draft| draft.is_placed()).map(|draft| draft.candidate_id));
        }
    }

    fn decide(&self, fleet: &mut Fleet<'_>, held: &HashMap<OutcomeId, HeldBack>, which: &BTreeSet<OutcomeId>) {
        let (gate, nothing) = (fleet.gate, HeldBack::default());
        fleet.outcomes.as_mut_slice().par_iter_mut().enumerate().for_each(|(index, outcome)| {
            let id = OutcomeId::of_index(index);
            if which.contains(&id) {
                let held = held.get(&id).unwrap_or(&nothing);
                *outcome = simulate(gate, outcome.server(), held, self.seen(id));
            }
        });
    }

    /// Finds servers where something that others stop goes once these have what is placed there; whether there are any.
    fn let_wait(&mut self, fleet: &mut Fleet<'_>, held: &HashMap<OutcomeId, HeldBack>) -> bool {
        let is_open = |id: &OutcomeId| !self.refused.contains(id) && !self.waiting.contains_key(id);
        let stopped: Vec<(OutcomeId, BTreeMap<PendingId, Vec<Reason>>)> = fleet
            .outcomes
            .places()
            .filter(is_open)
            .filter_map(|id| Some((id, stopped_by_others(fleet.gate, fleet.outcomes.get(id)?))))
            .filter(|(_, pairs)| !pairs.is_empty())
            .collect();
        if stopped.is_empty() {
            return false;
        }
        let then = see(fleet, &|id| self.placed(fleet, id));
        let (gate, nothing) = (fleet.gate, HeldBack::default());
        let tried: Vec<(OutcomeId, BTreeMap<PendingId, Vec<Reason>>, Outcome<'_>)> = stopped
            .into_par_iter()
            .filter_map(|(id, mut pairs)| {
                let held = held.get(&id).unwrap_or(&nothing);
                let outcome = simulate(gate, fleet.outcomes.get(id)?.server(), held, self.sight(id, &then));
                pairs.retain(|pending, _| outcome.drafts.get(*pending).is_some_and(Draft::is_placed));
                let waits = !pairs.is_empty() && is_no_milder(fleet.outcomes.get(id)?, &outcome, &pairs);
                waits.then_some((id, pairs, outcome))
            })
            .collect();
        let has_any = !tried.is_empty();
        for (id, pairs, outcome) in tried {
            if let Some((seen, then)) = self.seen.get_mut(id.index()).zip(then.get(id.index())) {
                *seen = then.clone();
            }
            if let Some(own) = fleet.outcomes.get_mut(id) {
                *own = outcome;
            }
            self.waiting.insert(id, pairs);
        }
        has_any
    }

    /// The servers with a pair that waits and no longer goes, now that the others regard it.
    fn broken(&self, fleet: &Fleet<'_>) -> Vec<OutcomeId> {
        let goes = |outcome: OutcomeId, pending: PendingId| {
            fleet.draft(PairId { outcome, pending }).is_some_and(Draft::is_placed)
        };
        let waiting = self.waiting.iter();
        waiting.filter(|(id, pairs)| !pairs.keys().all(|pending| goes(**id, *pending))).map(|(id, _)| *id).collect()
    }

    /// Lets the pairs that are free only then wait for what makes the others what they have to be.
    pub fn keep(&self, fleet: &Fleet<'_>, line: &mut Line) {
        if self.waiting.is_empty() {
            return;
        }
        let servers: Vec<&Server> = fleet.outcomes.values().map(Outcome::server).collect();
        let now: Vec<_> = servers.iter().map(|server| (*server, Installed::default())).collect();
        let now = Answers::of(fleet.gate, &now);
        let then = Answers::of(fleet.gate, &installed(fleet, &|id| self.placed(fleet, id)));
        let mut kept: BTreeSet<(PairId, AdvisoryId)> = BTreeSet::new();
        let mut left_out: BTreeSet<PairId> = BTreeSet::new();
        for (place, others) in fleet.gate.others.iter().enumerate() {
            let changes = |id: &OutcomeId| now.answer(id.index(), place) != then.answer(id.index(), place);
            let changing = by_group(fleet, others, fleet.outcomes.places().filter(changes));
            for (group, waiting) in self.groups(fleet, others) {
                let of_group = |group: &Group| changing.get(group).into_iter().flatten();
                // What is in a group without a name is perhaps in each.
                let seen: Vec<&OutcomeId> = match &group {
                    Some(_) => of_group(&group).chain(of_group(&None)).collect(),
                    None => changing.values().flatten().collect(),
                };
                let first: Vec<PairId> = seen.into_iter().flat_map(|id| self.certain_pairs(fleet, *id)).collect();
                if first.is_empty() {
                    continue;
                }
                let cause = |pair: PairId| match self.reasons(others, fleet, pair) {
                    Some(reason) => Cause::Reason(reason),
                    None => Cause::Own,
                };
                let rule = waiting.iter().find_map(|pair| self.reasons(others, fleet, *pair)).map(|reason| reason.rule);
                let Some(rule) = rule else { continue };
                let name = format!("others:{place}:{}", group.as_ref().map_or("", Folded::as_str));
                let told = |pair: &PairId| Some((*pair, self.reasons(others, fleet, *pair)?.advisory?));
                kept.extend(waiting.iter().filter_map(told));
                let classes = vec![first, waiting];
                left_out.extend(line.queue(fleet, Classes { name, rule, classes, cause: &cause }));
            }
        }
        self.stop_the_rest(fleet, line, &kept, &left_out);
    }

    /// Stops what would go without a wait for what it needs: it was free only in the state that others leave.
    fn stop_the_rest(
        &self,
        fleet: &Fleet<'_>,
        line: &mut Line,
        kept: &BTreeSet<(PairId, AdvisoryId)>,
        left_out: &BTreeSet<PairId>,
    ) {
        for (id, pairs) in &self.waiting {
            for (pending, reasons) in pairs {
                let pair = PairId { outcome: *id, pending: *pending };
                let is_kept = |reason: &&Reason| {
                    let advisory = reason.advisory.as_ref();
                    advisory.is_some_and(|advisory| kept.contains(&(pair, advisory.clone())))
                };
                for reason in reasons.iter().filter(|reason| left_out.contains(&pair) || !is_kept(reason)) {
                    line.stop(fleet, pair, reason.clone());
                }
            }
        }
    }

    /// The pairs of a server that are placed and wait for no other server.
    fn certain_pairs(&self, fleet: &Fleet<'_>, id: OutcomeId) -> Vec<PairId> {
        let Some(outcome) = fleet.outcomes.get(id) else { return Vec::new() };
        let waiting = self.waiting_on(outcome, id);
        let is_certain = |(pending, draft): &(PendingId, &Draft<'_>)| draft.is_placed() && !waiting.contains(pending);
        outcome.drafts.iter().filter(is_certain).map(|(pending, _)| PairId { outcome: id, pending }).collect()
    }

    /// The pairs that wait by a question, by the group that their servers count.
    fn groups(&self, fleet: &Fleet<'_>, others: &Others) -> BTreeMap<Group, Vec<PairId>> {
        let mut groups: BTreeMap<Group, Vec<PairId>> = BTreeMap::new();
        for (group, servers) in by_group(fleet, others, self.waiting.keys().copied()) {
            let pairs = servers.into_iter().flat_map(|id| {
                let pending = self.waiting.get(&id).into_iter().flat_map(BTreeMap::keys);
                pending.map(move |pending| PairId { outcome: id, pending: *pending })
            });
            groups.insert(group, pairs.filter(|pair| self.reasons(others, fleet, *pair).is_some()).collect());
        }
        groups.retain(|_, pairs| !pairs.is_empty());
        groups
    }

    /// What stopped a pair that waits, of those that ask a question.
    fn reasons(&self, others: &Others, fleet: &Fleet<'_>, pair: PairId) -> Option<Reason> {
        let all = self.waiting.get(&pair.outcome)?.get(&pair.pending)?;
        let asks = |reason: &&Reason| {
            let readers = fleet.gate.readers_of_others.get(others.question());
            reason.advisory.as_ref().is_some_and(|id| readers.is_some_and(|readers| readers.contains(id)))
        };
        all.iter().find(asks).map(|reason| Reason { effect: Effect::Sequence, ..reason.clone() })
    }
}

/// Whether what does not wait is decided no milder where others have what is placed for them.
fn is_no_milder(now: &Outcome<'_>, then: &Outcome<'_>, waiting: &BTreeMap<PendingId, Vec<Reason>>) -> bool {
    let mut both = now.drafts.iter().filter(|(pending, _)| !waiting.contains_key(pending));
    both.all(|(pending, now)| {
        then.drafts.get(pending).is_some_and(|then| {
            let waits = then.after.iter().chain(&then.with).any(|one| waiting.contains_key(one));
            let is_as_strict = verdict(&then.reasons) >= verdict(&now.reasons) && then.has_steps() >= now.has_steps();
            (waits || is_as_strict) && now.is_expedited >= then.is_expedited
        })
    })
}

/// Some servers by the group that they count, without those that are in none.
fn by_group(
    fleet: &Fleet<'_>,
    others: &Others,
    servers: impl Iterator<Item = OutcomeId>,
) -> BTreeMap<Group, Vec<OutcomeId>> {
    let mut groups: BTreeMap<Group, Vec<OutcomeId>> = BTreeMap::new();
    for id in servers {
        if let Some(group) = fleet.outcomes.get(id).and_then(|outcome| others.group(outcome.server())) {
            groups.entry(group).or_default().push(id);
        }
    }
    groups
}

/// The pairs of a server that advisories about other servers stop, with what these say.
fn stopped_by_others(gate: &Gate<'_>, outcome: &Outcome<'_>) -> BTreeMap<PendingId, Vec<Reason>> {
    let is_by_others = |reason: &&Reason| {
        let asks = |readers: &BTreeSet<_>| reason.advisory.as_ref().is_some_and(|id| readers.contains(id));
        reason.blocks() && gate.readers_of_others.values().any(asks)
    };
    let pairs = outcome
        .drafts
        .iter()
        .map(|(pending, draft)| (pending, draft.reasons.iter().filter(is_by_others).cloned().collect::<Vec<_>>()));
    pairs.filter(|(_, reasons)| !reasons.is_empty()).collect()
}

fn ids<'a>(gate: &'a Gate<'_>, candidates: impl Iterator<Item = CandidateId>) -> Vec<&'a UpdateId> {
    candidates.filter_map(|id| gate.candidates.get(id)).map(|candidate| &candidate.update.id).collect()
}

fn installed<'f, 'a>(
    fleet: &'f Fleet<'a>,
    of: &dyn Fn(OutcomeId) -> Installed<'f>,
) -> Vec<(&'f Server, Installed<'f>)> {
    fleet.outcomes.iter().map(|(id, outcome)| (outcome.server(), of(id))).collect()
}

fn see<'f>(fleet: &'f Fleet<'_>, of: &dyn Fn(OutcomeId) -> Installed<'f>) -> Vec<Arc<Neighbours>> {
    let all = installed(fleet, of);
    let servers: Vec<&Server> = all.iter().map(|(server, _)| *server).collect();
    Answers::of(fleet.gate, &all).neighbours(&servers)
}
