//! The safe sets of one server's pending updates, by simulation: what may go now, then what may go on top of that.
//!
//! Each round offers every update once, in one order, and takes those with which the round stays safe. Nothing is taken back.

use std::collections::{BTreeMap, BTreeSet};

use super::answers::Sight;
use super::draft::Draft;
use super::exposed::{self, Exposures};
use super::held_back::HeldBack;
use super::minimal_subset::minimal_subset;
use super::need;
use super::offers::in_order;
use super::outcome::Outcome;
use super::pair::PendingId;
use super::pending::Pending;
use super::required::Required;
use super::safe::{Asked, Member, Objection};
use super::update::{Update, updates};
use crate::advisory::{Advisory, Kind};
use crate::document::decision::Cause;
use crate::evaluate::Gate;
use crate::evaluate::reason::{Reason, waive};
use crate::model::effect::Effect;
use crate::model::hypothesis::Hypothesis;
use crate::model::id::UpdateId;
use crate::model::rule::Rule;
use crate::model::server::Server;
use crate::model::truth::Truth;

/// Decides one server's pending updates, beside others as they are seen.
///
/// What waits for other servers does not replace older updates yet, and what these stop does not go.
pub fn simulate<'a>(gate: &'a Gate<'a>, server: &'a Server, held: &HeldBack, beside: Option<Sight<'_>>) -> Outcome<'a> {
    let as_is = gate.now(server).beside(beside.map(|sight| sight.now.clone()));
    let now = gate.now(server).beside(beside.map(|sight| sight.then.clone()));
    let mut subject = gate.subject(&now);
    let pending: Pending<'a> = subject.pending.iter().filter_map(|&id| Some((id, gate.candidates.get(id)?))).collect();
    let Required { mut wanted, mut needs, missing, undecided } = Required::of(gate, &subject, &as_is, &pending);
    let Exposures { exposed, installed, notes, needs: to_end } = exposed::exposures(gate, &subject, &as_is, &pending);
    let is_certain = |advisory: &&&'a Advisory| {
        let is_waived = |by: &Cause| match by {
            Cause::Update { update } => subject.is_waived(update, Rule::KnownBad, advisory, Truth::True),
            Cause::Product { .. } => false,
        };
        let mut own = exposed.iter().filter(|one| one.truth.is_true() && one.advisory == advisory.id);
        own.any(|one| !is_waived(&one.by))
    };
    subject.exposed = subject.known_bad.iter().filter(is_certain).map(|advisory| &advisory.id).collect();
    needs.extend(to_end);
    needs.extend(need::exploited(gate, &now, &pending));
    notes.into_iter().for_each(|(id, reasons)| wanted.entry(id).or_default().extend(reasons));
    let mut updates = updates(gate, &subject, &now, &pending, &needs, wanted);
    updates.as_mut_slice().iter_mut().for_each(|update| update.hear(gate, held));
    let steps =
        Simulation::new(Asked { gate, subject: &subject, updates: &updates, installed: &installed }, now, held).run();
    let drafts = updates.iter().map(|(id, update)| steps.draft(id, update).without_rings(gate, held)).collect();
    Outcome { subject, drafts, exposed, missing, undecided }
}

/// How far an update has come; nothing is known of those that stay behind.
#[derive(Clone, Debug)]
enum Step<'a> {
    /// It may go in this round, after and together with these.
    Placed { round: u32, after: Vec<PendingId>, with: Vec<PendingId> },
    /// A newer update goes and replaces it.
    Superseded { by: &'a UpdateId },
}

/// Where the updates have ended, and what advisories say of those that do not go as things are now.
#[derive(Debug, Default)]
struct Steps<'a> {
    of: BTreeMap<PendingId, Step<'a>>,
    then: BTreeMap<PendingId, Vec<Reason>>,
}

impl<'a> Steps<'a> {
    /// The draft of an update.
    fn draft(&self, id: PendingId, update: &Update<'a>) -> Draft<'a> {
        let step = self.of.get(&id);
        let (round, after, with) = match step {
            Some(Step::Placed { round, after, with }) => (Some(*round), after.clone(), with.clone()),
            _ => (None, Vec::new(), Vec::new()),
        };
        let mut reasons = match self.then.get(&id) {
            Some(then) => settled(&update.advice, then.clone()),
            None => update.advice.clone(),
        };
        reasons.extend(update.rules.iter().cloned());
        if let Some(Step::Superseded { by }) = step {
            reasons.push(Reason::of_policy(
                Rule::Superseded,
                Effect::Block,
                format!("{by} replaces it and may go now"),
            ));
        }
        let Update { candidate_id, candidate, is_expedited, .. } = *update;
        Draft { candidate_id, candidate, is_expedited, reasons, round, after, with }
    }
}

struct Simulation<'a, 's> {
    asked: Asked<'a, 's>,
    now: Hypothesis<'a>,
    held: &'s HeldBack,
    steps: Steps<'a>,
    /// What is placed, each with the server before its round.
    earlier: Vec<(PendingId, Hypothesis<'a>)>,
    /// Why each that did not join stayed behind at last.
    objections: BTreeMap<PendingId, Objection<'a>>,
}

impl<'a, 's> Simulation<'a, 's> {
    fn new(asked: Asked<'a, 's>, now: Hypothesis<'a>, held: &'s HeldBack) -> Self {
        let (steps, earlier, objections) = (Steps::default(), Vec::new(), BTreeMap::new());
        Self { asked, now, held, steps, earlier, objections }
    }

    /// Goes on until a round adds nothing, so there are no more rounds than updates.
    fn run(mut self) -> Steps<'a> {
        let mut base = self.now.clone();
        for round in 0.. {
            let joined = self.round(round, &base);
            if joined.is_empty() {
                break;
            }
            let before = base.clone();
            base = base.with(joined.iter().filter_map(|member| self.id(member.id)));
            self.earlier.extend(joined.into_iter().map(|member| (member.id, before.clone())));
        }
        self.tell(&base);
        self.steps
    }

    /// What joins a round on top of what is there.
    fn round(&mut self, round: u32, base: &Hypothesis<'a>) -> Vec<Member> {
        let mut joined: Vec<Member> = Vec::new();
        let is_offered =
            |(_, update): &(PendingId, &Update<'a>)| !update.is_stopped_by_rules() && !self.is_there(update, base);
        let offered: Vec<(PendingId, &Update<'a>)> = self.open().filter(is_offered).collect();
        for id in in_order(&offered) {
            if self.steps.of.contains_key(&id) {
                continue;
            }
            let mut units = self.units(base, &joined, id).into_iter();
            if !units.any(|unit| self.join(round, base, &mut joined, unit))
                && let Some(unit) = self.unit_that_spares(base, &joined, id)
            {
                self.join(round, base, &mut joined, unit);
            }
        }
        joined
    }

    /// Takes updates into a round when it stays safe with them, and tells of the older ones that they replace.
    fn join(&mut self, round: u32, base: &Hypothesis<'a>, joined: &mut Vec<Member>, unit: Vec<Member>) -> bool {
        if let Err(objection) = self.asked.may_join(base, &self.earlier, joined, &unit) {
            self.objections.extend(unit.iter().map(|member| (member.id, objection.clone())));
            return false;
        }
        let after = self.after(base, &unit);
        for member in unit {
            if self.is_replaced(&member, &after) {
                continue;
            }
            let (id, with) = (member.id, member.with.clone());
            self.steps.of.insert(id, Step::Placed { round, after: after.clone(), with });
            joined.push(member);
            self.replace(id);
        }
        true
    }

    /// What an update may be offered as: alone, or with the fewest that make it harmless.
    fn units(&self, base: &Hypothesis<'a>, joined: &[Member], id: PendingId) -> Vec<Vec<Member>> {
        let Some(update) = self.asked.updates.get(id) else { return Vec::new() };
        let alone = vec![Member { id, with: Vec::new() }];
        let mut units = if self.is_blocked(update, base) { Vec::new() } else { vec![alone] };
        let partners = self.able(base, id, self.partners(update, id));
        let is_free = |some: &[PendingId]| !self.is_blocked(update, &base.along(self.asked.ids(some)));
        if !partners.is_empty() && self.may_have_partners(update) && is_free(&partners) {
            let with = match units.is_empty() {
                true => minimal_subset(partners, is_free),
                false => partners,
            };
            units.push(self.unit(base, joined, id, with));
        }
        units
    }

    /// An update that would make something installed do harm, with what spares that.
    fn unit_that_spares(&self, base: &Hypothesis<'a>, joined: &[Member], id: PendingId) -> Option<Vec<Member>> {
        let advisory = self.objections.get(&id)?.advisory?;
        let update = self.asked.updates.get(id)?;
        if self.is_blocked(update, base) || update.speakers.advisories.iter().any(|own| own.id == advisory.id) {
            return None;
        }
        let partners = self.able(base, id, self.partners_of(&advisory.safe_with, id));
        (!partners.is_empty()).then(|| self.unit(base, joined, id, partners))
    }

    /// Those of some partners that may go together with the others.
    fn able(&self, base: &Hypothesis<'a>, id: PendingId, partners: Vec<PendingId>) -> Vec<PendingId> {
        let all = base.along(self.asked.ids(&partners)).along(self.asked.ids(&[id]));
        let may_go =
            |partner: &PendingId| self.asked.updates.get(*partner).is_some_and(|one| !self.is_blocked(one, &all));
        partners.into_iter().filter(may_go).collect()
    }

    /// An update with its partners, those of them that go already left out, each with what it needs of the others.
    fn unit(&self, base: &Hypothesis<'a>, joined: &[Member], id: PendingId, with: Vec<PendingId>) -> Vec<Member> {
        let new = with.iter().copied().filter(|id| !joined.iter().any(|member| member.id == *id));
        let partner = |partner: PendingId| {
            let others: Vec<PendingId> = with.iter().copied().chain([id]).filter(|one| *one != partner).collect();
            let is_free = |some: &[PendingId]| {
                let on = base.along(self.asked.ids(some));
                self.asked.updates.get(partner).is_some_and(|update| !self.is_blocked(update, &on))
            };
            Member { id: partner, with: minimal_subset(others, is_free) }
        };
        let partners: Vec<Member> = new.map(partner).collect();
        partners.into_iter().chain([Member { id, with }]).collect()
    }

    /// Whether everything that may stop it could be harmless with company.
    fn may_have_partners(&self, update: &Update<'a>) -> bool {
        update
            .speakers
            .advisories
            .iter()
            .any(|advisory| advisory.kind() == Kind::KnownBad && !advisory.safe_with.is_empty())
    }

    /// The open updates, and those of this round, with which one is harmless, or that replace such.
    fn partners(&self, update: &Update<'a>, id: PendingId) -> Vec<PendingId> {
        self.partners_of(update.speakers.advisories.iter().flat_map(|advisory| &advisory.safe_with), id)
    }

    fn partners_of<'u>(&self, safe_with: impl IntoIterator<Item = &'u UpdateId>, id: PendingId) -> Vec<PendingId>
    where
        'a: 'u,
    {
        let gate = self.asked.gate;
        let safe_with: Vec<&UpdateId> = safe_with.into_iter().collect();
        let is_safe = |other: &UpdateId| safe_with.iter().any(|id| gate.catalogue.successors(id).contains(other));
        let may_go = |other: &(PendingId, &Update<'a>)| {
            let is_earlier = self.earlier.iter().any(|(placed, _)| *placed == other.0);
            let is_replaced = matches!(self.steps.of.get(&other.0), Some(Step::Superseded { .. }));
            other.0 != id && !is_earlier && !is_replaced && !other.1.is_stopped_by_rules()
        };
        let others = self.asked.updates.iter().filter(may_go);
        others.filter(|(_, other)| is_safe(other.id())).map(|(id, _)| id).collect()
    }

    /// The fewest earlier updates with which some are safe, whichever of the others are there already or come later, and
    /// with which none of those becomes unsafe.
    fn after(&self, base: &Hypothesis<'a>, unit: &[Member]) -> Vec<PendingId> {
        let earlier: Vec<PendingId> = self.earlier.iter().map(|(id, _)| *id).collect();
        minimal_subset(earlier.clone(), |some| {
            let rest: Vec<Member> = earlier.iter().filter(|id| !some.contains(id)).map(|id| self.placed(*id)).collect();
            let on = self.now.with(self.asked.ids(some));
            self.asked.may_follow((&on, &rest), base, &self.earlier, unit).is_ok()
                && rest.iter().all(|member| self.stays_safe(member, some, &rest, unit))
        })
    }

    /// Whether an earlier update stays safe when some later ones are there before it.
    fn stays_safe(&self, member: &Member, some: &[PendingId], rest: &[Member], unit: &[Member]) -> bool {
        let Some(Step::Placed { after, .. }) = self.steps.of.get(&member.id) else { return true };
        let there: BTreeSet<PendingId> = some.iter().chain(after).copied().collect();
        let there: Vec<PendingId> = there.into_iter().collect();
        let on = self.now.with(self.asked.ids(&there));
        let open: Vec<Member> = rest.iter().filter(|other| !there.contains(&other.id)).chain(unit).cloned().collect();
        self.asked.stays_free_of(&on, &on, member, &open).is_ok()
    }

    fn placed(&self, id: PendingId) -> Member {
        let with = match self.steps.of.get(&id) {
            Some(Step::Placed { with, .. }) => with.clone(),
            _ => Vec::new(),
        };
        Member { id, with }
    }

    /// Whether a newer update that goes waits for nothing that one would not wait for as well.
    fn is_replaced(&mut self, member: &Member, after: &[PendingId]) -> bool {
        let Some(older) = self.asked.updates.get(member.id) else { return false };
        let by = self.asked.updates.iter().find(|(newer, update)| {
            older.candidate.superseded_by.contains(&update.candidate_id)
                && self.waits_no_more(*newer, older, after, &member.with)
        });
        let Some(by) = by.map(|(_, newer)| newer.id()) else { return false };
        self.steps.of.insert(member.id, Step::Superseded { by });
        true
    }

    /// Tells of the older updates that one replaces which waits for nothing but what they wait for as well.
    fn replace(&mut self, newer: PendingId) {
        let Some(update) = self.asked.updates.get(newer) else { return };
        let is_older =
            |(_, older): &(PendingId, &Update<'a>)| older.candidate.superseded_by.contains(&update.candidate_id);
        let replaced: Vec<PendingId> = self
            .open()
            .filter(is_older)
            .filter(|(_, older)| self.waits_no_more(newer, older, &[], &[]))
            .map(|(id, _)| id)
            .collect();
        let by = update.id();
        self.steps.of.extend(replaced.into_iter().map(|id| (id, Step::Superseded { by })));
    }

    /// Whether a newer update that is placed waits for no update, partner, moment, step or turn but what an older one, which
    /// would go after and with these, waits for too.
    fn waits_no_more(&self, newer: PendingId, older: &Update<'a>, after: &[PendingId], with: &[PendingId]) -> bool {
        let Some(Step::Placed { after: first, with: company, .. }) = self.steps.of.get(&newer) else { return false };
        let Some(update) = self.asked.updates.get(newer) else { return false };
        let is_held = self.held.waiting.contains(&update.candidate_id) && !older.candidate.may_restart();
        let waits = |rule| update.waits_for(rule) && !older.waits_for(rule);
        let rules = [Rule::Procedure, Rule::KnownBad, Rule::Prerequisite, Rule::Hazard, Rule::Unassessed];
        first.iter().all(|id| after.contains(id))
            && company.iter().all(|id| with.contains(id))
            && update.not_before <= older.not_before
            && !is_held
            && !rules.into_iter().any(waits)
    }

    /// Whether something that is placed contains it.
    fn is_there(&self, update: &Update<'a>, base: &Hypothesis<'a>) -> bool {
        !self.earlier.is_empty() && base.installed(update.id()).is_true()
    }

    fn is_blocked(&self, update: &Update<'a>, on: &Hypothesis<'a>) -> bool {
        let Asked { gate, subject, .. } = self.asked;
        let mut blocking = gate.blocking(subject, on, update.candidate, &update.speakers);
        let is_wrong =
            || gate.wrong_product(subject, on, update.candidate).is_some_and(|reason| update.misses(&reason));
        update.is_stopped_by_rules() || blocking.next().is_some() || is_wrong()
    }

    /// What advisories say of the updates that do not go as things are now, with what kept those back that nothing else does.
    fn tell(&mut self, last: &Hypothesis<'a>) {
        let then: Vec<(PendingId, Vec<Reason>)> =
            self.asked.updates.iter().filter_map(|(id, update)| Some((id, self.then(id, update, last)?))).collect();
        self.steps.then = then.into_iter().collect();
    }

    fn then(&self, id: PendingId, update: &Update<'a>, last: &Hypothesis<'a>) -> Option<Vec<Reason>> {
        let Asked { gate, subject, .. } = self.asked;
        let advice = |on: &Hypothesis<'a>| {
            let mut advice = gate.advice(subject, on, update.candidate, &update.speakers);
            let misfits = advice.iter_mut().filter(|reason| reason.rule == Rule::WrongProduct && update.misses(reason));
            misfits.for_each(|reason| reason.effect = Effect::Block);
            advice
        };
        match self.steps.of.get(&id) {
            Some(Step::Placed { round: 0, with, .. }) if with.is_empty() => None,
            Some(Step::Placed { after, with, .. }) => {
                let enough = self.now.with(self.asked.ids(after)).along(self.asked.ids(with));
                let mut then = advice(&enough);
                let waits = settled(&update.advice, then.clone())
                    .iter()
                    .any(|reason| reason.counts() && reason.effect > Effect::Note);
                let objection = self.objections.get(&id).filter(|_| !waits);
                then.extend(objection.map(|objection| self.objected(update, objection, Effect::Sequence)));
                Some(then)
            }
            Some(Step::Superseded { .. }) => None,
            // Something that was placed contains it: what stopped it before still tells why it does not go.
            None if self.is_there(update, last) && update.is_blocked_now() => None,
            None => {
                let mut then = advice(last);
                let is_blocked = update.is_stopped_by_rules() || then.iter().any(Reason::blocks);
                let objection = self.objections.get(&id).filter(|_| !is_blocked);
                then.extend(objection.map(|objection| self.objected(update, objection, Effect::Block)));
                Some(then)
            }
        }
    }

    /// What an advisory says against an update beside others.
    fn objected(&self, update: &Update<'a>, objection: &Objection<'a>, effect: Effect) -> Reason {
        let Asked { gate, subject, .. } = self.asked;
        let reason = match objection.advisory {
            Some(advisory) => {
                gate.claim(advisory, objection.truth, &objection.on).reason(&objection.on, update.candidate)
            }
            None => gate.wrong_product_beside(update.candidate, objection.truth),
        };
        waive(subject, update.id(), Reason { effect, ..reason })
    }

    fn open(&self) -> impl Iterator<Item = (PendingId, &'s Update<'a>)> {
        self.asked.updates.iter().filter(|(id, _)| !self.steps.of.contains_key(id))
    }

    fn id(&self, id: PendingId) -> Option<&'a UpdateId> {
        self.asked.updates.get(id).map(Update::id)
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
        Some(before) if before.effect == reason.effect && before.truth == reason.truth => before.clone(),
        // What is not for this server is not so for what else may come.
        Some(before) if before.rule == Rule::WrongProduct && before.truth.is_true() => before.clone(),
        _ => reason,
    }));
    settled
}
