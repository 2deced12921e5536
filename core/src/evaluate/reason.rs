//! Reasons: one advisory or policy rule that speaks about one server and one update, and who silences it.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::effect::Effect;
use crate::model::fact::Fact;
use crate::model::id::AdvisoryId;
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
    /// Where this is documented.
    pub references: Arc<[String]>,
}

impl Reason {
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
pub fn verdict(reasons: &[Reason]) -> Verdict {
    match reasons.iter().filter(|reason| reason.counts()).map(|reason| reason.effect).max() {
        None | Some(Effect::Note) => Verdict::Approve,
        Some(Effect::Sequence) => Verdict::Sequence,
        Some(Effect::Block) => Verdict::Block,
    }
}

/// Whether a waiver silences such a reason.
pub fn silences(waiver: &Waiver, reason: &Reason) -> bool {
    match &waiver.waives {
        Waives::Advisory(id) => reason.advisory.as_ref() == Some(id),
        Waives::Rule(WaivedRule::Soak) => reason.rule == Rule::Soak,
        Waives::Rule(WaivedRule::Hold) => reason.rule == Rule::Hold,
        Waives::Rule(WaivedRule::Freeze) => reason.rule == Rule::Freeze,
        Waives::Rule(WaivedRule::Freshness) => reason.rule == Rule::Freshness,
        Waives::Rule(WaivedRule::Unknown(id)) => reason.truth == Truth::Unknown && reason.advisory.as_ref() == Some(id),
    }
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
