//! Drafts: what is known of a pair before it is settled. The passes over the fleet only add to it; it is settled once.

use super::held_back::HeldBack;
use super::pair::PendingId;
use crate::evaluate::Gate;
use crate::evaluate::candidate::{Candidate, CandidateId};
use crate::evaluate::reason::Reason;
use crate::model::effect::Effect;
use crate::model::rule::Rule;

/// A pair, as its server's simulation leaves it.
#[derive(Clone, Debug)]
pub struct Draft<'a> {
    /// The place of the update among all candidates.
    pub candidate_id: CandidateId,
    /// The update.
    pub candidate: &'a Candidate<'a>,
    /// Whether it is exploited or wanted.
    pub is_expedited: bool,
    /// What advisories and policy say of it.
    pub reasons: Vec<Reason>,
    /// The round in which it can go, as far as its own server goes.
    pub round: Option<u32>,
    /// What goes first on its own server.
    pub after: Vec<PendingId>,
    /// What goes together with it on its own server.
    pub with: Vec<PendingId>,
}

impl Draft<'_> {
    /// The same without waits for earlier rings, where one of their servers has it already.
    #[must_use]
    pub fn without_rings(mut self, gate: &Gate<'_>, held: &HeldBack) -> Self {
        if held.tried.contains(&self.candidate_id) {
            gate.question.forget_rings(self.reasons.iter_mut());
        }
        self
    }

    /// Whether it goes in some round, as far as its own server goes.
    pub fn is_placed(&self) -> bool {
        self.round.is_some() && !self.is_blocked()
    }

    /// Whether its own server's reasons stop it.
    pub fn is_blocked(&self) -> bool {
        self.reasons.iter().any(Reason::blocks)
    }

    /// Whether a newer update replaces it.
    pub fn is_superseded(&self) -> bool {
        self.reasons.iter().any(|reason| reason.rule == Rule::Superseded)
    }

    /// Whether it is not for this server.
    pub fn is_for_another(&self) -> bool {
        self.reasons.iter().any(|reason| reason.rule == Rule::WrongProduct && reason.blocks())
    }

    /// Whether somebody has to take steps around it.
    pub fn has_steps(&self) -> bool {
        let asks = |reason: &Reason| reason.rule == Rule::Procedure && reason.effect == Effect::Sequence;
        self.reasons.iter().any(|reason| reason.counts() && asks(reason))
    }

    /// Whether nothing but the steps of a procedure, which somebody takes at a time of their own, holds it back.
    pub fn goes_now(&self) -> bool {
        let holds = |reason: &Reason| match reason.effect {
            Effect::Note => false,
            Effect::Sequence => reason.rule != Rule::Procedure,
            Effect::Block => true,
        };
        self.after.is_empty() && !self.reasons.iter().any(|reason| reason.counts() && holds(reason))
    }
}
