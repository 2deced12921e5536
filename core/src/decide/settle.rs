//! Settles the drafts into decisions, each once: what a decision says follows from its reasons and from what it waits for.

use rayon::prelude::*;

use super::draft::Draft;
use super::fleet::Fleet;
use super::line::{Line, Settled};
use super::outcome::Outcome;
use super::pair::{OutcomeId, PairId, PendingId};
use super::{rings, unblock};
use crate::document::decision::{Batch, Decision, Exposed, Fix};
use crate::evaluate::Gate;
use crate::evaluate::reason::{Reason, sort, verdict};
use crate::model::id::UpdateId;
use crate::model::rule::Rule;
use crate::model::table::Place;
use crate::model::verdict::Verdict;

impl<'a> Fleet<'a> {
    /// The decisions, by server and update, and the batches that they name.
    pub fn settle(&self, line: &Line) -> (Vec<Decision>, Vec<Batch>) {
        let later = line.later(self);
        let settle = |(index, outcome): (usize, &Outcome<'a>)| {
            let id = OutcomeId::of_index(index);
            let pairs = outcome.drafts.iter().map(move |(pending, draft)| (PairId { outcome: id, pending }, draft));
            let settled =
                pairs.map(|(pair, draft)| draft.settle(self.gate, outcome, line.settled(self, &later, pair, draft)));
            settled.collect::<Vec<_>>()
        };
        let of_servers: Vec<Vec<Decision>> = self.outcomes.as_slice().par_iter().enumerate().map(settle).collect();
        let mut decisions = Vec::with_capacity(of_servers.iter().map(Vec::len).sum());
        decisions.extend(of_servers.into_iter().flatten());
        let batches = line.named(self, &decisions);
        (decisions, batches)
    }
}

impl Draft<'_> {
    /// The decision: everything in it follows from the reasons and from what it waits for, and nothing changes it later.
    pub fn settle(&self, gate: &Gate<'_>, outcome: &Outcome<'_>, of_fleet: Settled) -> Decision {
        let mut reasons = self.reasons.clone();
        rings::tell_left_out(&gate.question, &mut reasons, of_fleet.left_out);
        reasons.extend(of_fleet.reasons);
        sort(&mut reasons);
        let verdict = verdict(&reasons);
        let update = &self.candidate.update.id;
        let goes = verdict != Verdict::Block;
        let when = of_fleet.when.filter(|_| goes);
        let not_before = when.and_then(|when| when.not_before);
        Decision {
            server: outcome.server().name.clone(),
            update: update.clone(),
            source_id: self.candidate.source_id.clone(),
            verdict,
            undecided: is_undecided(&reasons),
            conflict: is_conflict(&reasons),
            expedited: self.is_expedited && goes,
            round: when.map(|when| when.round),
            after: of_fleet.after,
            with: of_fleet.with,
            not_before,
            unblock: unblock::ways_out(gate, update, &reasons, not_before.or_else(|| outcome.not_before(gate, self))),
            reasons,
        }
    }
}

/// Whether only missing facts stop it.
fn is_undecided(reasons: &[Reason]) -> bool {
    let mut blocking = reasons.iter().filter(|reason| reason.blocks()).peekable();
    blocking.peek().is_some() && blocking.all(|reason| !reason.truth.is_true())
}

/// Whether it is wanted, and something else than a newer update stops it; or whether two rules want opposite things of it.
fn is_conflict(reasons: &[Reason]) -> bool {
    let is_torn = |reason: &Reason| reason.rule == Rule::Ring && reason.truth.is_true() && reason.blocks();
    if reasons.iter().any(is_torn) {
        return true;
    }
    let is_wanted = reasons.iter().any(|reason| {
        matches!(reason.rule, Rule::Required | Rule::Exposed) && reason.truth.is_true() && reason.counts()
    });
    is_wanted && reasons.iter().any(|reason| reason.blocks() && reason.rule != Rule::Superseded)
}

/// The exposures of all servers, by server and advisory, with what was decided on the updates that end each.
pub fn exposed(fleet: &Fleet<'_>, decisions: &[Decision]) -> Vec<Exposed> {
    let mut first = 0;
    let mut found = Vec::new();
    for outcome in fleet.outcomes.values() {
        let own = decisions.get(first..first + outcome.drafts.as_slice().len()).unwrap_or_default();
        first += own.len();
        let fix = |(update, id): &(UpdateId, Option<PendingId>)| Fix {
            update: update.clone(),
            pending: id.is_some(),
            verdict: id.and_then(|id| own.get(id.index())).map(|decision| decision.verdict),
        };
        found.extend(outcome.exposed.iter().map(|exposure| Exposed {
            server: outcome.server().name.clone(),
            advisory: exposure.advisory.clone(),
            by: exposure.by.clone(),
            truth: exposure.truth,
            fix: exposure.fixes.iter().map(fix).collect(),
        }));
    }
    found
}
