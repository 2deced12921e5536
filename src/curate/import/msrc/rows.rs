//! What bulletins claim, weighed: rows that claim what is certain, and a report of the rest.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Bulletin;
use super::claims::{Claim, Claims, Collector, Naming};
use super::dating::Dating;
use super::report::{Entry, Report, Why};
use super::words::Build;
use crate::model::id::{ProductId, UpdateId};
use crate::model::pending::Restart;
use crate::model::product::{Product, Trains};
use crate::model::time::{Month, Released};
use crate::model::version::Version;

/// A row of `updates/*.csv`.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The update.
    pub update: UpdateId,
    /// The product that it updates.
    pub product: ProductId,
    /// The version that it brings, where the product's version proves that it is in.
    pub version: Option<Version>,
    /// When it was released; nothing unless it is certain.
    pub released: Option<Released>,
    /// Whether it restarts the server.
    pub restart: Option<Restart>,
    /// What it replaces, separated by blanks.
    pub supersedes: String,
    /// The bulletin.
    pub source: String,
}

/// The rows of bulletins, and what did not become part of one.
#[derive(Clone, Debug)]
pub struct Import {
    /// The rows, sorted; one for each update, product and version.
    pub rows: Vec<Row>,
    /// What was left out and why.
    pub left_out: Report,
}

/// Makes rows of bulletins, for the products of a database; the order of the bulletins does not matter.
pub fn import(mut bulletins: Vec<Bulletin>, products: &BTreeMap<ProductId, Product>) -> Import {
    // The first bulletin that names an update becomes its source.
    bulletins.sort_by_cached_key(|one| (one.month(), one.id.clone(), one.path.clone()));
    let mut report = Report::default();
    let mut collector = Collector::new(products, &mut report);
    bulletins.iter().for_each(|bulletin| collector.learn(bulletin));
    let mut claims = collector.finish();
    let are_one_line = |product: &ProductId, one: &Version, two: &Version| match products.get(product) {
        Some(product) => {
            let is_one_train = |trains: &Trains| trains.are_one(one, two, product.version_scheme);
            one.same_branch(two, product.branch_parts) && product.trains.as_ref().is_none_or(is_one_train)
        }
        None => one.same_branch(two, 1),
    };
    weigh_supersedence(&mut claims, &mut report);
    let proven = weigh_builds(&claims, &are_one_line, &mut report);
    let released = weigh_releases(&claims, &mut report);
    let mut rows = rows(&claims, &proven, &released);
    // Update numbers have six or seven digits: sorted as texts they would not be in order.
    rows.sort_by_key(|row| (row.update.as_str().len(), row.update.clone(), row.product.clone()));
    Import { rows, left_out: report }
}

/// A row for each update, product and version.
fn rows(claims: &Claims, proven: &Proven<'_>, released: &BTreeMap<UpdateId, Released>) -> Vec<Row> {
    let mut rows = Vec::new();
    for ((update, product), claim) in &claims.pairs {
        let builds = proven.get(&(update, product)).map_or(&[][..], Vec::as_slice);
        let versions = builds.iter().map(|build| Some(build.version.clone()));
        // Even without a version, the row says what the update is for.
        let unversioned = builds.is_empty().then_some(None);
        let released = released.get(update).copied();
        rows.extend(versions.chain(unversioned).map(|version| row(update, product, claim, version, released)));
    }
    rows
}

fn row(
    update: &UpdateId,
    product: &ProductId,
    claim: &Claim,
    version: Option<Version>,
    released: Option<Released>,
) -> Row {
    let supersedes = claim.supersedes.iter().map(UpdateId::as_str).collect::<Vec<_>>().join(" ");
    let (update, product, source) = (update.clone(), product.clone(), claim.source.clone());
    Row { update, product, version, released, restart: claim.restart, supersedes, source }
}

type Pair<'a> = (&'a UpdateId, &'a ProductId);

/// The builds that prove their update, by update and product.
type Proven<'a> = BTreeMap<Pair<'a>, Vec<&'a Build>>;

/// Whether two versions of a product are of one branch and train.
type AreOneLine<'f> = &'f dyn Fn(&ProductId, &Version, &Version) -> bool;

fn weigh_builds<'a>(claims: &'a Claims, are_one_line: AreOneLine<'_>, report: &mut Report) -> Proven<'a> {
    let mut proven = BTreeMap::new();
    for ((update, product), claim) in claims.pairs.iter().filter(|(_, claim)| !claim.is_unproven) {
        let path = claims.updates.get(update).map_or("", |naming| naming.path.as_str());
        let is_proven = |build: &&Build| {
            let why = doubt(claims, (update, product), claim, build, are_one_line);
            why.iter().for_each(|why| report.add(path, *why, entry(update, product, build.version.as_str())));
            why.is_none()
        };
        proven.insert((update, product), claim.builds.values().filter(is_proven).collect());
    }
    proven
}

/// Why a build does not prove that its update is in.
fn doubt(
    claims: &Claims,
    (update, product): Pair<'_>,
    claim: &Claim,
    build: &Build,
    are_one_line: AreOneLine<'_>,
) -> Option<Why> {
    let is_same_branch = |other: &Build| are_one_line(product, &other.version, &build.version);
    // Of two builds one may be a mistake: the lower would count too early, the higher too late.
    if claim.builds.values().filter(|other| is_same_branch(other)).count() > 1 {
        return Some(Why::SeveralBuilds);
    }
    let raises = claims.raises.get(product).into_iter().flatten();
    let mut others = raises.filter(|raise| raise.update != *update && is_same_branch(&raise.build));
    // Without rollups, Security Only is just a name for an update besides the cumulative ones.
    let has_rollups = claims.rolled_up.contains(product);
    others.find_map(|raise| match has_rollups && raise.is_security_only {
        true => (raise.build.numbers >= build.numbers).then_some(Why::OverrunBuild),
        false => (raise.build.numbers == build.numbers).then_some(Why::SharedBuild),
    })
}

/// The month of each update that the bulletins of a single month name, and named in that month.
fn weigh_releases(claims: &Claims, report: &mut Report) -> BTreeMap<UpdateId, Released> {
    let mut released = BTreeMap::new();
    for (update, product) in claims.pairs.keys() {
        let Some(naming) = claims.updates.get(update) else { continue };
        match release(naming) {
            Ok(month) => drop(released.insert(update.clone(), Released::In(month))),
            Err(why) => report.add(&naming.path, why, entry(update, product, &months(naming))),
        }
    }
    released
}

/// The month of an update, or why it is not certain.
fn release(naming: &Naming) -> Result<Month, Why> {
    let mut months = naming.months.iter();
    match (months.next(), months.next(), naming.dating) {
        (_, Some(_), _) => Err(Why::SeveralMonths),
        (Some(Some(month)), None, Some(Dating::InMonth)) => Ok(*month),
        (_, _, Some(Dating::Revised)) => Err(Why::Revised),
        (_, _, Some(Dating::BulletinRevised)) => Err(Why::BulletinRevised),
        (_, _, Some(Dating::Unreadable)) => Err(Why::UnreadableDate),
        _ => Err(Why::NoMonth),
    }
}

/// The months of the bulletins that name an update, as a report shows them.
fn months(naming: &Naming) -> String {
    naming.months.iter().flatten().map(Month::to_string).collect::<Vec<_>>().join(", ")
}

fn entry(update: &UpdateId, product: &ProductId, text: &str) -> Entry {
    Entry::new(update.as_str(), product.as_str(), text)
}

/// Removes what is impossible.
fn weigh_supersedence(claims: &mut Claims, report: &mut Report) {
    let supersedence = Supersedence::of(&claims.pairs, &claims.whole);
    for ((update, product), claim) in &mut claims.pairs {
        let path = claims.updates.get(update).map_or("", |naming| naming.path.as_str());
        claim.supersedes.retain(|older| {
            let why = supersedence.why_not(update, older);
            why.iter().for_each(|why| report.add(path, *why, entry(update, product, older.as_str())));
            why.is_none()
        });
    }
}

/// What the updates replace and what they are for, all their products together.
struct Supersedence<'c> {
    replaced: BTreeMap<UpdateId, BTreeSet<UpdateId>>,
    products: BTreeMap<UpdateId, BTreeSet<ProductId>>,
    whole: &'c BTreeSet<UpdateId>,
}

impl<'c> Supersedence<'c> {
    fn of(pairs: &BTreeMap<(UpdateId, ProductId), Claim>, whole: &'c BTreeSet<UpdateId>) -> Self {
        let mut supersedence = Self { replaced: BTreeMap::new(), products: BTreeMap::new(), whole };
        for ((update, product), claim) in pairs {
            supersedence.replaced.entry(update.clone()).or_default().extend(claim.supersedes.iter().cloned());
            supersedence.products.entry(update.clone()).or_default().insert(product.clone());
        }
        supersedence
    }

    /// Why an update cannot replace another: in a cycle each would replace the other, and an update of one product
    /// replaces none of another.
    fn why_not(&self, update: &UpdateId, older: &UpdateId) -> Option<Why> {
        let products = self.products.get(update).zip(self.products.get(older));
        let is_apart = products.is_some_and(|(one, other)| one.is_disjoint(other));
        match () {
            () if reaches(&self.replaced, older, update) => Some(Why::Cycle),
            () if is_apart => Some(Why::OtherProduct),
            () if !self.whole.contains(update) && self.whole.contains(older) => Some(Why::OtherComponent),
            () => None,
        }
    }
}

/// Whether one update replaces another, directly or through others; each replaces itself.
fn reaches(replaced: &BTreeMap<UpdateId, BTreeSet<UpdateId>>, from: &UpdateId, to: &UpdateId) -> bool {
    let mut seen = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(update) = open.pop() {
        if update == to {
            return true;
        }
        let next = replaced.get(update).into_iter().flatten();
        open.extend(next.filter(|update| seen.insert(*update)));
    }
    false
}
