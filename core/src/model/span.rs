//! A span of versions, of which one is meant: what is known of a version that nobody has told exactly.

use std::cmp::Ordering;
use std::ops::Bound;

use super::truth::Truth;
use super::version::{Operator, Version, Versions};
use super::version_rules::VersionRules;

/// Versions between two bounds, perhaps of one branch only.
#[derive(Clone, Copy, Debug)]
pub struct Span<'a> {
    /// What is below all of them.
    pub low: Bound<&'a Version>,
    /// What is above all of them.
    pub high: Bound<&'a Version>,
    /// Some version of their branch, where all are of one.
    pub branch: Option<&'a Version>,
}

/// Where a version lies, as seen from all versions of a span.
struct Place {
    is_below_all: bool,
    is_at_most_all: bool,
    is_above_all: bool,
    is_at_least_all: bool,
}

impl<'a> Span<'a> {
    /// All versions there are.
    pub const ALL: Self = Self { low: Bound::Unbounded, high: Bound::Unbounded, branch: None };

    /// This version alone.
    pub fn exactly(version: &'a Version) -> Self {
        Self { low: Bound::Included(version), high: Bound::Included(version), branch: Some(version) }
    }

    /// This version and all above it.
    pub fn at_least(version: &'a Version) -> Self {
        Self { low: Bound::Included(version), ..Self::ALL }
    }

    /// This version and all above it in its branch.
    pub fn in_branch(version: &'a Version) -> Self {
        Self { branch: Some(version), ..Self::at_least(version) }
    }

    /// The lower bound's version, if there is one.
    pub fn lowest(&self) -> Option<&'a Version> {
        version(self.low)
    }

    /// What is above all versions of this span.
    #[must_use]
    pub fn above(self) -> Self {
        let low = match self.low {
            Bound::Included(version) => Bound::Excluded(version),
            low => low,
        };
        Self { low, high: Bound::Unbounded, ..self }
    }

    /// The same without what is below a bound.
    #[must_use]
    pub fn from(self, low: Bound<&'a Version>, rules: VersionRules) -> Self {
        Self { low: tighter(self.low, low, rules, Ordering::Greater), ..self }
    }

    /// The same without what is above a bound.
    #[must_use]
    pub fn up_to(self, high: Bound<&'a Version>, rules: VersionRules) -> Self {
        Self { high: tighter(self.high, high, rules, Ordering::Less), ..self }
    }

    /// Whether no version lies between the bounds.
    pub fn is_empty(&self, rules: VersionRules) -> bool {
        let (Some(low), Some(high)) = (version(self.low), version(self.high)) else { return false };
        match low.compare(high, rules.scheme) {
            Some(Ordering::Greater) => true,
            Some(Ordering::Equal) => !matches!((self.low, self.high), (Bound::Included(_), Bound::Included(_))),
            _ => false,
        }
    }

    /// The least span that holds both.
    #[must_use]
    pub fn joined(self, other: Self, rules: VersionRules) -> Self {
        let is_one_branch = |one: &&Version| other.branch.is_some_and(|two| one.same_branch(two, rules.branch_parts));
        Self {
            low: wider(self.low, other.low, rules, Ordering::Less),
            high: wider(self.high, other.high, rules, Ordering::Greater),
            branch: self.branch.filter(is_one_branch),
        }
    }

    /// Whether all of them, none, or only some are in a range.
    pub fn is_in(&self, versions: &Versions, rules: VersionRules) -> Truth {
        Truth::all(versions.bounds().iter().map(|(operator, bound)| self.meets(*operator, bound, rules)))
    }

    /// Whether all of them, none, or only some are at least a version, in its branch.
    pub fn has_reached(&self, version: &Version, rules: VersionRules) -> Truth {
        let place = self.place(version, rules);
        match self.branch {
            Some(branch) if !branch.same_branch(version, rules.branch_parts) => Truth::False,
            _ if place.is_above_all => Truth::False,
            Some(_) if place.is_at_most_all => Truth::True,
            _ => Truth::Unknown,
        }
    }

    /// As evidence tells it.
    pub fn describe(&self) -> String {
        let low = match self.low {
            Bound::Included(version) => Some(format!("at least {version}")),
            Bound::Excluded(version) => Some(format!("above {version}")),
            Bound::Unbounded => None,
        };
        let high = match self.high {
            Bound::Included(version) => Some(format!("at most {version}")),
            Bound::Excluded(version) => Some(format!("below {version}")),
            Bound::Unbounded => None,
        };
        let words: Vec<String> = low.into_iter().chain(high).collect();
        if words.is_empty() { "version not known".to_owned() } else { words.join(", ") }
    }

    fn meets(&self, operator: Operator, bound: &Version, rules: VersionRules) -> Truth {
        // All of another branch lie on the same side of the bound.
        if let Some(branch) = self.branch.filter(|branch| !branch.same_branch(bound, rules.branch_parts)) {
            return branch.compare(bound, rules.scheme).map(|ordering| operator.accepts(ordering)).into();
        }
        let place = self.place(bound, rules);
        let (all, none) = match operator {
            Operator::AtLeast => (place.is_at_most_all, place.is_above_all),
            Operator::Above => (place.is_below_all, place.is_at_least_all),
            Operator::AtMost => (place.is_at_least_all, place.is_below_all),
            Operator::Below => (place.is_above_all, place.is_at_most_all),
            Operator::Exactly => {
                (place.is_at_most_all && place.is_at_least_all, place.is_below_all || place.is_above_all)
            }
        };
        Truth::from(if all { Some(true) } else { none.then_some(false) })
    }

    fn place(&self, of: &Version, rules: VersionRules) -> Place {
        let compared = |bound: Bound<&Version>| version(bound).and_then(|bound| of.compare(bound, rules.scheme));
        let (low, high) = (compared(self.low), compared(self.high));
        let is_at = |bound| matches!(bound, Bound::Excluded(_));
        Place {
            is_below_all: low.is_some_and(|side| side.is_lt() || side.is_eq() && is_at(self.low)),
            is_at_most_all: low.is_some_and(Ordering::is_le),
            is_above_all: high.is_some_and(|side| side.is_gt() || side.is_eq() && is_at(self.high)),
            is_at_least_all: high.is_some_and(Ordering::is_ge),
        }
    }
}

fn version(bound: Bound<&Version>) -> Option<&Version> {
    match bound {
        Bound::Included(version) | Bound::Excluded(version) => Some(version),
        Bound::Unbounded => None,
    }
}

/// The bound that lets less in: of lower bounds the greater one, of upper bounds the lesser one.
fn tighter<'a>(
    one: Bound<&'a Version>,
    two: Bound<&'a Version>,
    rules: VersionRules,
    side: Ordering,
) -> Bound<&'a Version> {
    let (Some(first), Some(second)) = (version(one), version(two)) else {
        return if one == Bound::Unbounded { two } else { one };
    };
    match second.compare(first, rules.scheme) {
        Some(Ordering::Equal) if matches!(two, Bound::Excluded(_)) => two,
        Some(ordering) if ordering == side => two,
        _ => one,
    }
}

/// The bound that lets more in: of lower bounds the lesser one, of upper bounds the greater one.
fn wider<'a>(
    one: Bound<&'a Version>,
    two: Bound<&'a Version>,
    rules: VersionRules,
    side: Ordering,
) -> Bound<&'a Version> {
    let (Some(first), Some(second)) = (version(one), version(two)) else { return Bound::Unbounded };
    match second.compare(first, rules.scheme) {
        Some(Ordering::Equal) if matches!(two, Bound::Included(_)) => two,
        Some(ordering) if ordering == side => two,
        None => Bound::Unbounded,
        _ => one,
    }
}
