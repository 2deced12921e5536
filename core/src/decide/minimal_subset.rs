//! The fewest of some things that are still enough for something.

/// A smallest part of a list that is enough: leaves out what can be left out, the last first.
pub fn minimal_subset<T: Clone>(all: Vec<T>, is_enough: impl Fn(&[T]) -> bool) -> Vec<T> {
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
