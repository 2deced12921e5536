//! Drafts: what is known of a pair before it is settled. The passes over the fleet only add to it; it is settled once.

use super::line::Settled;
use super::outcome::Outcome;
use super::pair::PendingId;
use super::unblock;
use crate::document::decision::Decision;
use crate::evaluate::Gate;
use crate::evaluate::candidate::{Candidate, CandidateId};
use crate::evaluate::reason::{Reason, sort, verdict};
use crate::model::effect::Effect;
use crate::model::rule::Rule;
use crate::model::verdict::Verdict;

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
    /// Whether its own server's reasons stop it.
    pub fn is_blocked(&self) -> bool {
        self.reasons.iter().any(Reason::blocks)
    }

    /// Whether a newer update replaces it.
    pub fn is_superseded(&self) -> bool {
        self.reasons.iter().any(|reason| reason.rule == Rule::Superseded)
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

    /// The decision: everything in it follows from the reasons and from what it waits for, and nothing changes it later.
    pub fn settle(&self, gate: &Gate<'_>, outcome: &Outcome<'_>, of_fleet: Settled) -> Decision {
        let mut reasons = self.reasons.clone();
        reasons.extend(of_fleet.reasons);
        sort(&mut reasons);
        let verdict = verdict(&reasons);
        let update = &self.candidate.update.id;
        let not_before = outcome.not_before(gate, self);
        Decision {
            server: outcome.server().name.clone(),
            update: update.clone(),
            source_id: self.candidate.source_id.clone(),
            verdict,
            undecided: is_undecided(&reasons),
            conflict: is_conflict(&reasons),
            expedited: self.is_expedited,
            round: of_fleet.round.filter(|_| verdict != Verdict::Block),
            after: of_fleet.after,
            with: of_fleet.with,
            not_before,
            unblock: unblock::ways_out(gate, update, &reasons, not_before),
            reasons,
        }
    }
}

/// Whether only missing facts stop it.
fn is_undecided(reasons: &[Reason]) -> bool {
    let mut blocking = reasons.iter().filter(|reason| reason.blocks()).peekable();
    blocking.peek().is_some() && blocking.all(|reason| !reason.truth.is_true())
}

/// Whether it is wanted, and something else than a newer update stops it.
fn is_conflict(reasons: &[Reason]) -> bool {
    let is_wanted = reasons.iter().any(|reason| reason.rule == Rule::Required && reason.counts());
    is_wanted && reasons.iter().any(|reason| reason.blocks() && reason.rule != Rule::Superseded)
}
