//! Whether updates may go in one round: whichever part of them gets installed, and in whatever order, nothing is harmed.
//!
//! Each is asked twice: as pending beside the others, and as installed while the others come. What the others may make true
//! counts as true; what is unknown only for want of facts stays doubt.

use super::pair::PendingId;
use super::rise::Change;
use super::update::Update;
use crate::advisory::Advisory;
use crate::advisory::harm::Bad;
use crate::evaluate::{Gate, Subject};
use crate::model::effect::Effect;
use crate::model::hypothesis::Hypothesis;
use crate::model::id::{ProductId, UpdateId};
use crate::model::table::Table;
use crate::model::trace::Trace;
use crate::model::truth::Truth;

/// Why a set of updates is not safe: an advisory that some part of it makes speak.
#[derive(Clone, Debug)]
pub struct Objection<'a> {
    /// The advisory; none where the update is not, or perhaps not, for the server as the others leave it.
    pub advisory: Option<&'a Advisory>,
    /// The strongest truth that any part gives it.
    pub truth: Truth,
    /// The server with that set.
    pub on: Box<Hypothesis<'a>>,
}

/// One server while its sets are asked for.
#[derive(Debug)]
pub struct Asked<'a, 's> {
    /// The question.
    pub gate: &'a Gate<'a>,
    /// The server.
    pub subject: &'s Subject<'a>,
    /// Its pending updates.
    pub updates: &'s Table<PendingId, Update<'a>>,
    /// What is bad and may be installed there as things are now, or proved by a version that comes.
    pub installed: &'s [Installed<'a>],
}

/// Something bad that a server may have.
#[derive(Clone, Copy, Debug)]
pub struct Installed<'a> {
    /// The advisory that calls it bad.
    pub advisory: &'a Advisory,
    /// What it is.
    pub bad: Bad<'a>,
    /// Whether the server has it as things are now.
    pub is_there: Truth,
    /// The update that a version which comes may prove.
    pub provable: Option<&'a UpdateId>,
    /// Whether it may be there under something that supersedes it.
    pub is_covered: bool,
}

impl Installed<'_> {
    /// Whether it does harm: it is there, or what is installed by then proves it, and the advisory applies.
    fn harms(&self, on: &Hypothesis<'_>) -> Truth {
        // What a pending update itself brings is asked of that one.
        let is_there = match self.provable.filter(|update| !on.assumes(update)) {
            // Without a proof nothing but what is pending brings it.
            Some(update) if !self.is_there.is_possible() && !self.is_covered => on.has_reached_itself(update),
            Some(update) => on.has_itself(update),
            None => self.is_there.and(self.bad.is_there(on, &mut Trace::silent())),
        };
        let applies = || self.advisory.applies_with(self.bad, on, &mut Trace::silent());
        if is_there.is_possible() { is_there.and(applies()) } else { is_there }
    }
}

/// An update with what goes together with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The update.
    pub id: PendingId,
    /// What goes together with it.
    pub with: Vec<PendingId>,
}

/// What was installed in earlier rounds, each with the server as it was before.
pub type Earlier<'a> = [(PendingId, Hypothesis<'a>)];

impl<'a> Asked<'a, '_> {
    /// Whether some updates may join others that go in the same round.
    ///
    /// # Errors
    /// An advisory that some part of them makes speak.
    pub fn may_join(
        &self,
        base: &Hypothesis<'a>,
        earlier: &Earlier<'a>,
        joined: &[Member],
        unit: &[Member],
    ) -> Result<(), Objection<'a>> {
        let all: Vec<Member> = joined.iter().chain(unit).cloned().collect();
        for member in unit {
            self.stays_free(base, member, &all)?;
        }
        for member in joined.iter().filter(|member| self.is_concerned(member.id, unit)) {
            self.stays_free(base, member, &all)?;
        }
        self.harms_nothing(base, base, earlier, &all, unit)
    }

    /// Whether an update may come when only some of the earlier ones are there for certain, and any part of the others.
    ///
    /// # Errors
    /// An advisory that some part of them makes speak.
    pub fn may_follow(
        &self,
        (some, rest): (&Hypothesis<'a>, &[Member]),
        whole: &Hypothesis<'a>,
        earlier: &Earlier<'a>,
        unit: &[Member],
    ) -> Result<(), Objection<'a>> {
        let all: Vec<Member> = rest.iter().chain(unit).cloned().collect();
        for member in unit {
            self.stays_free_of(some, whole, member, &all)?;
        }
        let before = some.with_any(self.members(rest));
        self.harms_nothing(some, &before, earlier, &all, unit)
    }

    /// Whether nothing stops an update, nor makes it wait more than it would alone, whatever part of the others is there.
    fn stays_free(&self, base: &Hypothesis<'a>, member: &Member, all: &[Member]) -> Result<(), Objection<'a>> {
        self.stays_free_of(base, base, member, all)
    }

    /// The same; what it would have to wait for alone is asked of another server.
    pub fn stays_free_of(
        &self,
        base: &Hypothesis<'a>,
        alone: &Hypothesis<'a>,
        member: &Member,
        all: &[Member],
    ) -> Result<(), Objection<'a>> {
        let Some(update) = self.updates.get(member.id) else { return Ok(()) };
        let others = all.iter().filter(|other| other.id != member.id).filter_map(|other| self.id(other.id));
        let beside = base.along(self.ids(&member.with)).with_any(others);
        self.as_pending(update, &beside, alone)?;
        let is_open = |other: &&Member| other.id != member.id && !member.with.contains(&other.id);
        let open = all.iter().filter(is_open).filter_map(|other| self.id(other.id));
        let alone = base.with(self.ids(&member.with)).with([update.id()]);
        let on = alone.with_any(open);
        self.as_installed(update, base, (&alone, &on), &beside)
    }

    fn as_pending(
        &self,
        update: &Update<'a>,
        beside: &Hypothesis<'a>,
        alone: &Hypothesis<'a>,
    ) -> Result<(), Objection<'a>> {
        let id = update.id();
        for claim in self.gate.claims(self.subject, beside, update.candidate, &update.speakers) {
            let is_free = claim.effect == Effect::Note
                || self.subject.is_waived(id, claim.rule(), claim.advisory, claim.truth)
                || self.subject.is_spared(id, &claim)
                || claim.effect < Effect::Block && self.effect(update, claim.advisory, alone) >= claim.effect;
            if !is_free {
                let advisory = Some(claim.advisory);
                return Err(Objection { advisory, truth: claim.truth, on: Box::new(beside.clone()) });
            }
        }
        match self.gate.wrong_product(self.subject, beside, update.candidate) {
            Some(reason) if update.misses(&reason) => {
                Err(Objection { advisory: None, truth: reason.truth, on: Box::new(beside.clone()) })
            }
            _ => Ok(()),
        }
    }

    /// What an advisory calls for of an update on a server.
    fn effect(&self, update: &Update<'a>, advisory: &'a Advisory, on: &Hypothesis<'a>) -> Effect {
        let mut claims = self.gate.claims(self.subject, on, update.candidate, &update.speakers);
        let own = claims.find(|claim| claim.advisory.id == advisory.id);
        own.map_or(Effect::Note, |claim| claim.effect)
    }

    /// Whether an update that is in while the others come does no harm; `alone` is the server with it and what goes with it.
    fn as_installed(
        &self,
        update: &Update<'a>,
        base: &Hypothesis<'a>,
        (alone, on): (&Hypothesis<'a>, &Hypothesis<'a>),
        without: &Hypothesis<'a>,
    ) -> Result<(), Objection<'a>> {
        for advisory in update.speakers.advisories.iter().copied().filter(|advisory| advisory.harms_while_installed()) {
            let harms = |on: &Hypothesis<'a>| {
                let named = advisory.names(&update.candidate.update, on, &mut Trace::silent());
                let before = || on.with_ranges_of(base, |product| base.is_raised_by(product, update.id()));
                let applies = || advisory.applies_as(&before(), on, &mut Trace::silent());
                if named.is_possible() { named.and(applies()) } else { named }
            };
            let truth = harms(on);
            let was = if truth == Truth::Unknown { harms(alone) } else { truth };
            self.object(advisory, (was, truth), update.id(), on, without)?;
        }
        Ok(())
    }

    /// Whether some updates, of which any part may come, do no harm to what is installed, nor make a hazard true.
    fn harms_nothing(
        &self,
        base: &Hypothesis<'a>,
        before: &Hypothesis<'a>,
        earlier: &Earlier<'a>,
        all: &[Member],
        unit: &[Member],
    ) -> Result<(), Objection<'a>> {
        let Some(id) = unit.first().and_then(|member| self.id(member.id)) else { return Ok(()) };
        let beside = base.with_any(self.members(all));
        let change = self.change(before, &beside, unit);
        // What spoke in every part before is made no truer.
        let certain = before.opposite();
        // What one alone silences once it is in, whatever part of the others is there, it makes true in no part.
        let is_other = |member: &&Member| !unit.iter().any(|one| one.id == member.id);
        let others = all.iter().filter(is_other).filter_map(|member| self.id(member.id));
        let beside_it = base.with_any(others);
        // A hazard is asked about while the restart of this one is due as well; `when` of what is bad describes the server before.
        let [with, with_just] = [beside_it.with([id]), beside_it.with_just(id)];
        let may_hold = |truth: Truth| unit.len() > 1 || truth.is_possible();
        for hazard in self.subject.hazards.iter().copied().filter(|hazard| self.concerns(unit, hazard)) {
            let speaks = |on: &Hypothesis<'a>| hazard.speaks(on, &mut Trace::silent());
            let [was, truth] = [before, &beside].map(speaks);
            let was_certain = speaks(&certain);
            let may_rise = || truth == Truth::Unknown && change.may_make_true(hazard, &|_| false);
            if (truth > was_certain || may_rise()) && may_hold(speaks(&with_just)) {
                self.object(hazard, (was, truth), id, &beside, before)?;
            }
        }
        let installed = self.installed.iter().filter(|one| self.concerns(unit, one.advisory));
        for one in installed {
            let harms = |on: &Hypothesis<'a>| one.harms(on);
            let (was, truth) = (harms(before), harms(&beside));
            let was_certain = harms(&certain);
            let is_left_out = |product: &ProductId| one.bad.raises(product, before);
            let may_appear =
                || one.provable.is_some_and(|update| change.may_prove(update) || change.may_uncover(update));
            let may_rise =
                || truth == Truth::Unknown && (change.may_make_true(one.advisory, &is_left_out) || may_appear());
            if (truth > was_certain || may_rise()) && may_hold(harms(&with)) {
                self.object(one.advisory, (was, truth), id, &beside, before)?;
            }
        }
        self.harms_nothing_earlier(earlier, before, &beside, unit)
    }

    /// Of what was placed earlier `affects` and `when` are asked of the server before it.
    fn harms_nothing_earlier(
        &self,
        earlier: &Earlier<'a>,
        before: &Hypothesis<'a>,
        beside: &Hypothesis<'a>,
        unit: &[Member],
    ) -> Result<(), Objection<'a>> {
        let change = self.change(before, beside, unit);
        for (place, former) in earlier {
            let Some(update) = self.updates.get(*place) else { continue };
            let bad = update.speakers.advisories.iter().copied().filter(|advisory| advisory.harms_while_installed());
            for advisory in bad.filter(|advisory| self.concerns(unit, advisory)) {
                let named = advisory.names(&update.candidate.update, former, &mut Trace::silent());
                let harms = |on: &Hypothesis<'a>| {
                    let was = on.with_ranges_of(former, |product| on.is_raised_by(product, update.id()));
                    named.and(advisory.applies_as(&was, on, &mut Trace::silent()))
                };
                let (was, truth) = (harms(before), harms(beside));
                let was_certain = harms(&before.opposite());
                let is_left_out = |product: &ProductId| before.is_raised_by(product, update.id());
                if truth > was_certain || truth == Truth::Unknown && change.may_make_true(advisory, &is_left_out) {
                    self.object(advisory, (was, truth), update.id(), beside, before)?;
                }
            }
        }
        Ok(())
    }

    fn change<'c>(&self, before: &'c Hypothesis<'a>, after: &'c Hypothesis<'a>, unit: &[Member]) -> Change<'c, 'a> {
        let by = unit.iter().filter_map(|member| self.updates.get(member.id)).map(|update| update.candidate).collect();
        Change { gate: self.gate, by, before, after }
    }

    /// That an advisory speaks, unless it only warns, is waived, or does so anyway: the server is exposed without what is asked.
    /// What was false before and is in doubt now may have been made true, and counts as true.
    fn object(
        &self,
        advisory: &'a Advisory,
        (was, truth): (Truth, Truth),
        update: &UpdateId,
        on: &Hypothesis<'a>,
        before: &Hypothesis<'a>,
    ) -> Result<(), Objection<'a>> {
        let counted = if was.is_possible() { truth } else { Truth::True };
        let claim = self.gate.claim(advisory, counted, on);
        let is_waived = |truth| self.subject.is_waived(update, claim.rule(), advisory, truth);
        let is_free = !truth.is_possible()
            || claim.effect != Effect::Block
            || is_waived(counted)
            || self.gate.is_exposed(self.subject, before, advisory) && self.gate.is_exposed(self.subject, on, advisory);
        // A waiver of doubt does not silence what another update may have made true.
        let truth = if is_waived(truth) { counted } else { truth };
        if is_free { Ok(()) } else { Err(Objection { advisory: Some(advisory), truth, on: Box::new(on.clone()) }) }
    }

    /// Whether the installation of some updates may change what an advisory about another one says.
    fn is_concerned(&self, id: PendingId, unit: &[Member]) -> bool {
        let advisories = self.updates.get(id).into_iter().flat_map(|update| &update.speakers.advisories);
        let is_of_branch = || self.updates.get(id).is_some_and(|update| self.gate.is_of_branch(update.candidate));
        advisories.chain(&self.subject.hazards).any(|advisory| self.concerns(unit, advisory)) || is_of_branch()
    }

    fn concerns(&self, unit: &[Member], advisory: &Advisory) -> bool {
        let mut candidates = unit.iter().filter_map(|member| self.updates.get(member.id));
        candidates.any(|update| update.candidate.concerns.contains(&advisory.id))
    }

    fn id(&self, id: PendingId) -> Option<&'a UpdateId> {
        self.updates.get(id).map(Update::id)
    }

    fn members<'i>(&'i self, members: &'i [Member]) -> impl Iterator<Item = &'a UpdateId> + 'i {
        members.iter().filter_map(|member| self.id(member.id))
    }

    /// The updates of some places.
    pub fn ids<'i>(&'i self, places: &'i [PendingId]) -> impl Iterator<Item = &'a UpdateId> + 'i {
        places.iter().filter_map(|id| self.id(*id))
    }
}
