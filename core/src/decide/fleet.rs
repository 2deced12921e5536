//! The whole fleet: every server by itself, then what the servers mean to each other, settled once.

use std::collections::BTreeSet;

use hashbrown::HashMap;
use rayon::prelude::*;

use super::draft::Draft;
use super::line::Line;
use super::outcome::Outcome;
use super::pair::{OutcomeId, PairId};
use super::{order, pools, rings, simulate};
use crate::document::decision::{Batch, Decision};
use crate::evaluate::Gate;
use crate::evaluate::candidate::CandidateId;
use crate::model::server::Server;
use crate::model::table::{Place, Table};
use crate::model::verdict::Verdict;

/// The servers with their drafts, by name.
#[derive(Debug)]
pub struct Fleet<'a> {
    /// What was asked.
    pub gate: &'a Gate<'a>,
    /// The servers.
    pub outcomes: Table<OutcomeId, Outcome<'a>>,
}

impl<'a> Fleet<'a> {
    /// Decides every server by itself; `report` hears of each.
    pub fn of(gate: &'a Gate<'a>, servers: &[&'a Server], report: &(dyn Fn(usize) + Sync)) -> Self {
        let nothing_held = BTreeSet::new();
        let outcome = |server: &&'a Server| {
            let outcome = simulate::simulate(gate, server, &nothing_held);
            report(1);
            outcome
        };
        let outcomes: Vec<Outcome<'a>> = servers.par_iter().map(outcome).collect();
        Self { gate, outcomes: outcomes.into() }
    }

    /// Lets the servers have regard to each other, until no update is replaced by one that has to wait for other servers.
    pub fn line_up(&mut self) -> Line {
        let mut held: HashMap<OutcomeId, BTreeSet<CandidateId>> = HashMap::new();
        loop {
            let line = self.line();
            let mut again = BTreeSet::new();
            for (id, newer) in self.outcomes.places().flat_map(|id| self.replaced_too_early(&line, id)) {
                if held.entry(id).or_default().insert(newer) {
                    again.insert(id);
                }
            }
            if again.is_empty() {
                return line;
            }
            let gate = self.gate;
            let outcomes = self.outcomes.as_mut_slice().par_iter_mut().enumerate();
            outcomes.map(|(index, outcome)| (OutcomeId::of_index(index), outcome)).for_each(|(id, outcome)| {
                if let Some(held) = held.get(&id).filter(|_| again.contains(&id)) {
                    *outcome = simulate::simulate(gate, outcome.server(), held);
                }
            });
        }
    }

    fn line(&self) -> Line {
        let mut line = Line::default();
        order::keep_order(self, &mut line);
        rings::keep_rings(self, &mut line);
        pools::keep_pools(self, &mut line);
        line
    }

    /// The newer updates that have to wait for other servers, and would replace an older one that may go meanwhile.
    fn replaced_too_early(&self, line: &Line, id: OutcomeId) -> Vec<(OutcomeId, CandidateId)> {
        let Some(outcome) = self.outcomes.get(id) else { return Vec::new() };
        let newer = |older: &Draft<'a>| {
            let newer =
                outcome.drafts.iter().filter(|(_, one)| older.candidate.superseded_by.contains(&one.candidate_id));
            newer.map(|(pending, one)| (PairId { outcome: id, pending }, one)).collect::<Vec<_>>()
        };
        let may_go = |(pair, one): &(PairId, &Draft<'a>)| line.verdict(*pair, one) == Verdict::Approve;
        let replaced = outcome.drafts.values().filter(|one| one.is_superseded()).map(newer);
        let too_early = replaced.filter(|newer| !newer.iter().any(may_go)).flatten();
        let waiting = too_early.filter(|(pair, _)| line.has_reasons(*pair));
        waiting.map(|(_, one)| (id, one.candidate_id)).collect()
    }

    /// The decisions, by server and update, and the batches that they name.
    pub fn settle(&self, line: &Line) -> (Vec<Decision>, Vec<Batch>) {
        let rounds = line.rounds(self);
        let settle = |(index, outcome): (usize, &Outcome<'a>)| {
            let id = OutcomeId::of_index(index);
            let pairs = outcome.drafts.iter().map(move |(pending, draft)| (PairId { outcome: id, pending }, draft));
            let settled =
                pairs.map(|(pair, draft)| draft.settle(self.gate, outcome, line.settled(self, &rounds, pair, draft)));
            settled.collect::<Vec<_>>()
        };
        let decisions: Vec<Vec<Decision>> = self.outcomes.as_slice().par_iter().enumerate().map(settle).collect();
        let decisions: Vec<Decision> = decisions.into_iter().flatten().collect();
        let batches = line.named(self, &decisions);
        (decisions, batches)
    }

    /// A draft by its place.
    pub fn draft(&self, pair: PairId) -> Option<&Draft<'a>> {
        self.outcomes.get(pair.outcome)?.drafts.get(pair.pending)
    }

    /// Every draft with its place, by server and update.
    pub fn drafts(&self) -> impl Iterator<Item = (PairId, &Outcome<'a>, &Draft<'a>)> {
        self.outcomes.iter().flat_map(|(outcome, one)| {
            one.drafts.iter().map(move |(pending, draft)| (PairId { outcome, pending }, one, draft))
        })
    }
}
