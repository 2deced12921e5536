//! The safe subset of one server's pending updates, by simulation: what can go now, then what that makes possible.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::Draft;
use super::minimal_subset::minimal_subset;
use super::outcome::Outcome;
use super::pair::PendingId;
use super::required::Required;
use crate::advisory::{Advisory, Kind};
use crate::evaluate::candidate::{Candidate, CandidateId};
use crate::evaluate::reason::{Reason, verdict};
use crate::evaluate::{Gate, Subject};
use crate::model::effect::Effect;
use crate::model::hypothesis::Hypothesis;
use crate::model::id::UpdateId;
use crate::model::rule::Rule;
use crate::model::server::Server;
use crate::model::table::Table;
use crate::model::verdict::Verdict;

/// Decides one server's pending updates, without regard to other servers.
///
/// `held` are the candidates that have to wait for other servers, so that they do not replace older ones yet.
pub fn simulate<'a>(gate: &'a Gate<'a>, server: &'a Server, held: &BTreeSet<CandidateId>) -> Outcome<'a> {
    let now = gate.now(server);
    let subject = gate.subject(&now);
    let pending: Table<PendingId, (CandidateId, &'a Candidate<'a>)> =
        subject.pending.iter().filter_map(|&id| Some((id, gate.candidates.get(id)?))).collect();
    let Required { wanted, missing, undecided } = Required::of(gate, &subject, &now, &pending);
    let update = |(id, (candidate_id, candidate)): (PendingId, &(CandidateId, &'a Candidate<'a>))| {
        let wanted = wanted.get(&id).map(Vec::as_slice).unwrap_or_default();
        Update::of(gate, &subject, &now, (*candidate_id, candidate), wanted)
    };
    let updates = pending.iter().map(update).collect();
    let mut simulation = Simulation { gate, subject: &subject, now, updates, held };
    simulation.run();
    let drafts = simulation.drafts();
    Outcome { subject, drafts, missing, undecided }
}

/// A pending update of the server while it is simulated.
struct Update<'a> {
    candidate_id: CandidateId,
    candidate: &'a Candidate<'a>,
    /// The advisories about it that may concern this server.
    advisories: Vec<&'a Advisory>,
    is_expedited: bool,
    /// Reasons that do not depend on what is installed.
    rules: Vec<Reason>,
    /// What advisories say as things are now.
    advice: Vec<Reason>,
    /// What advisories say of it beside the others of the round in which it gave way to them.
    against: Vec<Reason>,
    step: Step,
}

/// How far an update has come.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// Nothing says yet that it can go.
    Open,
    /// It can go in this round, together with these.
    Placed { round: u32, with: Vec<PendingId> },
    /// A newer update goes now and replaces it.
    Superseded { by: PendingId },
}

struct Simulation<'a, 's> {
    gate: &'a Gate<'a>,
    subject: &'s Subject<'a>,
    now: Hypothesis<'a>,
    updates: Table<PendingId, Update<'a>>,
    held: &'s BTreeSet<CandidateId>,
}

/// A set of updates that can go in one round, with what each has to go together with.
type Round = BTreeMap<PendingId, Vec<PendingId>>;

/// The older updates that newer ones replace, with these.
type Replaced = BTreeMap<PendingId, PendingId>;

impl<'a> Update<'a> {
    fn of(
        gate: &'a Gate<'a>,
        subject: &Subject<'a>,
        now: &Hypothesis<'a>,
        (candidate_id, candidate): (CandidateId, &'a Candidate<'a>),
        wanted: &[Reason],
    ) -> Self {
        let is_expedited = wanted.iter().any(Reason::counts) || candidate.update.exploited == Some(true);
        let mut rules = gate.policy_rules(subject, candidate, is_expedited);
        rules.extend(wanted.iter().cloned());
        let advisories = gate.advisories_for(subject, candidate);
        let advice = gate.advice(subject, now, candidate, &advisories);
        let (against, step) = (Vec::new(), Step::Open);
        Self { candidate_id, candidate, advisories, is_expedited, rules, advice, against, step }
    }

    fn id(&self) -> &'a UpdateId {
        &self.candidate.update.id
    }

    /// Its verdict as things are now.
    fn verdict_now(&self) -> Verdict {
        verdict(self.rules.iter().chain(&self.advice))
    }

    fn is_stopped_by_rules(&self) -> bool {
        self.rules.iter().any(Reason::blocks)
    }

    fn is_blocked_now(&self) -> bool {
        self.is_stopped_by_rules() || self.advice.iter().any(Reason::blocks)
    }
}

impl<'a> Simulation<'a, '_> {
    /// Repeats to a fixed point; every round places at least one update, so there are no more rounds than updates.
    fn run(&mut self) {
        let mut on = self.now.clone();
        for round in 0.. {
            let (chosen, replaced) = self.choose(&on, round == 0);
            for (older, by) in replaced {
                self.set(older, Step::Superseded { by });
            }
            let is_last = chosen.is_empty() || chosen.len() == self.open().count();
            if !is_last {
                self.give_way(&on, &chosen);
                on = self.assume(&on, chosen.keys());
            }
            for (id, with) in chosen {
                self.set(id, Step::Placed { round, with });
            }
            if is_last {
                break;
            }
        }
    }

    /// Keeps what speaks against the updates that could have gone in a round alone, but not beside the others.
    fn give_way(&mut self, on: &Hypothesis<'a>, chosen: &Round) {
        let beside = self.assume(on, chosen.keys());
        let could_go = |update: &Update<'a>| !on.installed(update.id()).is_true() && !self.is_blocked(update, on);
        let left: Vec<PendingId> = self.open().filter(|(id, _)| !chosen.contains_key(id)).map(|(id, _)| id).collect();
        let against: Vec<(PendingId, Vec<Reason>)> = left
            .into_iter()
            .filter_map(|id| self.updates.get(id).filter(|update| could_go(update)).map(|update| (id, update)))
            .map(|(id, update)| (id, self.advice(update, &beside)))
            .collect();
        for (id, against) in against {
            if let Some(update) = self.updates.get_mut(id) {
                update.against = against;
            }
        }
    }

    /// The largest set found that is free of blocking reasons even when all of it is installed.
    ///
    /// Where updates are bad only together, the one that an advisory speaks about gives way; whoever can come back
    /// after others have left does.
    fn choose(&self, on: &Hypothesis<'a>, is_first: bool) -> (Round, Replaced) {
        let mut away = BTreeSet::new();
        while let Some(offender) = self.offender(on, &self.possible(on, &away, is_first).0) {
            away.insert(offender);
        }
        for id in away.clone() {
            away.remove(&id);
            let (round, _) = self.possible(on, &away, is_first);
            if self.offender(on, &round).is_some() {
                away.insert(id);
            }
        }
        self.possible(on, &away, is_first)
    }

    /// What can go on a server, without some: what nothing blocks, and what is harmless together with it.
    fn possible(&self, on: &Hypothesis<'a>, away: &BTreeSet<PendingId>, is_first: bool) -> (Round, Replaced) {
        let is_there = |update: &Update<'a>| !is_first && on.installed(update.id()).is_true();
        let open = self.open().filter(|(id, update)| !away.contains(id) && !is_there(update));
        let is_free = |update: &Update<'a>| match is_first {
            true => !update.is_blocked_now(),
            false => !self.is_blocked(update, on),
        };
        let (free, stopped): (Vec<_>, Vec<_>) = open.partition(|(_, update)| is_free(update));
        let [free, stopped] = [free, stopped].map(|some| some.into_iter().map(|(id, _)| id).collect::<Vec<_>>());
        let replaced = if is_first { self.replaced(&free) } else { Replaced::new() };
        let free: Vec<PendingId> = free.into_iter().filter(|id| !replaced.contains_key(id)).collect();
        let mut round = self.joined(on, &free, stopped);
        round.retain(|id, _| !replaced.contains_key(id));
        round.extend(free.into_iter().map(|id| (id, Vec::new())));
        (round, replaced)
    }

    /// Older updates that a newer one replaces which may go now, without waiting for anything.
    fn replaced(&self, free: &[PendingId]) -> Replaced {
        let goes_now =
            |update: &Update<'a>| update.verdict_now() == Verdict::Approve && !self.held.contains(&update.candidate_id);
        let newer: Vec<(PendingId, CandidateId)> = free
            .iter()
            .filter_map(|id| Some((*id, self.updates.get(*id).filter(|update| goes_now(update))?.candidate_id)))
            .collect();
        let by = |older: &Update<'a>| {
            newer.iter().rfind(|(_, newer)| older.candidate.superseded_by.contains(newer)).map(|(id, _)| *id)
        };
        self.open().filter_map(|(id, older)| Some((id, by(older)?))).collect()
    }

    /// Stopped updates that are harmless together with others of the round; the largest such set.
    fn joined(&self, on: &Hypothesis<'a>, free: &[PendingId], stopped: Vec<PendingId>) -> Round {
        let stopped = stopped.into_iter().filter_map(|id| Some((id, self.updates.get(id)?)));
        let mut joining: Vec<(PendingId, &Update<'a>)> =
            stopped.filter(|(_, update)| self.has_partners(update, on)).collect();
        loop {
            let company: Vec<PendingId> = free.iter().copied().chain(joining.iter().map(|(id, _)| *id)).collect();
            let partners = |id: PendingId, update: &Update<'a>| self.partners(id, update, &company);
            let fits = |(id, update): &(PendingId, &Update<'a>)| {
                !self.is_blocked(update, &self.assume(on, &partners(*id, update)))
            };
            let (stay, leave): (Vec<_>, Vec<_>) = joining.iter().copied().partition(fits);
            joining = stay;
            if leave.is_empty() {
                let with =
                    |(id, update): &(PendingId, &Update<'a>)| (*id, self.fewest(on, update, partners(*id, update)));
                return joining.iter().map(with).collect();
            }
        }
    }

    /// The fewest of some updates that make one harmless.
    fn fewest(&self, on: &Hypothesis<'a>, update: &Update<'a>, some: Vec<PendingId>) -> Vec<PendingId> {
        minimal_subset(some, |some| !self.is_blocked(update, &self.assume(on, some)))
    }

    /// Whether everything that blocks it could be harmless with company.
    fn has_partners(&self, update: &Update<'a>, on: &Hypothesis<'a>) -> bool {
        let may_join = |advisory: &Advisory| advisory.kind() == Kind::KnownBad && !advisory.safe_with.is_empty();
        let mut blocking = self.gate.blocking(self.subject, on, update.candidate, &update.advisories);
        !update.is_stopped_by_rules() && blocking.all(|claim| may_join(claim.advisory))
    }

    /// The updates of a company whose installation makes one harmless: those it is `safe_with`, or that replace these.
    fn partners(&self, id: PendingId, update: &Update<'a>, company: &[PendingId]) -> Vec<PendingId> {
        let safe_with: Vec<&UpdateId> = update.advisories.iter().flat_map(|advisory| &advisory.safe_with).collect();
        let is_safe = |other: &UpdateId| safe_with.iter().any(|id| self.gate.catalogue.successors(id).contains(other));
        let is_partner = |other: &PendingId| self.updates.get(*other).is_some_and(|other| is_safe(other.id()));
        company.iter().copied().filter(|other| *other != id).filter(is_partner).collect()
    }

    /// The first update of a round that would be blocked once all others of the round are installed.
    fn offender(&self, on: &Hypothesis<'a>, round: &Round) -> Option<PendingId> {
        let depends = |update: &Update<'a>| !update.advisories.is_empty() || !self.subject.hazards.is_empty();
        round.keys().copied().find(|id| {
            let Some(update) = self.updates.get(*id).filter(|update| depends(update)) else { return false };
            let others = round.keys().filter(|other| *other != id);
            self.is_blocked(update, &self.assume(on, others))
        })
    }

    fn is_blocked(&self, update: &Update<'a>, on: &Hypothesis<'a>) -> bool {
        let mut blocking = self.gate.blocking(self.subject, on, update.candidate, &update.advisories);
        update.is_stopped_by_rules() || blocking.next().is_some()
    }

    fn advice(&self, update: &Update<'a>, on: &Hypothesis<'a>) -> Vec<Reason> {
        self.gate.advice(self.subject, on, update.candidate, &update.advisories)
    }

    fn assume<'i>(&self, on: &Hypothesis<'a>, ids: impl IntoIterator<Item = &'i PendingId>) -> Hypothesis<'a> {
        on.with(ids.into_iter().filter_map(|id| self.updates.get(*id)).map(Update::id))
    }

    fn open(&self) -> impl Iterator<Item = (PendingId, &Update<'a>)> {
        self.updates.iter().filter(|(_, update)| update.step == Step::Open)
    }

    fn set(&mut self, id: PendingId, step: Step) {
        if let Some(update) = self.updates.get_mut(id) {
            update.step = step;
        }
    }

    /// Placed updates, by round.
    fn placed_before(&self, round: u32) -> Vec<PendingId> {
        let mut placed: Vec<(u32, PendingId)> = self
            .updates
            .iter()
            .filter_map(|(id, update)| match update.step {
                Step::Placed { round: own, .. } if own < round => Some((own, id)),
                _ => None,
            })
            .collect();
        placed.sort_unstable();
        placed.into_iter().map(|(_, id)| id).collect()
    }

    fn drafts(self) -> Table<PendingId, Draft<'a>> {
        let last = self.assume(&self.now, &self.placed_before(u32::MAX));
        self.updates.values().map(|update| self.draft(update, &last)).collect()
    }

    fn draft(&self, update: &Update<'a>, last: &Hypothesis<'a>) -> Draft<'a> {
        let (round, after, with) = match &update.step {
            Step::Placed { round, with } => (Some(*round), self.enablers(update, *round, with), with.clone()),
            _ => (None, Vec::new(), Vec::new()),
        };
        let mut reasons = self.advice_of(update, &after, last);
        reasons.extend(update.rules.iter().cloned());
        if let Step::Superseded { by } = update.step {
            reasons.extend(self.updates.get(by).map(|newer| superseded(newer.id())));
        }
        let Update { candidate_id, candidate, is_expedited, .. } = *update;
        Draft { candidate_id, candidate, is_expedited, reasons, round, after, with }
    }

    /// What advisories say of an update that goes when its turn has come, or that does not go in the end.
    fn advice_of(&self, update: &Update<'a>, after: &[PendingId], last: &Hypothesis<'a>) -> Vec<Reason> {
        match &update.step {
            Step::Placed { round: 0, with } if with.is_empty() => update.advice.clone(),
            Step::Placed { with, .. } => {
                let enough = self.assume(&self.assume(&self.now, after), with);
                settled(&update.advice, self.advice(update, &enough))
            }
            // Something that was placed contains it: it will not go, for the reasons that stopped it before.
            _ if last.installed(update.id()).is_true() => match update.against.is_empty() {
                true => update.advice.clone(),
                false => settled(&update.advice, update.against.clone()),
            },
            _ => settled(&update.advice, self.advice(update, last)),
        }
    }

    /// The fewest earlier updates without which it could not go.
    fn enablers(&self, update: &Update<'a>, round: u32, with: &[PendingId]) -> Vec<PendingId> {
        let can_go = |some: &[PendingId]| !self.is_blocked(update, &self.assume(&self.assume(&self.now, some), with));
        minimal_subset(self.placed_before(round), can_go)
    }
}

/// The reasons of now, as they are once everything it waits for is installed: what that clears only makes it wait.
fn settled(now: &[Reason], then: Vec<Reason>) -> Vec<Reason> {
    let is_same = |one: &Reason, two: &Reason| one.rule == two.rule && one.advisory == two.advisory;
    let is_cleared = |reason: &&Reason| !then.iter().any(|one| is_same(one, reason));
    let cleared = now.iter().filter(is_cleared).cloned().map(|reason| {
        let effect = reason.effect.min(Effect::Sequence);
        Reason { effect, ..reason }
    });
    let mut settled: Vec<Reason> = cleared.collect();
    settled.extend(then.into_iter().map(|reason| match now.iter().find(|one| is_same(one, &reason)) {
        // It still speaks, but more softly: what was needed for that has to go first.
        Some(before) if before.blocks() && !reason.blocks() => {
            Reason { effect: reason.effect.max(Effect::Sequence), ..before.clone() }
        }
        // Evidence of now is what the administrator can look up on the server.
        Some(before) if before.effect == reason.effect => before.clone(),
        _ => reason,
    }));
    settled
}

fn superseded(by: &UpdateId) -> Reason {
    Reason::of_policy(Rule::Superseded, Effect::Block, format!("{by} replaces it and may go now"))
}
