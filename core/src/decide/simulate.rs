//! The safe subset of one server's pending updates, by simulation: what can go now, then what that makes possible.

use std::collections::{BTreeMap, BTreeSet};

use super::minimal_subset::minimal_subset;
use super::outcome::Outcome;
use super::required::Required;
use super::unblock;
use crate::advisory::{Advisory, Kind};
use crate::document::decision::{Decision, Pair};
use crate::evaluate::candidate::Candidate;
use crate::evaluate::policy_rules::house;
use crate::evaluate::reason::Reason;
use crate::evaluate::reason::verdict;
use crate::evaluate::{Gate, Subject};
use crate::model::effect::Effect;
use crate::model::hypothesis::Hypothesis;
use crate::model::id::UpdateId;
use crate::model::rule::Rule;
use crate::model::server::Server;
use crate::model::verdict::Verdict;

/// Decides one server's pending updates, without regard to other servers.
///
/// `held` are the places of candidates that have to wait for other servers, so that they do not replace older ones yet.
pub fn simulate<'a>(gate: &'a Gate<'a>, server: &'a Server, held: &BTreeSet<usize>) -> Outcome<'a> {
    let now = gate.now(server);
    let subject = gate.subject(&now);
    let pending: Vec<(usize, &Candidate<'_>)> =
        subject.pending.iter().filter_map(|&place| Some((place, gate.candidates.get(place)?))).collect();
    let required = Required::of(gate, &subject, &now, &pending);
    let start = |(index, (place, candidate)): (usize, (usize, &'a Candidate<'a>))| {
        let wanted = required.wanted.get(&index).cloned().unwrap_or_default();
        let is_wanted = wanted.iter().any(Reason::counts);
        let is_expedited = is_wanted || candidate.update.exploited == Some(true);
        let mut rules = gate.house_rules(&subject, candidate, is_expedited);
        rules.extend(wanted);
        let advisories = gate.advisories_for(&subject, candidate);
        let advice = gate.advice(&subject, &now, candidate, &advisories);
        Update {
            candidate,
            place,
            advisories,
            is_wanted,
            is_expedited,
            rules,
            advice,
            against: Vec::new(),
            step: Step::Open,
        }
    };
    let updates = pending.into_iter().enumerate().map(start).collect();
    let mut simulation = Simulation { gate, subject: &subject, now, updates, held };
    simulation.run();
    let decisions = simulation.decisions();
    Outcome { server, decisions, missing: required.missing, undecided: required.undecided }
}

/// A pending update of the server while it is simulated.
struct Update<'a> {
    candidate: &'a Candidate<'a>,
    place: usize,
    /// The advisories about it that may concern this server.
    advisories: Vec<&'a Advisory>,
    is_wanted: bool,
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
    Placed { round: u32, with: Vec<usize> },
    /// A newer update goes now and replaces it.
    Superseded { by: usize },
}

struct Simulation<'a, 's> {
    gate: &'a Gate<'a>,
    subject: &'s Subject<'a>,
    now: Hypothesis<'a>,
    updates: Vec<Update<'a>>,
    held: &'s BTreeSet<usize>,
}

/// A set of updates that can go in one round, with what each has to go together with.
type Round = BTreeMap<usize, Vec<usize>>;

impl<'a> Simulation<'a, '_> {
    /// Repeats to a fixed point; every round places at least one update, so there are no more rounds than updates.
    fn run(&mut self) {
        let mut on = self.now.clone();
        for round in 0.. {
            let (chosen, superseded) = self.choose(&on, round == 0);
            for (older, by) in superseded {
                self.set(older, Step::Superseded { by });
            }
            if chosen.is_empty() || chosen.len() == self.open().count() {
                chosen.into_iter().for_each(|(index, with)| self.set(index, Step::Placed { round, with }));
                break;
            }
            self.give_way(&on, &chosen);
            on = on.with(chosen.keys().filter_map(|&index| self.id(index)));
            for (index, with) in chosen {
                self.set(index, Step::Placed { round, with });
            }
        }
    }

    /// Keeps what speaks against the updates that could have gone in a round alone, but not beside the others.
    fn give_way(&mut self, on: &Hypothesis<'a>, chosen: &Round) {
        let company: Vec<usize> = chosen.keys().copied().collect();
        let is_installed = |index: usize| self.id(index).is_some_and(|id| on.installed(id).is_true());
        let could_go = |index: usize| !is_installed(index) && !self.is_blocked(index, on, false);
        let left: Vec<usize> = self.open().filter(|index| !chosen.contains_key(index) && could_go(*index)).collect();
        for index in left {
            let against = self.updates.get(index).map(|update| self.advice(update, &self.assume(on, &company)));
            if let (Some(update), Some(against)) = (self.updates.get_mut(index), against) {
                update.against = against;
            }
        }
    }

    /// The largest set found that is free of blocking reasons even when all of it is installed.
    ///
    /// Where updates are bad only together, the one that an advisory speaks about gives way; whoever can come back
    /// after others have left does.
    fn choose(&self, on: &Hypothesis<'a>, is_first: bool) -> (Round, BTreeMap<usize, usize>) {
        let mut away = BTreeSet::new();
        while let Some(offender) = self.offender(on, &self.possible(on, &away, is_first).0) {
            away.insert(offender);
        }
        for index in away.clone() {
            away.remove(&index);
            let (round, _) = self.possible(on, &away, is_first);
            if self.offender(on, &round).is_some() {
                away.insert(index);
            }
        }
        self.possible(on, &away, is_first)
    }

    /// What can go on a server, without some: what nothing blocks, and what is harmless together with it.
    fn possible(&self, on: &Hypothesis<'a>, away: &BTreeSet<usize>, is_first: bool) -> (Round, BTreeMap<usize, usize>) {
        let open: Vec<usize> = self
            .open()
            .filter(|index| !away.contains(index))
            .filter(|&index| is_first || !self.id(index).is_some_and(|id| on.installed(id).is_true()))
            .collect();
        let (free, stopped): (Vec<usize>, Vec<usize>) =
            open.into_iter().partition(|&index| !self.is_blocked(index, on, is_first));
        let superseded = if is_first { self.superseded(&free) } else { BTreeMap::new() };
        let free: Vec<usize> = free.into_iter().filter(|index| !superseded.contains_key(index)).collect();
        let mut round = self.joined(on, &free, stopped);
        round.retain(|index, _| !superseded.contains_key(index));
        round.extend(free.into_iter().map(|index| (index, Vec::new())));
        (round, superseded)
    }

    /// Older updates that a newer one replaces which may go now, without waiting for anything.
    fn superseded(&self, free: &[usize]) -> BTreeMap<usize, usize> {
        let goes_now = |index: &&usize| {
            self.updates
                .get(**index)
                .is_some_and(|update| update.verdict_now() == Verdict::Approve && !self.held.contains(&update.place))
        };
        let newer: Vec<usize> = free.iter().filter(goes_now).copied().collect();
        let replaces = |newer: usize, older: usize| match (self.updates.get(newer), self.updates.get(older)) {
            (Some(newer), Some(older)) => older.candidate.superseded_by.contains(&newer.place),
            _ => false,
        };
        let by = |older: usize| newer.iter().copied().rfind(|&one| replaces(one, older));
        self.open().filter_map(|older| Some((older, by(older)?))).collect()
    }

    /// Stopped updates that are harmless together with others of the round; the largest such set.
    fn joined(&self, on: &Hypothesis<'a>, free: &[usize], stopped: Vec<usize>) -> Round {
        let mut joining: Vec<usize> = stopped.into_iter().filter(|&index| self.has_partners(index, on)).collect();
        loop {
            let company: Vec<usize> = free.iter().chain(&joining).copied().collect();
            let fits =
                |&index: &usize| !self.is_blocked(index, &self.assume(on, &self.partners(index, &company)), false);
            let (stay, leave): (Vec<usize>, Vec<usize>) = joining.iter().copied().partition(fits);
            joining = stay;
            if leave.is_empty() {
                let with = |index: usize| {
                    let partners = self.partners(index, &company);
                    (index, minimal_subset(partners, |some| !self.is_blocked(index, &self.assume(on, some), false)))
                };
                return joining.iter().copied().map(with).collect();
            }
        }
    }

    /// Whether everything that blocks it could be harmless with company.
    fn has_partners(&self, index: usize, on: &Hypothesis<'a>) -> bool {
        let Some(update) = self.updates.get(index) else { return false };
        let advice = self.advice(update, on);
        let blocking: Vec<&Reason> = update.rules.iter().chain(&advice).filter(|reason| reason.blocks()).collect();
        let may_join =
            |reason: &&Reason| self.advisory(update, reason).is_some_and(|advisory| !advisory.safe_with.is_empty());
        blocking.iter().all(may_join)
    }

    /// The updates of a company whose installation makes one harmless: those it is `safe_with`, or that replace these.
    fn partners(&self, index: usize, company: &[usize]) -> Vec<usize> {
        let Some(update) = self.updates.get(index) else { return Vec::new() };
        let safe_with: Vec<&UpdateId> = update.advisories.iter().flat_map(|advisory| &advisory.safe_with).collect();
        let carries = |other: &UpdateId| safe_with.iter().any(|id| self.gate.catalogue.carriers(id).contains(other));
        company.iter().copied().filter(|&other| other != index && self.id(other).is_some_and(carries)).collect()
    }

    fn advisory(&self, update: &Update<'a>, reason: &Reason) -> Option<&'a Advisory> {
        let id = reason.advisory.as_ref()?;
        update.advisories.iter().copied().find(|advisory| advisory.id == *id && advisory.kind() == Kind::KnownBad)
    }

    /// The first update of a round that would be blocked once all others of the round are installed.
    fn offender(&self, on: &Hypothesis<'a>, round: &Round) -> Option<usize> {
        let depends = |index: &usize| {
            let update = self.updates.get(*index);
            update.is_some_and(|update| !update.advisories.is_empty()) || !self.subject.hazards.is_empty()
        };
        round.keys().copied().filter(depends).find(|&index| {
            let others: Vec<usize> = round.keys().copied().filter(|&other| other != index).collect();
            self.is_blocked(index, &self.assume(on, &others), false)
        })
    }

    fn is_blocked(&self, index: usize, on: &Hypothesis<'a>, is_now: bool) -> bool {
        let Some(update) = self.updates.get(index) else { return true };
        if update.rules.iter().any(Reason::blocks) {
            return true;
        }
        if is_now {
            return update.advice.iter().any(Reason::blocks);
        }
        self.advice(update, on).iter().any(Reason::blocks)
    }

    fn advice(&self, update: &Update<'a>, on: &Hypothesis<'a>) -> Vec<Reason> {
        self.gate.advice(self.subject, on, update.candidate, &update.advisories)
    }

    fn assume(&self, on: &Hypothesis<'a>, indices: &[usize]) -> Hypothesis<'a> {
        on.with(indices.iter().filter_map(|&index| self.id(index)))
    }

    fn open(&self) -> impl Iterator<Item = usize> + '_ {
        self.updates.iter().enumerate().filter(|(_, update)| update.step == Step::Open).map(|(index, _)| index)
    }

    fn id(&self, index: usize) -> Option<&'a UpdateId> {
        self.updates.get(index).map(|update| &update.candidate.update.id)
    }

    fn set(&mut self, index: usize, step: Step) {
        if let Some(update) = self.updates.get_mut(index) {
            update.step = step;
        }
    }

    /// Placed updates, by round.
    fn placed_before(&self, round: u32) -> Vec<usize> {
        let mut placed: Vec<(u32, usize)> = self
            .updates
            .iter()
            .enumerate()
            .filter_map(|(index, update)| match update.step {
                Step::Placed { round: own, .. } if own < round => Some((own, index)),
                _ => None,
            })
            .collect();
        placed.sort_unstable();
        placed.into_iter().map(|(_, index)| index).collect()
    }

    fn decisions(mut self) -> Vec<(usize, Decision)> {
        let all = self.placed_before(u32::MAX);
        let last = self.assume(&self.now, &all);
        let decided: Vec<Decision> = (0..self.updates.len()).filter_map(|index| self.decision(index, &last)).collect();
        let places: Vec<usize> = self.updates.iter().map(|update| update.place).collect();
        self.updates.clear();
        places.into_iter().zip(decided).collect()
    }

    fn decision(&self, index: usize, last: &Hypothesis<'a>) -> Option<Decision> {
        let update = self.updates.get(index)?;
        let (round, after, with) = match &update.step {
            Step::Placed { round, with } => (Some(*round), self.enablers(index, *round, with), with.clone()),
            _ => (None, Vec::new(), Vec::new()),
        };
        let mut reasons = match (&update.step, round) {
            (Step::Placed { with, .. }, Some(0)) if with.is_empty() => update.advice.clone(),
            (Step::Placed { .. }, _) => {
                let enough = self.assume(&self.assume(&self.now, &after), &with);
                settled(&update.advice, self.advice(update, &enough))
            }
            // Something that was placed contains it: it will not go, for the reasons that stopped it before.
            _ if last.installed(&update.candidate.update.id).is_true() => match update.against.is_empty() {
                true => update.advice.clone(),
                false => settled(&update.advice, update.against.clone()),
            },
            _ => settled(&update.advice, self.advice(update, last)),
        };
        reasons.extend(update.rules.iter().cloned());
        if let Step::Superseded { by } = update.step {
            reasons.push(superseded(self.id(by)?));
        }
        sort(&mut reasons);
        Some(self.document(update, round, &after, &with, reasons))
    }

    fn document(
        &self,
        update: &Update<'a>,
        round: Option<u32>,
        after: &[usize],
        with: &[usize],
        reasons: Vec<Reason>,
    ) -> Decision {
        let pairs = |indices: &[usize]| {
            let ids = indices.iter().filter_map(|&index| self.id(index));
            ids.map(|id| Pair { server: self.subject.server.name.clone(), update: id.clone() }).collect::<Vec<_>>()
        };
        let verdict = verdict(&reasons);
        let mut blocking = reasons.iter().filter(|reason| reason.blocks()).peekable();
        let is_blocked = blocking.peek().is_some();
        let undecided = is_blocked && blocking.clone().all(|reason| !reason.truth.is_true());
        let conflict = update.is_wanted && blocking.any(|reason| reason.rule != Rule::Superseded);
        let own = self.gate.not_before(self.subject, update.candidate, update.is_expedited, &reasons);
        // What goes together waits together.
        let company = with
            .iter()
            .filter_map(|&index| self.updates.get(index))
            .filter_map(|other| self.gate.not_before(self.subject, other.candidate, other.is_expedited, &other.rules));
        let not_before = company.chain(own).max();
        let mut decision = Decision {
            server: self.subject.server.name.clone(),
            update: update.candidate.update.id.clone(),
            source_id: update.candidate.source_id.clone(),
            verdict,
            undecided,
            conflict,
            expedited: update.is_expedited,
            round: round.filter(|_| verdict != Verdict::Block),
            after: pairs(after),
            with: pairs(with),
            not_before,
            reasons,
            unblock: Vec::new(),
        };
        decision.after.sort();
        decision.with.sort();
        if verdict == Verdict::Block {
            decision.unblock = unblock::ways_out(self.gate, &decision);
        }
        decision
    }

    /// The fewest earlier updates without which it could not go.
    fn enablers(&self, index: usize, round: u32, with: &[usize]) -> Vec<usize> {
        let can_go = |some: &[usize]| !self.is_blocked(index, &self.assume(&self.assume(&self.now, some), with), false);
        minimal_subset(self.placed_before(round), can_go)
    }
}

impl Update<'_> {
    /// Its verdict as things are now.
    fn verdict_now(&self) -> Verdict {
        [&self.rules, &self.advice].map(|reasons| verdict(reasons)).into_iter().max().unwrap_or_default()
    }
}

/// The reasons of now, as they are once everything it waits for is installed: what that clears only makes it wait.
fn settled(now: &[Reason], then: Vec<Reason>) -> Vec<Reason> {
    let is_in = |reasons: &[Reason], wanted: &Reason| {
        reasons.iter().any(|one| one.rule == wanted.rule && one.advisory == wanted.advisory)
    };
    let cleared = now.iter().filter(|reason| !is_in(&then, reason)).cloned().map(|mut reason| {
        reason.effect = reason.effect.min(Effect::Sequence);
        reason
    });
    let mut settled: Vec<Reason> = cleared.collect();
    settled.extend(then.into_iter().map(|reason| {
        let before = now.iter().find(|one| one.advisory == reason.advisory && one.rule == reason.rule);
        match before {
            // It still speaks, but more softly: what was needed for that has to go first.
            Some(before) if before.blocks() && !reason.blocks() => {
                Reason { effect: reason.effect.max(Effect::Sequence), ..before.clone() }
            }
            // Evidence of now is what the administrator can look up on the server.
            Some(before) if before.effect == reason.effect => before.clone(),
            _ => reason,
        }
    }));
    settled
}

fn superseded(by: &UpdateId) -> Reason {
    house(Rule::Superseded, Effect::Block, format!("{by} replaces it and may go now"))
}

/// By advisory, the house's own rules last; then by rule.
pub fn sort(reasons: &mut [Reason]) {
    reasons.sort_by(|one, two| {
        let key = |reason: &Reason| (reason.advisory.is_none(), reason.advisory.clone(), reason.rule);
        key(one).cmp(&key(two))
    });
}
