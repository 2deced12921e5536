//! In which order the members of a pool take their turns: the first that waits for none of the others is next.

use std::collections::{BTreeSet, HashSet};

use hashbrown::HashMap;

use super::fleet::Fleet;
use super::line::Line;
use super::pair::PairId;

/// The places of some turns, which are in the order in which they would be taken if nothing waited, in the order in which
/// they are taken.
pub fn in_turn(fleet: &Fleet<'_>, line: &Line, turns: &[&[PairId]]) -> Vec<usize> {
    let ranks: Vec<(usize, usize)> = turns.iter().map(|pairs| line.ranks(pairs)).collect();
    if !may_wait_for_later(&ranks) {
        return (0..turns.len()).collect();
    }
    let places = turns.iter().enumerate().flat_map(|(place, pairs)| pairs.iter().map(move |pair| (*pair, place)));
    let places: HashMap<PairId, usize> = places.collect();
    let lowest = ranks.iter().map(|(low, _)| *low).min().unwrap_or_default();
    let before = |(pairs, (_, high)): (&&[PairId], &(usize, usize))| match *high > lowest {
        true => before(fleet, line, pairs, &places, lowest),
        false => HashSet::new(),
    };
    let mut open: Vec<HashSet<usize>> = turns.iter().zip(&ranks).map(before).collect();
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

/// Whether a turn may wait for a later one, by the lowest and the highest rank of each.
fn may_wait_for_later(ranks: &[(usize, usize)]) -> bool {
    let mut lowest = usize::MAX;
    ranks.iter().rev().any(|(low, high)| {
        let may_wait = *high > lowest;
        lowest = lowest.min(*low);
        may_wait
    })
}

/// The other turns for which one waits.
fn before(
    fleet: &Fleet<'_>,
    line: &Line,
    pairs: &[PairId],
    places: &HashMap<PairId, usize>,
    lowest: usize,
) -> HashSet<usize> {
    let own: HashSet<usize> = pairs.iter().filter_map(|pair| places.get(pair).copied()).collect();
    let reached = line.reached_from(fleet, &pairs.iter().copied().collect(), lowest);
    reached.iter().filter_map(|pair| places.get(pair).copied()).filter(|place| !own.contains(place)).collect()
}
