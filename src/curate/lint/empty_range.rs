//! Version ranges that no version can fall into.

use std::cmp::Ordering;

use super::{BROKEN_CONDITION, Check, Found, LintRule};
use crate::advisory::Advisory;
use crate::curate::corpus::{self, Corpus};
use crate::model::version::{Operator, Version, VersionScheme, Versions};

/// The rule.
pub const RULE: LintRule =
    LintRule::error("empty-range", "a version range that no version can fall into", Check::Advisory(check))
        .follows(&["unknown-product"])
        .of_group(BROKEN_CONDITION);

fn check(corpus: &Corpus<'_>, advisory: &Advisory, found: &mut Found) {
    for (path, product, versions) in corpus::ranges(advisory) {
        if is_empty(versions, corpus.scheme(product)) {
            found.add(path, format!("no version can fall into the range `{versions}`"), None);
        }
    }
}

/// Whether no version can fall into a range: two of its comparators contradict each other, or one asks for less than zero.
pub fn is_empty(versions: &Versions, scheme: VersionScheme) -> bool {
    let bounds = versions.bounds();
    let is_below_zero = |(operator, version): &(Operator, Version)| *operator == Operator::Below && version.is_zero();
    let contradict = |(one, low): &(Operator, Version), (two, high): &(Operator, Version)| {
        let Some(ordering) = low.compare(high, scheme) else { return false };
        let (is_low, is_high) = (one.bounds_below(), two.bounds_above());
        let includes_both = one.includes_bound() && two.includes_bound();
        is_low && is_high && (ordering == Ordering::Greater || ordering == Ordering::Equal && !includes_both)
    };
    bounds.iter().any(is_below_zero) || bounds.iter().any(|one| bounds.iter().any(|two| contradict(one, two)))
}
