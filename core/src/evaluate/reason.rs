//! Reasons: one advisory or policy rule that speaks about one server and one update, and who silences it.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Subject;
use crate::advisory::Advisory;
use crate::model::effect::Effect;
use crate::model::fact::Fact;
use crate::model::id::{AdvisoryId, UpdateId};
use crate::model::rule::Rule;
use crate::model::severity::Severity;
use crate::model::time::Day;
use crate::model::trace::Evidence;
use crate::model::truth::Truth;
use crate::model::verdict::Verdict;
use crate::policy::waivers::{WaivedRule, Waiver, Waives};

/// One advisory or policy rule that speaks about one server and one update.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    /// Where it comes from.
    pub rule: Rule,
    /// The advisory, when it is one.
    pub advisory: Option<AdvisoryId>,
    /// What it does to the verdict.
    pub effect: Effect,
    /// Whether it is known to apply.
    pub truth: Truth,
    /// The advisory's severity.
    pub severity: Option<Severity>,
    /// One sentence for the administrator.
    pub message: Arc<str>,
    /// The facts that it rests on.
    pub evidence: Vec<Evidence>,
    /// The facts to collect before it can be decided.
    pub missing: Vec<Fact>,
    /// The waiver that silences it.
    pub waived: Option<Arc<Waived>>,
    /// Whether it is of a rule on trial, which only tells what it would do.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub trial: bool,
    /// Where this is documented.
    pub references: Arc<[String]>,
}

impl Reason {
    /// A reason of the policy's own rules, known to apply.
    pub fn of_policy(rule: Rule, effect: Effect, message: String) -> Self {
        Self {
            rule,
            advisory: None,
            effect,
            truth: Truth::True,
            severity: None,
            message: message.into(),
            evidence: Vec::new(),
            missing: Vec::new(),
            waived: None,
            trial: false,
            references: Arc::default(),
        }
    }

    /// The same of a rule on trial: a note of what it would do.
    #[must_use]
    pub fn on_trial(self) -> Self {
        let message = format!("on trial, would have the effect `{}`: {}", self.effect, self.message);
        Self { effect: Effect::Note, trial: true, message: message.into(), ..self }
    }

    /// The same with a fact from which it follows.
    #[must_use]
    pub fn with(self, fact: Fact, value: String) -> Self {
        Self { evidence: vec![Evidence { fact, value }], ..self }
    }

    /// The same where facts are missing that would tell whether it applies.
    #[must_use]
    pub fn without(self, missing: Vec<Fact>) -> Self {
        Self { truth: Truth::Unknown, missing, ..self }
    }

    /// Whether it counts: a waived reason is told, and does nothing.
    pub fn counts(&self) -> bool {
        self.waived.is_none()
    }

    /// Whether it stops the update.
    pub fn blocks(&self) -> bool {
        self.counts() && self.effect == Effect::Block
    }
}

/// The waiver that silences a reason.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Waived {
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub approved_by: String,
    /// The change record.
    pub ticket: Option<String>,
    /// Its last day.
    pub expires: Day,
}

/// The strictest effect of the reasons that count, as a verdict.
pub fn verdict<'r>(reasons: impl IntoIterator<Item = &'r Reason>) -> Verdict {
    let counting = reasons.into_iter().filter(|reason| reason.counts());
    counting.map(|reason| reason.effect.verdict()).max().unwrap_or_default()
}

/// Whether a waiver silences what a rule, perhaps of an advisory, says with this certainty.
pub fn silences(waiver: &Waiver, rule: Rule, advisory: Option<&AdvisoryId>, truth: Truth) -> bool {
    match &waiver.waives {
        Waives::Advisory(id) => advisory == Some(id),
        Waives::Rule(WaivedRule::Of(waived)) => rule == *waived,
        Waives::Rule(WaivedRule::Unknown(id)) => truth == Truth::Unknown && advisory == Some(id),
    }
}

/// Marks a reason with the waiver that silences it; of several the one that lasts longest.
pub fn waive(subject: &Subject<'_>, update: &UpdateId, mut reason: Reason) -> Reason {
    let silencing = subject.silencing(update, reason.rule, reason.advisory.as_ref(), reason.truth);
    let longest = silencing.max_by_key(|waiver| (waiver.expires, &waiver.ticket, &waiver.reason));
    reason.waived = longest.map(|waiver| Arc::new(Waived::by(waiver)));
    reason
}

impl<'a> Subject<'a> {
    /// The waivers that silence on this server what a rule says of an update.
    pub(super) fn silencing<'s>(
        &'s self,
        update: &'s UpdateId,
        rule: Rule,
        advisory: Option<&'s AdvisoryId>,
        truth: Truth,
    ) -> impl Iterator<Item = &'a Waiver> + 's {
        let covers = move |waiver: &&Waiver| waiver.updates.as_ref().is_none_or(|updates| updates.contains(update));
        self.waivers.iter().copied().filter(covers).filter(move |waiver| silences(waiver, rule, advisory, truth))
    }

    /// Whether a waiver silences what an advisory says of an update on this server.
    pub fn is_waived(&self, update: &UpdateId, rule: Rule, advisory: &Advisory, truth: Truth) -> bool {
        self.silencing(update, rule, Some(&advisory.id), truth).next().is_some()
    }
}

/// By advisory, the policy's own rules last; then by rule.
pub fn sort(reasons: &mut [Reason]) {
    reasons.sort_by(|one, two| {
        let key = |reason: &Reason| (reason.advisory.is_none(), reason.advisory.clone(), reason.rule);
        key(one).cmp(&key(two))
    });
}

impl Waived {
    /// What a silenced reason says about a waiver.
    pub fn by(waiver: &Waiver) -> Self {
        Self {
            reason: waiver.reason.clone(),
            approved_by: waiver.approved_by.clone(),
            ticket: waiver.ticket.clone(),
            expires: waiver.expires,
        }
    }
}
