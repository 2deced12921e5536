//! The order in which a round offers updates: none before those that supersede it, else by rank.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use hashbrown::HashMap;

use super::pair::PendingId;
use super::update::Update;
use crate::evaluate::candidate::CandidateId;

/// The offered updates, in order.
pub fn in_order(offered: &[(PendingId, &Update<'_>)]) -> Vec<PendingId> {
    let by_candidate: HashMap<CandidateId, usize> =
        offered.iter().enumerate().map(|(place, (_, update))| (update.candidate_id, place)).collect();
    let newer = |update: &Update<'_>| {
        update.candidate.superseded_by.iter().filter_map(|id| by_candidate.get(id).copied()).collect::<Vec<_>>()
    };
    let mut waiting: Vec<usize> = offered.iter().map(|(_, update)| newer(update).len()).collect();
    let mut older: HashMap<usize, Vec<usize>> = HashMap::new();
    for (place, (_, update)) in offered.iter().enumerate() {
        newer(update).into_iter().for_each(|newer| older.entry(newer).or_default().push(place));
    }
    let ranked = |place: usize| Some(Reverse((offered.get(place)?.1.rank(), place)));
    let first = waiting.iter().enumerate().filter(|(_, count)| **count == 0);
    let mut ready: BinaryHeap<_> = first.filter_map(|(place, _)| ranked(place)).collect();
    let mut order = Vec::with_capacity(offered.len());
    while let Some(Reverse((_, place))) = ready.pop() {
        order.extend(offered.get(place).map(|(id, _)| *id));
        for next in older.remove(&place).into_iter().flatten() {
            let Some(count) = waiting.get_mut(next) else { continue };
            *count -= 1;
            ready.extend(if *count == 0 { ranked(next) } else { None });
        }
    }
    // In a circle of updates that replace each other none comes before the others.
    let mut rest: Vec<usize> =
        waiting.iter().enumerate().filter(|(_, count)| **count > 0).map(|(place, _)| place).collect();
    rest.sort_by_key(|place| offered.get(*place).map(|(_, update)| update.rank()));
    order.extend(rest.into_iter().filter_map(|place| offered.get(place)).map(|(id, _)| *id));
    order
}
