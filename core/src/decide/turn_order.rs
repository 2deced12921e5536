//! In which order the members of a pool take their turns: the first that waits for none of the others is next.

use std::collections::{BTreeSet, HashSet};

use hashbrown::HashMap;

use super::fleet::Fleet;
use super::line::Line;
use super::pair::PairId;

/// The places of some turns, which are in the order in which they would be taken if nothing waited, in the order in which
/// they are taken.
pub fn in_turn(fleet: &Fleet<'_>, line: &Line, turns: &[&[PairId]]) -> Vec<usize> {
    let places = turns.iter().enumerate().flat_map(|(place, pairs)| pairs.iter().map(move |pair| (*pair, place)));
    let places: HashMap<PairId, usize> = places.collect();
    if !line.waits_within(fleet, &places) {
        return (0..turns.len()).collect();
    }
    let mut open: Vec<HashSet<usize>> = turns.iter().map(|pairs| before(fleet, line, pairs, &places)).collect();
    let mut left: BTreeSet<usize> = (0..turns.len()).collect();
    let mut order = Vec::new();
    // Of turns that wait for each other the first is taken: what that leaves in a circle is told when it is set.
    while let Some(next) = left.iter().find(|place| is_free(&open, **place)).or(left.first()).copied() {
        left.remove(&next);
        open.iter_mut().for_each(|others| {
            others.remove(&next);
        });
        order.push(next);
    }
    order
}

fn is_free(open: &[HashSet<usize>], place: usize) -> bool {
    open.get(place).is_none_or(HashSet::is_empty)
}

/// The other turns for which one waits.
fn before(fleet: &Fleet<'_>, line: &Line, pairs: &[PairId], places: &HashMap<PairId, usize>) -> HashSet<usize> {
    let own: HashSet<usize> = pairs.iter().filter_map(|pair| places.get(pair).copied()).collect();
    let reached = line.reached_from(fleet, &pairs.iter().copied().collect());
    reached.iter().filter_map(|pair| places.get(pair).copied()).filter(|place| !own.contains(place)).collect()
}
