//! The whole fleet: the drafts of every server, each decided by itself.

use std::sync::Arc;

use rayon::prelude::*;

use super::answers::Sight;
use super::draft::Draft;
use super::held_back::HeldBack;
use super::outcome::Outcome;
use super::pair::{OutcomeId, PairId};
use super::simulate;
use super::when::When;
use crate::evaluate::Gate;
use crate::evaluate::reason::{Reason, waive};
use crate::model::neighbours::Neighbours;
use crate::model::server::Server;
use crate::model::table::Table;

/// The servers with their drafts, by name.
#[derive(Debug)]
pub struct Fleet<'a> {
    /// What was asked.
    pub gate: &'a Gate<'a>,
    /// The servers.
    pub outcomes: Table<OutcomeId, Outcome<'a>>,
}

impl<'a> Fleet<'a> {
    /// Decides every server by itself, as it sees the others where anything asks of these; `report` hears of each.
    pub fn of(
        gate: &'a Gate<'a>,
        servers: &[&'a Server],
        seen: &[Arc<Neighbours>],
        report: &(dyn Fn(usize) + Sync),
    ) -> Self {
        let nothing_held = HeldBack::default();
        let outcome = |(index, server): (usize, &&'a Server)| {
            let sight = seen.get(index).map(|now| Sight { now, then: now });
            let outcome = simulate::simulate(gate, server, &nothing_held, sight);
            report(1);
            outcome
        };
        let outcomes: Vec<Outcome<'a>> = servers.par_iter().enumerate().map(outcome).collect();
        Self { gate, outcomes: outcomes.into() }
    }

    /// A draft by its place.
    pub fn draft(&self, pair: PairId) -> Option<&Draft<'a>> {
        self.outcomes.get(pair.outcome)?.drafts.get(pair.pending)
    }

    /// A reason about a pair, with the waiver that silences it.
    pub fn waive(&self, pair: PairId, reason: Reason) -> Reason {
        match self.outcomes.get(pair.outcome).zip(self.draft(pair)) {
            Some((outcome, draft)) => waive(&outcome.subject, &draft.candidate.update.id, reason),
            None => reason,
        }
    }

    /// When a pair can go as far as its own server goes; none when it cannot.
    pub fn when(&self, pair: PairId) -> Option<When> {
        let outcome = self.outcomes.get(pair.outcome)?;
        let draft = outcome.drafts.get(pair.pending)?;
        let (has_steps, not_before) = (draft.has_steps(), outcome.not_before(self.gate, draft));
        Some(When { has_steps, not_before, round: draft.round? })
    }

    /// The same, and at the end of the freeze if it is within one that holds the pair.
    pub fn thawed(&self, pair: PairId, when: When) -> When {
        let found = self.outcomes.get(pair.outcome).zip(self.draft(pair));
        let thaw = |(outcome, draft): (&Outcome<'a>, &Draft<'a>)| {
            self.gate.thaw(&outcome.subject, draft.candidate, draft.is_expedited, when.not_before?)
        };
        When { not_before: found.and_then(thaw).or(when.not_before), ..when }
    }

    /// Every draft with its place, by server and update.
    pub fn drafts(&self) -> impl Iterator<Item = (PairId, &Outcome<'a>, &Draft<'a>)> {
        self.outcomes.iter().flat_map(|(outcome, one)| {
            one.drafts.iter().map(move |(pending, draft)| (PairId { outcome, pending }, one, draft))
        })
    }
}
