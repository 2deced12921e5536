//! What is known of a product's version on a server: one version, one of two, a least one, one within bounds, or nothing.

use std::cmp::Ordering;
use std::ops::Bound;

use super::catalogue::VersionRules;
use super::span::Span;
use super::truth::Truth;
use super::version::{Version, Versions};

/// What is known of a version.
#[derive(Clone, Copy, Debug)]
pub enum Level<'a> {
    /// It was not collected.
    NotCollected,
    /// It is at least this, in any branch: what is there was not collected, and an update raised it.
    AtLeast(&'a Version),
    /// It is at least this, in the same branch: the revision was not collected.
    InBranch(&'a Version),
    /// It is this.
    Exactly(&'a Version),
    /// It is one of these: what was collected and what an installed update brings contradict each other.
    Either(&'a Version, &'a Version),
    /// It is one of these: an update whose build is not known brought it there.
    Within(Span<'a>),
    /// It is left out: whatever is asked of it holds.
    LeftOut,
}

impl<'a> Level<'a> {
    /// Whether it is in a range.
    pub fn is_in(self, versions: &Versions, rules: VersionRules) -> Truth {
        let exactly = |version| versions.contain(Some(version), rules.scheme);
        match self {
            Self::LeftOut => Truth::True,
            Self::NotCollected => versions.contain(None, rules.scheme),
            Self::Exactly(version) => exactly(version),
            Self::Either(one, two) => exactly(one).agreed(exactly(two)),
            Self::AtLeast(floor) => versions.contain_at_least(floor, rules.scheme),
            Self::InBranch(floor) => versions.contain_in_branch(floor, rules.scheme, rules.branch_parts),
            Self::Within(span) => span.is_in(versions, rules),
        }
    }

    /// Whether it is at least a version, in the same branch.
    pub fn has_reached(self, version: &Version, rules: VersionRules) -> Truth {
        self.is_in_branch_and(version, rules, Ordering::is_ge)
    }

    /// Whether it is above a version, in the same branch.
    pub fn is_above(self, version: &Version, rules: VersionRules) -> Truth {
        self.is_in_branch_and(version, rules, Ordering::is_gt)
    }

    fn is_in_branch_and(self, version: &Version, rules: VersionRules, is: impl Fn(Ordering) -> bool) -> Truth {
        let exactly = |own: &Version| {
            let compares = own.compare(version, rules.scheme).map(&is);
            Truth::from(compares).and(own.same_branch(version, rules.branch_parts).into())
        };
        match self {
            Self::LeftOut | Self::NotCollected | Self::AtLeast(_) => Truth::Unknown,
            Self::Exactly(own) => exactly(own),
            Self::Either(one, two) => exactly(one).agreed(exactly(two)),
            Self::InBranch(floor) if floor.same_branch(version, rules.branch_parts) => {
                exactly(floor).or(Truth::Unknown)
            }
            Self::InBranch(_) => Truth::False,
            Self::Within(span) => span.has_reached(version, rules),
        }
    }

    /// The level after an update that brings these versions: in its own branch where the update has one, else at the highest;
    /// never lower.
    #[must_use]
    pub fn raised(self, brought: impl Iterator<Item = &'a Version> + Clone, rules: VersionRules) -> Self {
        let highest = |own: &'a Version| highest(own, brought.clone(), rules);
        match self {
            Self::LeftOut => self,
            // It may have been higher, and its branch is not known, so the lowest is all that is sure.
            Self::NotCollected => lowest(brought, rules).map_or(self, Self::AtLeast),
            Self::AtLeast(floor) => Self::AtLeast(highest(floor)),
            Self::InBranch(floor) => match highest(floor) {
                raised if raised.same_branch(floor, rules.branch_parts) => Self::InBranch(raised),
                raised => Self::Exactly(raised),
            },
            Self::Exactly(own) => Self::Exactly(highest(own)),
            Self::Either(one, two) => match (highest(one), highest(two)) {
                (one, two) if one.compare(two, rules.scheme) == Some(Ordering::Equal) => Self::Exactly(one),
                (one, two) => Self::Either(one, two),
            },
            Self::Within(span) => raised_span(span, highest, rules),
        }
    }

    /// The level after an update that brings one version out of some spans; the same where there is none.
    #[must_use]
    pub fn raised_within(self, spans: impl Iterator<Item = Span<'a>>, rules: VersionRules) -> Self {
        let whole = spans.reduce(|one, two| one.joined(two, rules));
        whole.filter(|_| !matches!(self, Self::LeftOut)).map_or(self, Self::Within)
    }

    /// What is known where it is this level or another one.
    #[must_use]
    pub fn or(self, other: Self, rules: VersionRules) -> Self {
        match (self, other) {
            (Self::LeftOut, _) | (_, Self::LeftOut) => Self::LeftOut,
            (Self::Exactly(one), Self::Exactly(two)) if one.compare(two, rules.scheme) == Some(Ordering::Equal) => self,
            (Self::Exactly(one), Self::Exactly(two)) => Self::Either(one, two),
            (one, two) => Self::Within(one.span(rules).joined(two.span(rules), rules)),
        }
    }

    /// The versions of which it is one.
    pub fn span(self, rules: VersionRules) -> Span<'a> {
        match self {
            Self::NotCollected | Self::LeftOut => Span::ALL,
            Self::AtLeast(floor) => Span::at_least(floor),
            Self::InBranch(floor) => Span::in_branch(floor),
            Self::Exactly(version) => Span::exactly(version),
            Self::Either(one, two) => Span::exactly(one).joined(Span::exactly(two), rules),
            Self::Within(span) => span,
        }
    }

    /// Whether not even its branch is known.
    pub fn is_of_any_branch(self) -> bool {
        match self {
            Self::NotCollected | Self::AtLeast(_) | Self::LeftOut => true,
            Self::Within(span) => span.branch.is_none(),
            Self::InBranch(_) | Self::Exactly(_) | Self::Either(..) => false,
        }
    }

    /// The versions of which it may be one, as far as they are told; the least ones where only these are known.
    pub fn versions(self) -> impl Iterator<Item = &'a Version> {
        let (one, two) = match self {
            Self::NotCollected | Self::LeftOut => (None, None),
            Self::AtLeast(one) | Self::InBranch(one) | Self::Exactly(one) => (Some(one), None),
            Self::Either(one, two) => (Some(one), Some(two)),
            Self::Within(span) => (span.lowest().or(span.branch), None),
        };
        one.into_iter().chain(two)
    }

    /// Whether it is known exactly.
    pub fn is_known(self) -> bool {
        matches!(self, Self::Exactly(_))
    }

    /// As evidence tells it.
    pub fn describe(self) -> String {
        match self {
            Self::NotCollected | Self::LeftOut => "version not collected".to_owned(),
            Self::AtLeast(floor) | Self::InBranch(floor) => format!("at least {floor}"),
            Self::Exactly(version) => version.to_string(),
            Self::Either(one, two) => format!("{one} or {two}"),
            Self::Within(span) => span.describe(),
        }
    }
}

/// What is known within a span after an update that brings a version to what is highest of it and each version of the span.
fn raised_span<'a>(span: Span<'a>, highest: impl Fn(&'a Version) -> &'a Version, rules: VersionRules) -> Level<'a> {
    let Some(floor) = span.lowest() else { return Level::Within(span) };
    let raised = highest(floor);
    let stays = span.branch.is_none_or(|branch| raised.same_branch(branch, rules.branch_parts));
    let is_lower = raised.compare(floor, rules.scheme).is_none_or(Ordering::is_le);
    if is_lower {
        return Level::Within(span);
    }
    let left = Span { branch: span.branch.filter(|_| stays), ..span }.from(Bound::Included(raised), rules);
    match span.branch {
        Some(_) if stays && !left.is_empty(rules) => Level::Within(left),
        Some(_) => Level::Exactly(raised),
        None => Level::AtLeast(raised),
    }
}

fn highest<'a>(
    own: &'a Version,
    brought: impl Iterator<Item = &'a Version> + Clone,
    rules: VersionRules,
) -> &'a Version {
    let in_branch = |version: &&Version| own.same_branch(version, rules.branch_parts);
    let has_branch = brought.clone().any(|version| in_branch(&version));
    let is_lower = |one: &Version, two: &Version| one.compare(two, rules.scheme).is_none_or(Ordering::is_lt);
    let candidates = brought.filter(|version| !has_branch || in_branch(version));
    candidates.fold(own, |highest, version| if is_lower(highest, version) { version } else { highest })
}

/// The lowest of some versions.
pub fn lowest<'a>(versions: impl Iterator<Item = &'a Version>, rules: VersionRules) -> Option<&'a Version> {
    extreme(versions, rules, Ordering::Less)
}

/// The highest or the lowest of some versions.
pub fn extreme<'a>(
    versions: impl Iterator<Item = &'a Version>,
    rules: VersionRules,
    side: Ordering,
) -> Option<&'a Version> {
    versions.reduce(|one, two| if two.compare(one, rules.scheme) == Some(side) { two } else { one })
}
