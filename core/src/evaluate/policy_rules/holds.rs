//! Holds: what the policy says that the gate never approves, and what a frozen decision did not approve.

use crate::evaluate::candidate::Candidate;
use crate::evaluate::reason::Reason;
use crate::evaluate::{Gate, Subject};
use crate::model::effect::Effect;
use crate::model::fact::{Fact, joined};
use crate::model::rule::Rule;
use crate::model::severity::Severity;
use crate::model::trace::Trace;
use crate::model::truth::Truth;
use crate::policy::hold::Hold;

/// The holds of one outcome, and what is missing to tell more.
#[derive(Default)]
struct Found<'h> {
    holds: Vec<&'h Hold>,
    missing: Vec<Fact>,
}

impl<'a> Gate<'a> {
    /// The holds on an update of a server, and those that would be one if they were not on trial.
    pub(super) fn holds(&self, subject: &Subject<'a>, candidate: &Candidate<'_>) -> Vec<Reason> {
        let holds = self.question.policy.hold.iter().filter(|hold| !hold.is_over(self.question.at));
        let (on_trial, in_force): (Vec<&Hold>, Vec<&Hold>) = holds.partition(|hold| hold.trial);
        let held = match self.held(subject, candidate, &in_force) {
            Some(certain) if certain.truth.is_true() => Some(certain),
            doubt => self.not_approved_before(subject, candidate).or(doubt),
        };
        let would = self.held(subject, candidate, &on_trial).map(Reason::on_trial);
        held.into_iter().chain(would).collect()
    }

    /// What the strongest of some holds say: a hold that cannot be told does not matter beside one that is certain.
    fn held(&self, subject: &Subject<'a>, candidate: &Candidate<'_>, holds: &[&Hold]) -> Option<Reason> {
        let policy = self.question.policy;
        let (mut certain, mut perhaps) = (Found::default(), Found::default());
        for hold in holds {
            let matches = |trace: &mut Trace| hold.matches(&candidate.update, subject.server, policy, trace);
            match matches(&mut Trace::silent()) {
                Truth::True => certain.holds.push(hold),
                Truth::Unknown => {
                    let mut trace = Trace::listening();
                    matches(&mut trace);
                    perhaps.holds.push(hold);
                    perhaps.missing.extend(trace.finish().1);
                }
                Truth::False => {}
            }
        }
        match (certain.holds.is_empty(), perhaps.holds.is_empty()) {
            (false, _) => {
                let message = format!("held by the policy: {}", certain.names());
                Some(Reason::of_policy(Rule::Hold, Effect::Block, message))
            }
            (true, false) => Some(perhaps.undecided(policy.unknown.effect(Severity::High))),
            (true, true) => None,
        }
    }

    fn not_approved_before(&self, subject: &Subject<'a>, candidate: &Candidate<'_>) -> Option<Reason> {
        let policy = self.question.policy;
        let frozen = policy.frozen.as_ref().filter(|_| !policy.lets_go(&subject.server.name, &candidate.update.id))?;
        let message = format!("held by the policy: frozen, and not among what {frozen} approved");
        Some(Reason::of_policy(Rule::Hold, Effect::Block, message))
    }
}

impl Found<'_> {
    fn names(&self) -> String {
        self.holds.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    }

    fn undecided(mut self, effect: Effect) -> Reason {
        self.missing.sort();
        self.missing.dedup();
        let message =
            format!("cannot tell without {} whether the policy holds it: {}", joined(&self.missing), self.names());
        Reason::of_policy(Rule::Hold, effect, message).without(self.missing)
    }
}
