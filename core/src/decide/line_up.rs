//! What the servers mean to each other: the passes over the fleet, until no server is decided on what another one holds back.

use std::collections::BTreeSet;

use hashbrown::HashMap;
use rayon::prelude::*;

use super::beside::Beside;
use super::draft::Draft;
use super::fleet::Fleet;
use super::held_back::HeldBack;
use super::line::Line;
use super::pair::{OutcomeId, PairId};
use super::{order, order_against_rings, pools, rings, simulate};
use crate::evaluate::candidate::CandidateId;
use crate::model::table::Place;
use crate::model::verdict::Verdict;

impl<'a> Fleet<'a> {
    /// Lets the servers have regard to each other, until no update is replaced by one that has to wait for other servers, or
    /// waits for one that they stop.
    pub fn line_up(&mut self, beside: &mut Beside) -> Line {
        let mut held: HashMap<OutcomeId, HeldBack> = HashMap::new();
        loop {
            beside.regard(self, &held);
            let line = self.line(beside);
            let mut again = BTreeSet::new();
            for (id, newer) in self.outcomes.places().flat_map(|id| self.replaced_too_early(&line, id)) {
                if held.entry(id).or_default().waiting.insert(newer) {
                    again.insert(id);
                }
            }
            for (pair, reasons) in line.stopped() {
                let Some(draft) = self.draft(pair) else { continue };
                let stopped = &mut held.entry(pair.outcome).or_default().stopped;
                if stopped.insert(draft.candidate_id, reasons.to_vec()).is_none() {
                    again.insert(pair.outcome);
                }
            }
            for pair in line.going() {
                let Some(draft) = self.draft(pair) else { continue };
                if held.entry(pair.outcome).or_default().tried.insert(draft.candidate_id) {
                    again.insert(pair.outcome);
                }
            }
            if again.is_empty() {
                return line;
            }
            let gate = self.gate;
            let outcomes = self.outcomes.as_mut_slice().par_iter_mut().enumerate();
            outcomes.map(|(index, outcome)| (OutcomeId::of_index(index), outcome)).for_each(|(id, outcome)| {
                if let Some(held) = held.get(&id).filter(|_| again.contains(&id)) {
                    *outcome = simulate::simulate(gate, outcome.server(), held, beside.seen(id));
                }
            });
        }
    }

    fn line(&self, beside: &Beside) -> Line {
        let mut line = Line::default();
        beside.keep(self, &mut line);
        order_against_rings::stop_torn(self, &mut line);
        rings::keep_rings(self, &mut line);
        order::keep_order(self, &mut line);
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
}
