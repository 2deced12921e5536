//! What an update may bring of which nobody knows the build: any above the server's that its day of release allows.

use std::cmp::Ordering;
use std::ops::Bound;

use super::id::ProductId;
use super::product::Trains;
use super::span::Span;
use super::time::Released;
use super::version::{Operator, Version, VersionScheme, Versions};
use super::version_rules::VersionRules;

/// A build of a product that is known, with its release where that is.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownBuild {
    /// The version.
    pub version: Version,
    /// The day or month of its release.
    pub released: Option<Released>,
}

/// What an update may bring to each of the products for which it may be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UnknownBuild {
    /// The products.
    pub products: Vec<MayBring>,
    /// Whether it may be for some of them only: nobody knows its products.
    pub is_for_any: bool,
}

/// What an update may bring to a product.
#[derive(Clone, Debug, PartialEq)]
pub struct MayBring {
    /// The product.
    pub product: ProductId,
    /// Whether it may take a server to another branch.
    pub may_leave: bool,
    /// The bounds of each branch and train that is known.
    lines: Vec<Line>,
    /// The lowest build of the branches that were opened after its release.
    opened_later: Option<Version>,
}

/// What is known of an update beside its build.
#[derive(Clone, Copy, Debug)]
pub struct Hints<'a> {
    /// Its release.
    pub released: Option<Released>,
    /// The builds of the product that it supersedes.
    pub supersedes: &'a [&'a Version],
    /// The builds of the product that supersede it.
    pub superseded_by: &'a [&'a Version],
    /// Whether it may take a server to another branch.
    pub may_leave: bool,
}

/// One branch, or one train of it.
#[derive(Clone, Debug, PartialEq)]
struct Line {
    /// Some version of the branch.
    branch: Version,
    /// The versions of the train; all, where the product has none.
    train: Versions,
    /// A version that it is above.
    above: Option<Version>,
    /// A version that it is below.
    below: Option<Version>,
    /// Whether the update supersedes a build of it.
    is_superseded: bool,
}

impl UnknownBuild {
    /// What it may bring to a product, if it may be for it.
    pub fn of(&self, product: &ProductId) -> Option<&MayBring> {
        self.products.iter().find(|one| one.product == *product)
    }
}

impl MayBring {
    /// What an update may bring to a product with these builds.
    pub fn new(
        product: &ProductId,
        builds: &[KnownBuild],
        trains: Option<&Trains>,
        hints: Hints<'_>,
        rules: VersionRules,
    ) -> Self {
        let mut lines = Vec::new();
        for build in builds {
            let Some(line) = line_of(&mut lines, &build.version, trains, rules) else { continue };
            line.learn(build, hints.released, rules);
        }
        for version in hints.supersedes {
            let Some(line) = line_of(&mut lines, version, trains, rules) else { continue };
            line.raise(version, rules);
            line.is_superseded = true;
        }
        for version in hints.superseded_by {
            let Some(line) = line_of(&mut lines, version, trains, rules) else { continue };
            line.lower(version, rules);
        }
        let opened_later = hints.released.and_then(|released| opened_later(builds, released, rules)).cloned();
        Self { product: product.clone(), may_leave: hints.may_leave, lines, opened_later }
    }

    /// The versions that it may bring a server whose own is in a span; none where its day leaves none above that.
    pub fn spans<'a>(&'a self, own: Span<'a>, rules: VersionRules) -> Vec<Span<'a>> {
        let above = own.above();
        let found: Vec<Span<'a>> = match own.branch.filter(|_| !self.may_leave) {
            Some(branch) => self.in_branch(branch, above, rules),
            None => self.in_any_branch(above, rules),
        };
        found.into_iter().filter(|span| !span.is_empty(rules)).collect()
    }

    fn in_branch<'a>(&'a self, branch: &'a Version, above: Span<'a>, rules: VersionRules) -> Vec<Span<'a>> {
        let own = self.lines.iter().filter(|line| line.branch.same_branch(branch, rules.branch_parts));
        let spans: Vec<Span<'a>> = own.map(|line| line.span(above, rules)).collect();
        if spans.is_empty() { vec![above] } else { spans }
    }

    /// In those branches of which it supersedes builds, unless it leaves them; else in any that was open on its day.
    fn in_any_branch<'a>(&'a self, above: Span<'a>, rules: VersionRules) -> Vec<Span<'a>> {
        let named = self.lines.iter().filter(|line| line.is_superseded && !self.may_leave);
        let in_line = |line: &'a Line| line.span(Span { branch: Some(&line.branch), ..above }, rules);
        let named: Vec<Span<'a>> = named.map(in_line).collect();
        if !named.is_empty() {
            return named;
        }
        let high = self.opened_later.as_ref().map_or(Bound::Unbounded, Bound::Excluded);
        vec![Span { branch: None, ..above }.up_to(high, rules)]
    }
}

impl Line {
    /// What of a span lies in it.
    fn span<'a>(&'a self, mut span: Span<'a>, rules: VersionRules) -> Span<'a> {
        for (operator, bound) in self.train.bounds() {
            span = match operator {
                Operator::AtLeast => span.from(Bound::Included(bound), rules),
                Operator::Above => span.from(Bound::Excluded(bound), rules),
                Operator::AtMost => span.up_to(Bound::Included(bound), rules),
                Operator::Below => span.up_to(Bound::Excluded(bound), rules),
                Operator::Exactly => span.from(Bound::Included(bound), rules).up_to(Bound::Included(bound), rules),
            };
        }
        let excluded = |bound: &'a Option<Version>| bound.as_ref().map_or(Bound::Unbounded, Bound::Excluded);
        span.from(excluded(&self.above), rules).up_to(excluded(&self.below), rules)
    }

    /// What the day of a build says of an update that was released on another.
    fn learn(&mut self, build: &KnownBuild, released: Option<Released>, rules: VersionRules) {
        let (Some(one), Some(other)) = (build.released, released) else { return };
        if one.last() < other.first() {
            self.raise(&build.version, rules);
        } else if one.first() > other.last() {
            self.lower(&build.version, rules);
        }
    }

    fn lower(&mut self, version: &Version, rules: VersionRules) {
        let is_lower = |below: &Version| version.compare(below, rules.scheme) == Some(Ordering::Less);
        if self.below.as_ref().is_none_or(is_lower) {
            self.below = Some(version.clone());
        }
    }

    fn raise(&mut self, version: &Version, rules: VersionRules) {
        let is_higher = |above: &Version| version.compare(above, rules.scheme) == Some(Ordering::Greater);
        if self.above.as_ref().is_none_or(is_higher) {
            self.above = Some(version.clone());
        }
    }
}

/// The line to which a version belongs. With the first build of a branch come the lines of all its trains.
fn line_of<'l>(
    lines: &'l mut Vec<Line>,
    version: &Version,
    trains: Option<&Trains>,
    rules: VersionRules,
) -> Option<&'l mut Line> {
    if !lines.iter().any(|line| line.branch.same_branch(version, rules.branch_parts)) {
        let ranges =
            trains.map_or_else(|| vec![Versions::every()], |trains| vec![trains.gdr.clone(), trains.cu.clone()]);
        lines.extend(ranges.into_iter().map(|train| Line {
            branch: version.clone(),
            train,
            above: None,
            below: None,
            is_superseded: false,
        }));
    }
    lines.iter_mut().find(|line| {
        line.branch.same_branch(version, rules.branch_parts)
            && line.train.contain(Some(version), rules.scheme).is_true()
    })
}

/// The lowest build of the branches of which every build is known to be later than a release.
fn opened_later(builds: &[KnownBuild], released: Released, rules: VersionRules) -> Option<&Version> {
    let is_later = |build: &KnownBuild| build.released.is_some_and(|one| one.first() > released.last());
    let mut lowest: Vec<(&KnownBuild, bool)> = Vec::new();
    for build in builds {
        let in_branch =
            |(one, _): &&mut (&KnownBuild, bool)| one.version.same_branch(&build.version, rules.branch_parts);
        match lowest.iter_mut().find(in_branch) {
            None => lowest.push((build, is_later(build))),
            Some((one, is_all_later)) => {
                *is_all_later &= is_later(build);
                if build.version.compare(&one.version, rules.scheme) == Some(Ordering::Less) {
                    *one = build;
                }
            }
        }
    }
    let opened = lowest.into_iter().filter(|(_, is_all_later)| *is_all_later).map(|(build, _)| &build.version);
    opened.reduce(|one, two| if two.compare(one, rules.scheme) == Some(Ordering::Less) { two } else { one })
}

/// Each build once, with its first release.
pub fn each_once(mut builds: Vec<KnownBuild>, scheme: VersionScheme) -> Vec<KnownBuild> {
    let ordering = |one: &KnownBuild, two: &KnownBuild| {
        one.version.compare(&two.version, scheme).unwrap_or_else(|| one.version.as_str().cmp(two.version.as_str()))
    };
    builds.sort_by(ordering);
    builds.dedup_by(|next, kept| {
        let is_same = ordering(next, kept).is_eq();
        if is_same {
            kept.released = kept.released.into_iter().chain(next.released).reduce(Released::earlier);
        }
        is_same
    });
    builds
}
