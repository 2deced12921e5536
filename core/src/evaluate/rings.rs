//! Earlier rings first: what is only reported, or what nobody has looked at, is not installed unseen.
//!
//! Where no server of an earlier ring can try an update, the wait is one for time.

use hashbrown::HashMap;
use jiff::Timestamp;

use super::candidate::{Candidate, CandidateId};
use super::claim::Claim;
use super::first_rings::FirstRings;
use super::reason::{Reason, Waived};
use super::{Gate, Question, Subject};
use crate::advisory::{Advisory, Confidence, Kind};
use crate::model::effect::Effect;
use crate::model::fact::{Fact, PendingFact};
use crate::model::hypothesis::Hypothesis;
use crate::model::id::UpdateId;
use crate::model::rule::Rule;
use crate::model::server::Server;
use crate::model::severity::Severity;
use crate::model::time::{Day, start_of};
use crate::model::truth::Truth;
use crate::policy::unassessed::Unassessed;
use crate::policy::waivers::{WaivedRule, Waiver, Waives};

/// What a wait for earlier rings comes to on a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RingWait {
    /// Servers of earlier rings go first.
    Servers,
    /// Nobody can go first: it is a wait for this moment.
    Until(Timestamp),
    /// The same, and the day from which it counts is not known.
    Undated,
    /// The server is in the first ring, an earlier one has it, or enough time has passed.
    Over,
}

impl Question<'_> {
    /// Whether a reason makes an update wait for earlier rings: because it is only reported, or because nobody has looked at
    /// it. Whether a waiver silences it does not matter.
    pub fn waits_for_rings(&self, reason: &Reason) -> bool {
        reason.effect == Effect::Sequence && (reason.rule == Rule::Unassessed || self.states_sequence(reason, may_wait))
    }

    /// Whether a reason sends an update to earlier rings first: because it waits for them, or because the policy says
    /// `sequence` of what is confirmed, which somebody has to decide on all the same.
    pub fn asks_for_pilots(&self, reason: &Reason) -> bool {
        let is_bad = |advisory: &Advisory| matches!(advisory.kind(), Kind::KnownBad | Kind::Hazard);
        reason.counts() && (self.waits_for_rings(reason) || self.states_sequence(reason, is_bad))
    }

    /// Makes notes of what waits for earlier rings.
    pub fn forget_rings<'r>(&self, reasons: impl Iterator<Item = &'r mut Reason>) {
        for reason in reasons.filter(|reason| self.waits_for_rings(reason)) {
            reason.effect = Effect::Note;
        }
    }

    /// Whether the policy says `sequence` of an advisory's reason, and not because something pending clears a block.
    fn states_sequence(&self, reason: &Reason, is_meant: impl Fn(&Advisory) -> bool) -> bool {
        let is_stated = |advisory: &Advisory| {
            is_meant(advisory)
                && self.policy.effects.effect(advisory, reason.truth, &self.policy.unknown) == Effect::Sequence
        };
        let advisory = reason.advisory.as_ref().and_then(|id| self.database.advisory(id));
        reason.effect == Effect::Sequence && advisory.is_some_and(is_stated)
    }

    /// Whether a waiver names the wait of a reason for earlier rings.
    pub fn spares_rings(&self, waiver: &Waiver, reason: &Reason) -> bool {
        waiver.waives == Waives::Rule(WaivedRule::Of(Rule::Ring)) && self.waits_for_rings(reason)
    }
}

impl Subject<'_> {
    /// The waiver that lets an update go without earlier rings; of several the one that lasts longest.
    fn spared_rings(&self, update: &UpdateId) -> Option<&Waiver> {
        self.silencing(update, Rule::Ring, None, Truth::True).max_by_key(|waiver| (waiver.expires, &waiver.ticket))
    }

    /// Marks what makes an update wait for earlier rings with the waiver that lets it go without them.
    pub(super) fn spare_rings(&self, question: &Question<'_>, update: &UpdateId, reason: Reason) -> Reason {
        let spared = self.spared_rings(update).filter(|_| reason.counts() && question.waits_for_rings(&reason));
        match spared {
            Some(waiver) => Reason { waived: Some(Waived::by(waiver).into()), ..reason },
            None => reason,
        }
    }

    /// Whether a waiver lets an update go without earlier rings where a claim makes it wait for them.
    pub fn is_spared(&self, update: &UpdateId, claim: &Claim<'_>) -> bool {
        claim.effect == Effect::Sequence && may_wait(claim.advisory) && self.spared_rings(update).is_some()
    }
}

impl Gate<'_> {
    /// Looks which rings can tell how the updates do that may have to wait for earlier ones.
    pub fn first_rings(&self, servers: &[&Server]) -> HashMap<CandidateId, FirstRings> {
        let policy = self.question.policy;
        let last = policy.rings.len().saturating_sub(1);
        let may_all_wait = self.may_all_wait();
        let waits = |one: &Candidate<'_>| may_all_wait || one.advisories.iter().any(|advisory| may_wait(advisory));
        let waiting = self.candidates.iter().filter(|(_, one)| waits(one));
        let mut found: HashMap<CandidateId, FirstRings> = waiting.map(|(id, _)| (id, FirstRings::NONE)).collect();
        let rings = servers.iter().map(|server| (policy.ring_index(server), *server));
        let mut earlier: Vec<(usize, &Server)> = rings.filter(|(ring, _)| *ring < last).collect();
        earlier.sort_by_key(|(ring, _)| *ring);
        let mut open = found.len();
        for (ring, server) in earlier {
            if open == 0 {
                break;
            }
            open -= self.see_ring(ring, server, &mut found);
        }
        found
    }

    /// Takes what [`Self::first_rings`] found.
    pub fn set_first_rings(&mut self, found: HashMap<CandidateId, FirstRings>) {
        for (id, rings) in found {
            if let Some(candidate) = self.candidates.get_mut(id) {
                candidate.first_rings = rings;
            }
        }
    }

    /// Takes one more server, in the order of rings; tells of how many updates it is the first where they are pending.
    fn see_ring(&self, ring: usize, server: &Server, found: &mut HashMap<CandidateId, FirstRings>) -> usize {
        let now = Hypothesis::now(server, &self.catalogue, self.question.at);
        let mut new = 0;
        for id in self.pending_on(&now) {
            if let Some(first) = found.get_mut(&id).filter(|first| first.pending.is_none()) {
                first.pending = Some(ring);
                new += 1;
            }
        }
        for (id, first) in found.iter_mut().filter(|(_, first)| **first == FirstRings::NONE) {
            let update = self.candidates.get(*id).map(|candidate| &candidate.update.id);
            first.installed = update.filter(|update| now.installed(update).is_true()).map(|_| ring);
        }
        new
    }

    /// Whether any update might have to wait for earlier rings, whatever it is.
    fn may_all_wait(&self) -> bool {
        let mut hazards = self.question.database.advisories().iter().filter(|one| one.kind() == Kind::Hazard);
        self.question.policy.unassessed == Unassessed::Sequence || hazards.any(may_wait)
    }

    /// What a wait for earlier rings comes to on a server, where it counts from a day.
    fn ring_wait(&self, server: &Server, candidate: &Candidate<'_>, since: Option<Day>) -> RingWait {
        let Question { policy, at, .. } = self.question;
        let ring = policy.ring_index(server);
        let is_earlier = |first: Option<usize>| first.is_some_and(|first| first < ring);
        let FirstRings { pending, installed } = candidate.first_rings;
        // Somebody has to be first.
        if ring == 0 && policy.rings.len() > 1 {
            return RingWait::Over;
        }
        if is_earlier(pending) {
            return RingWait::Servers;
        }
        let Some(soak) = policy.rings.get(ring).map(|ring| ring.soak).filter(|soak| !soak.is_zero()) else {
            return RingWait::Over;
        };
        let until = |day| start_of(day).checked_add(soak.duration()).unwrap_or(Timestamp::MAX);
        match since.map(until) {
            _ if is_earlier(installed) => RingWait::Over,
            Some(moment) if moment <= at => RingWait::Over,
            Some(moment) => RingWait::Until(moment),
            None => RingWait::Undated,
        }
    }

    /// A claim as the rings have it: where nobody is to go first, it warns.
    pub(super) fn by_rings<'c>(&self, server: &Server, candidate: &Candidate<'_>, claim: Claim<'c>) -> Claim<'c> {
        let waits = claim.effect == Effect::Sequence && may_wait(claim.advisory);
        let is_over = waits && self.ring_wait(server, candidate, Some(claim.advisory.published)) == RingWait::Over;
        if is_over { claim.as_note() } else { claim }
    }

    /// That nobody has looked at an update, as the rings have it.
    pub(super) fn unassessed_by_rings(&self, server: &Server, candidate: &Candidate<'_>, reason: Reason) -> Reason {
        if reason.rule != Rule::Unassessed || reason.effect != Effect::Sequence {
            return reason;
        }
        let released = candidate.update.released.map(|released| released.last());
        match self.ring_wait(server, candidate, released) {
            RingWait::Over => Reason { effect: Effect::Note, ..reason },
            RingWait::Undated => self.undated(candidate, reason),
            RingWait::Servers | RingWait::Until(_) => reason,
        }
    }

    /// A wait for a time that nobody can name stops the update.
    fn undated(&self, candidate: &Candidate<'_>, mut reason: Reason) -> Reason {
        let released = Fact::Pending(candidate.update.id.clone(), PendingFact::Released);
        if !reason.missing.contains(&released) {
            reason.missing.push(released);
        }
        Reason { truth: Truth::Unknown, effect: self.question.policy.unknown.effect(Severity::High), ..reason }
    }

    /// The moment before which a reason does not let an update go, where it waits for earlier rings and nobody can go first.
    pub(super) fn ring_moment(&self, server: &Server, candidate: &Candidate<'_>, reason: &Reason) -> Option<Timestamp> {
        if !reason.counts() || !self.question.waits_for_rings(reason) {
            return None;
        }
        let advisory = reason.advisory.as_ref().and_then(|id| self.question.database.advisory(id));
        let released = || candidate.update.released.map(|released| released.last());
        match self.ring_wait(server, candidate, advisory.map_or_else(released, |advisory| Some(advisory.published))) {
            RingWait::Until(moment) => Some(moment),
            RingWait::Servers | RingWait::Undated | RingWait::Over => None,
        }
    }
}

/// Whether what an advisory says may be a wait for earlier rings. A procedure waits for its steps instead.
fn may_wait(advisory: &Advisory) -> bool {
    advisory.confidence == Confidence::Reported && !matches!(advisory.kind(), Kind::Procedure | Kind::Required)
}
