//! A pending update of one server, with what speaks about it.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::Timestamp;

use super::held_back::HeldBack;
use super::need::Need;
use super::pair::PendingId;
use super::pending::Pending;
use crate::advisory::{Advisory, Kind};
use crate::evaluate::candidate::{Candidate, CandidateId};
use crate::evaluate::claim::Speakers;
use crate::evaluate::reason::Reason;
use crate::evaluate::{Gate, Subject};
use crate::model::effect::Effect;
use crate::model::hypothesis::Hypothesis;
use crate::model::id::UpdateId;
use crate::model::rule::Rule;
use crate::model::table::Table;
use crate::model::time::Day;
use crate::model::trace::Trace;
use crate::model::truth::Truth;

/// A pending update of the server while it is simulated.
#[derive(Debug)]
pub struct Update<'a> {
    /// Its place among all candidates.
    pub candidate_id: CandidateId,
    /// The update.
    pub candidate: &'a Candidate<'a>,
    /// The advisories that may speak about it on this server.
    pub speakers: Speakers<'a>,
    /// Whether it may not wait.
    pub is_expedited: bool,
    /// Whether it ends something that may not wait, hurried or not.
    pub is_cure: bool,
    /// Reasons that do not depend on what is installed.
    pub rules: Vec<Reason>,
    /// What advisories say as things are now.
    pub advice: Vec<Reason>,
    /// The moment before which the policy does not let it go.
    pub not_before: Option<Timestamp>,
    /// Whether an advisory that may stop an update is about it.
    pub is_spoken_of: bool,
}

/// The updates, each with what speaks about it; of those that end something, those that nothing lets go in time are hurried.
pub fn updates<'a>(
    gate: &'a Gate<'a>,
    subject: &Subject<'a>,
    now: &Hypothesis<'a>,
    pending: &Pending<'a>,
    needs: &[Need],
    mut wanted: BTreeMap<PendingId, Vec<Reason>>,
) -> Table<PendingId, Update<'a>> {
    let of = |(id, (candidate_id, candidate)): (PendingId, &(CandidateId, &'a Candidate<'a>))| {
        let wanted = wanted.remove(&id).unwrap_or_default();
        Update::of(gate, subject, now, (*candidate_id, candidate), wanted)
    };
    let mut updates: Table<PendingId, Update<'a>> = pending.iter().map(of).collect();
    for id in hurried(&updates, needs) {
        if let Some(update) = updates.get_mut(id) {
            update.hurry(gate, subject);
        }
    }
    for id in needs.iter().flat_map(|need| &need.ends) {
        if let Some(update) = updates.get_mut(*id) {
            update.is_cure = true;
        }
    }
    updates
}

impl<'a> Update<'a> {
    fn of(
        gate: &'a Gate<'a>,
        subject: &Subject<'a>,
        now: &Hypothesis<'a>,
        (candidate_id, candidate): (CandidateId, &'a Candidate<'a>),
        wanted: Vec<Reason>,
    ) -> Self {
        let advisories = gate.advisories_for(subject, candidate);
        let mut speakers = Speakers { advisories, doubted: None };
        let advice = gate.advice(subject, now, candidate, &speakers);
        let is_doubted = |reason: &&Reason| reason.truth == Truth::Unknown;
        speakers.doubted = Some(advice.iter().filter(is_doubted).filter_map(|one| one.advisory.clone()).collect());
        let may_stop = |advisory: &&&Advisory| {
            matches!(advisory.kind(), Kind::KnownBad | Kind::Prerequisite) && !advisory.is_on_trial()
        };
        let speaks = |advisory: &Advisory| {
            let trace = &mut Trace::silent();
            advisory.names(&candidate.update, now, trace).is_possible() && advisory.affects(now, trace).is_possible()
        };
        let is_spoken_of = speakers.advisories.iter().filter(may_stop).any(|advisory| speaks(advisory));
        let mut rules = gate.policy_rules(subject, candidate, false);
        let not_before = gate.not_before(subject, candidate, false, rules.iter().chain(&advice));
        rules.extend(wanted);
        let (is_expedited, is_cure) = (false, false);
        Self { candidate_id, candidate, speakers, is_expedited, is_cure, rules, advice, not_before, is_spoken_of }
    }

    /// Lets it wait no longer than what cannot wait.
    fn hurry(&mut self, gate: &'a Gate<'a>, subject: &Subject<'a>) {
        let hurried = gate.policy_rules(subject, self.candidate, true);
        let notes = self.rules.drain(..).filter(|reason| matches!(reason.rule, Rule::Required | Rule::Exposed));
        self.rules = hurried.into_iter().chain(notes.collect::<Vec<_>>()).collect();
        self.is_expedited = true;
        self.not_before = gate.not_before(subject, self.candidate, true, self.rules.iter().chain(&self.advice));
    }

    /// Takes what other servers say of it.
    pub fn hear(&mut self, gate: &Gate<'_>, held: &HeldBack) {
        if held.tried.contains(&self.candidate_id) {
            gate.question.forget_rings(self.advice.iter_mut().chain(&mut self.rules));
        }
        self.rules.extend(held.stopped.get(&self.candidate_id).into_iter().flatten().cloned());
    }

    /// Its id.
    pub fn id(&self) -> &'a UpdateId {
        &self.candidate.update.id
    }

    /// Whether the policy or an advisory stops it as things are now.
    pub fn is_blocked_now(&self) -> bool {
        self.is_stopped_by_rules() || self.advice.iter().any(Reason::blocks)
    }

    /// Whether it waits neither for a moment nor for steps or other servers as things are now.
    fn may_go_now(&self) -> bool {
        let waits = |reason: &Reason| reason.counts() && reason.effect > Effect::Note;
        self.not_before.is_none() && !self.advice.iter().chain(&self.rules).any(waits)
    }

    /// Whether it is not for the server as others leave it. What they put in doubt, and was not before, counts as true.
    pub fn misses(&self, misfit: &Reason) -> bool {
        let is_doubted = |reason: &Reason| reason.rule == Rule::WrongProduct && reason.truth == Truth::Unknown;
        let is_new = || is_doubted(misfit) && !self.advice.iter().any(is_doubted);
        misfit.blocks() || misfit.counts() && is_new()
    }

    /// Whether the policy or another server stops it, whatever is installed.
    pub fn is_stopped_by_rules(&self) -> bool {
        self.rules.iter().any(Reason::blocks)
    }

    /// Whether a rule makes it wait.
    pub fn waits_for(&self, rule: Rule) -> bool {
        let waits = |reason: &Reason| reason.rule == rule && reason.counts() && reason.effect == Effect::Sequence;
        self.advice.iter().chain(&self.rules).any(waits)
    }

    /// Its place in the order in which updates are offered: what no advisory may stop, then what ends something, then what is
    /// newer.
    pub fn rank(&self) -> (bool, bool, Option<Day>, Reverse<Option<Day>>, &'a UpdateId) {
        let released = self.candidate.update.released.map(|released| released.first());
        let (earliest, latest) = if self.is_cure { (released, None) } else { (None, released) };
        (self.is_spoken_of, !self.is_cure, earliest, Reverse(latest), self.id())
    }
}

/// The updates that are hurried: for each need the first released of those that nothing stops, and none where one of them goes
/// now anyway.
fn hurried(updates: &Table<PendingId, Update<'_>>, needs: &[Need]) -> Vec<PendingId> {
    let released = |update: &Update<'_>| update.candidate.update.released.map(|one| one.first());
    let of_need = |need: &Need| {
        let ends = need.ends.iter().filter_map(|id| Some((*id, updates.get(*id)?)));
        let ends = ends.filter(|(_, update)| !update.is_stopped_by_rules());
        let (free, later): (Vec<_>, Vec<_>) = ends.partition(|(_, update)| !update.is_blocked_now());
        if free.iter().any(|(_, update)| update.may_go_now()) {
            return None;
        }
        // What an advisory stops as things are now may go after another update.
        let hurried = if free.is_empty() { later } else { free };
        hurried
            .into_iter()
            .min_by_key(|(_, update)| (released(update).is_none(), released(update), update.id()))
            .map(|(id, _)| id)
    };
    needs.iter().filter_map(of_need).collect()
}
