//! The policy's own rules about an update on a server: soak, hold, freeze, freshness.

use jiff::Timestamp;

use super::candidate::Candidate;
use super::reason::{Reason, waive};
use super::{Gate, Question, Subject};
use crate::model::effect::Effect;
use crate::model::fact::{Fact, PendingFact};
use crate::model::rule::Rule;
use crate::model::server::{Server, ServerFact};
use crate::model::severity::Severity;
use crate::model::time::{Day, start_of};
use crate::model::trace::Trace;
use crate::model::truth::Truth;
use crate::policy::freshness::is_stale;
use crate::policy::soak::Age;

impl<'a> Gate<'a> {
    /// The reasons of the policy's rules about an update on a server; they do not depend on what else is installed.
    pub fn policy_rules(&self, subject: &Subject<'a>, candidate: &Candidate<'_>, is_expedited: bool) -> Vec<Reason> {
        let stale = self.stale_database.iter().chain(&subject.stale_inventory).cloned();
        self.soak(subject, candidate, is_expedited)
            .into_iter()
            .chain(self.holds(candidate))
            .chain(self.freezes(is_expedited))
            .chain(stale)
            .map(|reason| waive(subject, &candidate.update.id, reason))
            .collect()
    }

    /// The moment before which the policy's rules do not let it go, if they make it wait.
    ///
    /// A soak that ends in a freeze ends with the freeze: nobody should be sent into it by the date.
    pub fn not_before(
        &self,
        subject: &Subject<'a>,
        candidate: &Candidate<'_>,
        is_expedited: bool,
        reasons: &[Reason],
    ) -> Option<Timestamp> {
        let counts = |rule: Rule| reasons.iter().any(|reason| reason.rule == rule && reason.counts());
        let soaked = self.soaked(subject, candidate, is_expedited).filter(|_| counts(Rule::Soak));
        if soaked.is_none() && !counts(Rule::Freeze) {
            return None;
        }
        let moment = soaked.unwrap_or(self.question.at);
        let freeze =
            waive(subject, &candidate.update.id, Reason::of_policy(Rule::Freeze, Effect::Sequence, String::new()));
        let thawed = self.thawed(moment, is_expedited).filter(|_| freeze.counts());
        thawed.or(soaked)
    }

    /// The moment at which the update is old enough for the server's ring, if it is not yet.
    fn soaked(&self, subject: &Subject<'a>, candidate: &Candidate<'_>, is_expedited: bool) -> Option<Timestamp> {
        let soak = &self.question.policy.soak;
        let ring = subject.ring?;
        match soak.age(&candidate.update, soak.period(ring, is_expedited), self.question.at) {
            Age::Until(moment) => Some(moment),
            Age::Soaked | Age::Unknown => None,
        }
    }

    /// The first moment that no freeze holds, if one holds this moment; freezes may overlap.
    fn thawed(&self, moment: Timestamp, is_expedited: bool) -> Option<Timestamp> {
        let freezes = &self.question.policy.freeze;
        let mut free = moment;
        while let Some(freeze) = freezes.iter().find(|freeze| freeze.stops(is_expedited, free)) {
            free = freeze.to.timestamp();
        }
        (free > moment).then_some(free)
    }

    fn soak(&self, subject: &Subject<'a>, candidate: &Candidate<'_>, is_expedited: bool) -> Option<Reason> {
        let Question { policy, at, .. } = self.question;
        let ring = subject.ring?;
        let period = policy.soak.period(ring, is_expedited);
        let fact = || Fact::Pending(candidate.update.id.clone(), PendingFact::Released);
        match policy.soak.age(&candidate.update, period, at) {
            Age::Soaked => None,
            Age::Until(moment) => {
                let released = candidate.update.released.map(|released| released.to_string()).unwrap_or_default();
                let day = Day::of(moment);
                let message = format!("released {released}; ring `{}` waits {period}, until {day}", ring.name);
                Some(Reason::of_policy(Rule::Soak, Effect::Sequence, message).with(fact(), released))
            }
            Age::Unknown => {
                let effect = policy.unknown.effect(Severity::High);
                let message = format!("day of release not known, so ring `{}` cannot wait {period}", ring.name);
                Some(Reason::of_policy(Rule::Soak, effect, message).without(vec![fact()]))
            }
        }
    }

    fn holds(&self, candidate: &Candidate<'_>) -> Option<Reason> {
        let policy = self.question.policy;
        let mut trace = Trace::listening();
        match trace.any(&policy.hold, |hold, trace| hold.matches(&candidate.update, trace)) {
            Truth::False => None,
            Truth::True => {
                let message = "held by the policy: the gate never approves this kind of update".to_owned();
                Some(Reason::of_policy(Rule::Hold, Effect::Block, message))
            }
            Truth::Unknown => {
                let effect = policy.unknown.effect(Severity::High);
                let message = "cannot tell whether the policy holds this update".to_owned();
                Some(Reason::of_policy(Rule::Hold, effect, message).without(trace.finish().1))
            }
        }
    }

    fn freezes(&self, is_expedited: bool) -> Option<Reason> {
        let Question { policy, at, .. } = self.question;
        let freeze = policy.freeze.iter().find(|freeze| freeze.stops(is_expedited, at))?;
        let thawed = self.thawed(at, is_expedited)?;
        Some(Reason::of_policy(Rule::Freeze, Effect::Sequence, format!("freeze `{}` until {thawed}", freeze.name)))
    }

    pub(super) fn stale_inventory(&self, server: &Server) -> Option<Reason> {
        let Question { policy, at, .. } = self.question;
        let freshness = &policy.freshness;
        let collected = server.collected_at.map(|moment| moment.timestamp());
        let told = |message| Reason::of_policy(Rule::Freshness, freshness.effect(), message);
        match is_stale(collected, freshness.inventory, at) {
            Truth::False => None,
            Truth::True => {
                let age = whole_days(collected.map_or(0, |moment| at.duration_since(moment).as_hours()));
                let message = format!("facts of this server are {age} old, more than {}", freshness.inventory);
                let value = server.collected_at.map(|moment| moment.to_string()).unwrap_or_default();
                Some(told(message).with(ServerFact::CollectedAt.into(), value))
            }
            Truth::Unknown => {
                let message = "the age of this server's facts is not known".to_owned();
                Some(told(message).without(vec![ServerFact::CollectedAt.into()]))
            }
        }
    }
}

/// Whether the database may be too old; the same for every pair.
pub fn stale_database(question: &Question<'_>) -> Option<Reason> {
    let freshness = &question.policy.freshness;
    let newest = question.database.listing().newest_change;
    let effect = freshness.effect();
    match is_stale(newest.map(start_of), freshness.advisories, question.at) {
        Truth::False => None,
        Truth::True => {
            let day = newest.map(|day| day.to_string()).unwrap_or_default();
            let message = format!("the newest advisory is of {day}, older than {}", freshness.advisories);
            Some(Reason::of_policy(Rule::Freshness, effect, message))
        }
        Truth::Unknown => {
            let message = "there is no advisory, so the database's age is not known".to_owned();
            Some(Reason::of_policy(Rule::Freshness, effect, message).without(vec![Fact::Advisories]))
        }
    }
}

fn whole_days(hours: i64) -> String {
    format!("{}d", hours / 24)
}
