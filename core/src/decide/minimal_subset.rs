//! The fewest of some updates that are still enough for something.

/// A smallest part of a list that is enough: leaves out what can be left out, the last first.
pub fn minimal_subset(all: Vec<usize>, is_enough: impl Fn(&[usize]) -> bool) -> Vec<usize> {
    let mut kept = all;
    for place in (0..kept.len()).rev() {
        let mut fewer = kept.clone();
        fewer.remove(place);
        if is_enough(&fewer) {
            kept = fewer;
        }
    }
    kept
}
