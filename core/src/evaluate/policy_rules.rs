//! The policy's own rules about an update on a server: soak, hold, freeze, freshness, and what nobody has looked at.

use jiff::Timestamp;

use super::candidate::Candidate;
use super::reason::{Reason, waive};
use super::{Gate, Question, Subject};
use crate::model::effect::Effect;
use crate::model::fact::{Fact, PendingFact};
use crate::model::rule::Rule;
use crate::model::severity::Severity;
use crate::model::time::Day;
use crate::policy::freeze::Freeze;
use crate::policy::soak::{Age, CountFrom, Since};

pub mod freshness;
mod holds;
mod unassessed;

impl<'a> Gate<'a> {
    /// The reasons of the policy's rules about an update on a server; they do not depend on what else is installed.
    pub fn policy_rules(&self, subject: &Subject<'a>, candidate: &Candidate<'_>, is_expedited: bool) -> Vec<Reason> {
        let id = &candidate.update.id;
        let mut reasons = self.soak(subject, candidate, is_expedited);
        let has_to_soak = reasons.iter().any(|reason| waive(subject, id, reason.clone()).counts());
        let soaked = self.soaked(subject, candidate, is_expedited).filter(|_| has_to_soak);
        reasons.extend(self.holds(subject, candidate));
        reasons.extend(self.freezes(soaked.unwrap_or(self.question.at), is_expedited));
        reasons.extend(self.unassessed(candidate));
        reasons.extend(subject.stale.iter().cloned());
        let by_rings = reasons.into_iter().map(|reason| self.unassessed_by_rings(subject.server, candidate, reason));
        by_rings.map(|reason| subject.spare_rings(&self.question, id, waive(subject, id, reason))).collect()
    }

    /// The moment before which the policy's rules do not let it go, if they make it wait.
    ///
    /// A soak that ends in a freeze ends with the freeze: nobody should be sent into it by the date.
    pub fn not_before<'r>(
        &self,
        subject: &Subject<'a>,
        candidate: &Candidate<'_>,
        is_expedited: bool,
        reasons: impl Iterator<Item = &'r Reason> + Clone,
    ) -> Option<Timestamp> {
        let holds = |reason: &Reason, rule: Rule| reason.rule == rule && reason.counts() && !reason.trial;
        let counts = |rule: Rule| reasons.clone().any(|reason| holds(reason, rule));
        let soaked = self.soaked(subject, candidate, is_expedited).filter(|_| counts(Rule::Soak));
        let tried = reasons.clone().filter_map(|one| self.ring_moment(subject.server, candidate, one)).max();
        let soaked = soaked.max(tried);
        if soaked.is_none() && !counts(Rule::Freeze) {
            return None;
        }
        self.thaw(subject, candidate, is_expedited, soaked.unwrap_or(self.question.at)).or(soaked)
    }

    /// The end of the freezes that hold an update at a moment, unless they are waived.
    pub fn thaw(
        &self,
        subject: &Subject<'a>,
        candidate: &Candidate<'_>,
        is_expedited: bool,
        moment: Timestamp,
    ) -> Option<Timestamp> {
        let thawed = self.thawed(moment, is_expedited)?;
        let freeze = Reason::of_policy(Rule::Freeze, Effect::Sequence, String::new());
        waive(subject, &candidate.update.id, freeze).counts().then_some(thawed)
    }

    /// The moment at which the update is old enough for the server's ring, if it is not yet.
    fn soaked(&self, subject: &Subject<'a>, candidate: &Candidate<'_>, is_expedited: bool) -> Option<Timestamp> {
        match self.age(subject, candidate, is_expedited) {
            Age::Until(moment, _) => Some(moment),
            Age::Soaked | Age::Unknown => None,
        }
    }

    /// How the update's age compares with what the server's ring asks.
    fn age<'c>(&'c self, subject: &Subject<'a>, candidate: &'c Candidate<'_>, is_expedited: bool) -> Age<'c> {
        let Question { policy, at, .. } = self.question;
        match subject.ring.filter(|_| !policy.soak.exempts(&candidate.update)) {
            Some(ring) => policy.soak.age(self.since(candidate), policy.soak.period(ring, is_expedited), at),
            None => Age::Soaked,
        }
    }

    /// From when its age counts.
    fn since<'c>(&'c self, candidate: &'c Candidate<'_>) -> Option<Since<'c>> {
        let known = |id| self.catalogue.update(id);
        let mends = known(&candidate.update.id).map(|update| update.repairs.as_slice()).unwrap_or_default();
        let days = mends.iter().map(|id| (id, known(id).and_then(|update| update.last_released)));
        self.question.policy.soak.since(&candidate.update, days)
    }

    /// The first moment that no freeze holds, if one holds this moment; freezes may overlap.
    fn thawed(&self, moment: Timestamp, is_expedited: bool) -> Option<Timestamp> {
        let freezes = &self.question.policy.freeze;
        let stops = |freeze: &&Freeze, moment| !freeze.trial && freeze.stops(is_expedited, moment);
        let mut free = moment;
        while let Some(freeze) = freezes.iter().find(|freeze| stops(freeze, free)) {
            free = freeze.to.timestamp();
        }
        (free > moment).then_some(free)
    }

    /// That it is too young, and which exemptions on trial would let it go.
    fn soak(&self, subject: &Subject<'a>, candidate: &Candidate<'_>, is_expedited: bool) -> Vec<Reason> {
        let Some(reason) = self.too_young(subject, candidate, is_expedited) else { return Vec::new() };
        let exemptions = &self.question.policy.soak.except;
        let would = exemptions.iter().filter(|one| one.trial && one.frees(&candidate.update)).map(|_| {
            let message = "on trial: would not have to soak, for an exception of the policy".to_owned();
            Reason { trial: true, ..Reason::of_policy(Rule::Soak, Effect::Note, message) }
        });
        would.take(1).chain([reason]).collect()
    }

    fn too_young(&self, subject: &Subject<'a>, candidate: &Candidate<'_>, is_expedited: bool) -> Option<Reason> {
        let policy = self.question.policy;
        let ring = subject.ring?;
        let period = policy.soak.period(ring, is_expedited);
        match self.age(subject, candidate, is_expedited) {
            Age::Soaked => None,
            Age::Until(moment, since) => {
                let (told, of) = match since.repaired {
                    Some(repaired) => (format!("repairs {repaired}, released {}", since.day), repaired),
                    None => (format!("released {}", since.day), &candidate.update.id),
                };
                let message = format!("{told}; ring `{}` waits {period}, until {}", ring.name, Day::of(moment));
                let fact = Fact::Pending(of.clone(), PendingFact::Released);
                Some(Reason::of_policy(Rule::Soak, Effect::Sequence, message).with(fact, since.day.to_string()))
            }
            Age::Unknown => {
                let effect = policy.unknown.effect(Severity::High);
                let (what, fact) = self.missing_day(candidate);
                let message = format!("{what} not known, so ring `{}` cannot wait {period}", ring.name);
                let missing = vec![Fact::Pending(candidate.update.id.clone(), fact)];
                Some(Reason::of_policy(Rule::Soak, effect, message).without(missing))
            }
        }
    }

    /// The day that is not known, from which the age would count.
    fn missing_day(&self, candidate: &Candidate<'_>) -> (&'static str, PendingFact) {
        let is_revised = candidate.update.revision.is_some() && candidate.update.revised.is_none();
        match self.question.policy.soak.count_from {
            CountFrom::Revision if is_revised => ("day of the current revision", PendingFact::Revised),
            _ => ("day of release", PendingFact::Released),
        }
    }

    /// The freeze at the moment at which an update could go, and those that would be one if they were not on trial.
    fn freezes(&self, moment: Timestamp, is_expedited: bool) -> Vec<Reason> {
        let freezes = &self.question.policy.freeze;
        let stopping: Vec<&Freeze> = freezes.iter().filter(|freeze| freeze.stops(is_expedited, moment)).collect();
        let reason = |freeze: &Freeze, until: Timestamp| {
            Reason::of_policy(Rule::Freeze, Effect::Sequence, format!("freeze `{}` until {until}", freeze.name))
        };
        let on_trial = stopping.iter().filter(|freeze| freeze.trial);
        let would = on_trial.map(|freeze| reason(freeze, freeze.to.timestamp()).on_trial());
        let first = stopping.iter().find(|freeze| !freeze.trial).zip(self.thawed(moment, is_expedited));
        first.map(|(freeze, thawed)| reason(freeze, thawed)).into_iter().chain(would).collect()
    }
}
