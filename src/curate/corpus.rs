//! The database as its curators see it: the files that are checked, and everything that is known beside them.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use jiff::Timestamp;

use crate::advisory::asked::asked;
use crate::advisory::case::{Case, Expect};
use crate::advisory::{Advisory, Statement};
use crate::condition::name::Name;
use crate::condition::{Condition, Parts};
use crate::database::Database;
use crate::evaluate::unknown_builds;
use crate::input::load::database::{Collection, WithSource};
use crate::model::catalogue::Catalogue;
use crate::model::fact::Fact;
use crate::model::hypothesis::Hypothesis;
use crate::model::id::{AdvisoryId, ProductId, UpdateId};
use crate::model::key_path::KeyPath;
use crate::model::neighbours::{Counted, Neighbours, Number};
use crate::model::server::Server;
use crate::model::time::{Day, Released, start_of};
use crate::model::trace::{Evidence, Trace};
use crate::model::truth::Truth;
use crate::model::version::{Version, VersionScheme, Versions};

/// Files, and the database that they make together with what stands beside them.
#[derive(Debug)]
pub struct Corpus<'a> {
    /// The files that are checked.
    pub files: &'a Collection,
    /// What they say, and what is known beside them.
    pub database: &'a Database,
    /// The same, indexed by what conditions ask.
    pub catalogue: Catalogue,
    /// The day for which they are checked.
    pub today: Day,
    builds: BTreeMap<ProductId, Vec<Version>>,
    brought: BTreeMap<&'a ProductId, Vec<(&'a Version, &'a UpdateId)>>,
    replaced: HashSet<AdvisoryId>,
}

impl<'a> Corpus<'a> {
    /// Indexes what was loaded.
    pub fn new(files: &'a Collection, database: &'a Database, today: Day) -> Self {
        let advisories: Vec<&Advisory> = database.advisories().iter().collect();
        let mut asked = asked(std::iter::empty(), &advisories);
        asked.extend(
            advisories.iter().flat_map(|advisory| advisory.updates().iter().map(|selector| selector.id.clone())),
        );
        let catalogue = Catalogue::new(database.knowledge().clone(), Default::default(), database.lines(), &asked)
            .with_families(database.families());
        let kept: HashSet<&AdvisoryId> = advisories.iter().map(|advisory| &advisory.id).collect();
        let replaced = files.advisories.iter().map(|file| &file.value.id).filter(|id| !kept.contains(id));
        let replaced = replaced.cloned().collect();
        let (builds, brought) = (builds(database, &catalogue), brought(database));
        Self { builds, brought, files, database, catalogue, today, replaced }
    }

    /// The advisories that are checked, without those that another one of them replaces.
    pub fn advisories(&self) -> impl Iterator<Item = &'a WithSource<Advisory>> + '_ {
        self.files.advisories.iter().filter(|file| !self.replaced.contains(&file.value.id))
    }

    /// The known versions of a product, lowest first, each once; none for a product without known builds.
    pub fn builds(&self, product: &ProductId) -> &[Version] {
        self.builds.get(product).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether a version of a product is in a range.
    pub fn contains(&self, product: &ProductId, versions: &Versions, version: &Version) -> bool {
        versions.contain(Some(version), self.scheme(product)).is_true()
    }

    /// How a product's versions compare.
    pub fn scheme(&self, product: &ProductId) -> VersionScheme {
        self.catalogue.rules(product).scheme
    }

    /// What an advisory says about one of its cases, and why.
    pub fn judge(&self, advisory: &Advisory, case: &Case, trace: &mut Trace) -> Truth {
        let at = case.at.map_or_else(|| self.usual_moment(advisory), |moment| moment.timestamp());
        let beside = case.others.as_ref().map(|others| {
            let others = others.iter().map(|other| Hypothesis::now(&other.0, &self.catalogue, at)).collect::<Vec<_>>();
            Arc::new(neighbours(advisory, &case.server.0, &others))
        });
        let on = Hypothesis::now(&case.server.0, &self.catalogue, at).beside(beside);
        let Some(update) = &case.update else { return advisory.speaks(&on, trace) };
        let update = unknown_builds::joined(&update.0, self.database, advisory);
        match &advisory.statement {
            Statement::Required { .. } => advisory.speaks(&on, trace),
            Statement::Hazard { .. } => {
                advisory.speaks(&on, trace);
                advisory.threatens(&on, &update)
            }
            Statement::KnownBad { .. } | Statement::Prerequisite { .. } | Statement::Procedure { .. } => {
                trace.all_of(&[&|trace| advisory.names(&update, &on, trace), &|trace| advisory.speaks(&on, trace)])
            }
        }
    }

    /// The first moment at which all that an advisory names was there: its own last change, the updates' releases, and the
    /// days from which its conditions count.
    pub fn usual_moment(&self, advisory: &Advisory) -> Timestamp {
        let (mut named, mut days) = (advisory.fixes().collect::<Vec<_>>(), vec![advisory.last_change()]);
        for (_, root) in deciding(advisory) {
            root.names(&mut |name| match name {
                Name::Update(update) => named.push(update),
                Name::Since(day) => days.push(day),
                _ => {}
            });
        }
        let released = named.into_iter().filter_map(|update| self.catalogue.update(update)?.released);
        start_of(released.map(Released::last).chain(days).max().unwrap_or(advisory.published))
    }

    /// What an advisory says about one of its cases, in the words of cases.
    pub fn outcome(&self, advisory: &Advisory, case: &Case) -> Expect {
        self.judge(advisory, case, &mut Trace::silent()).into()
    }

    /// What an advisory says about one of its cases, with the facts that it read and missed.
    pub fn explained(&self, advisory: &Advisory, case: &Case) -> (Expect, Vec<Evidence>, Vec<Fact>) {
        let mut trace = Trace::listening();
        let outcome = self.judge(advisory, case, &mut trace).into();
        let (evidence, missing) = trace.finish();
        (outcome, evidence, missing)
    }

    /// The updates that bring a version of a product that fits, by id.
    pub fn bringing(&self, product: &ProductId, fits: impl Fn(&Version) -> bool) -> BTreeSet<&UpdateId> {
        let brought = self.brought.get(product).into_iter().flatten();
        brought.filter(|(version, _)| fits(version)).map(|(_, update)| *update).collect()
    }

    /// The known versions of a product that no known update brings: there from the start.
    pub fn unbrought(&self, product: &ProductId) -> impl Iterator<Item = &Version> {
        let brought: HashSet<&str> =
            self.brought.get(product).into_iter().flatten().map(|(version, _)| version.as_str()).collect();
        self.builds(product).iter().filter(move |version| !brought.contains(version.as_str()))
    }
}

/// For each product the versions that updates bring.
fn brought(database: &Database) -> BTreeMap<&ProductId, Vec<(&Version, &UpdateId)>> {
    let mut brought: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (update, knowledge) in database.updates() {
        for brings in &knowledge.brings {
            brought.entry(&brings.product).or_default().push((&brings.version, update));
        }
    }
    brought
}

/// Every version of a build or an update, by product, in order.
fn builds(database: &Database, catalogue: &Catalogue) -> BTreeMap<ProductId, Vec<Version>> {
    let mut builds: BTreeMap<ProductId, Vec<Version>> = BTreeMap::new();
    for product in database.products().values() {
        let versions = product.builds.iter().filter_map(|build| build.version.clone());
        builds.entry(product.id.clone()).or_default().extend(versions);
    }
    for brings in database.updates().values().flat_map(|knowledge| &knowledge.brings) {
        builds.entry(brings.product.clone()).or_default().push(brings.version.clone());
    }
    for (product, versions) in &mut builds {
        order(versions, catalogue.rules(product).scheme);
    }
    builds
}

/// Sorts versions, each once.
fn order(versions: &mut Vec<Version>, scheme: VersionScheme) {
    let by_number = |one: &Version, two: &Version| {
        one.compare(two, scheme).unwrap_or(Ordering::Equal).then_with(|| one.as_str().cmp(two.as_str()))
    };
    versions.sort_by(by_number);
    versions.dedup_by(|one, two| one.compare(two, scheme) == Some(Ordering::Equal));
}

/// The conditions that an advisory writes, with those inside them, and where they stand.
pub fn conditions(advisory: &Advisory) -> Vec<(KeyPath, &Condition)> {
    let mut found = Vec::new();
    for (path, condition) in roots(advisory) {
        walk(condition, &path, &mut |path, condition| found.push((path, condition)));
    }
    found
}

/// What the conditions that an advisory writes name, and where.
pub fn names(advisory: &Advisory) -> Vec<(KeyPath, Name<'_>)> {
    let mut found = Vec::new();
    for (path, condition) in conditions(advisory) {
        let path = path.then(condition.key());
        condition.kind().names(&mut |inside, name| found.push((path.joined(&inside), name)));
    }
    found
}

/// The conditions that decide whether an advisory speaks, and where they stand.
pub fn deciding(advisory: &Advisory) -> impl Iterator<Item = (KeyPath, &Condition)> {
    let parts = [("when", advisory.when.as_ref()), ("requires", advisory.requires())];
    parts.into_iter().filter_map(|(key, condition)| Some((KeyPath::key(key), condition?)))
}

/// Visits a condition and those inside it, with their paths.
pub fn walk<'a>(condition: &'a Condition, path: &KeyPath, visit: &mut dyn FnMut(KeyPath, &'a Condition)) {
    visit(path.clone(), condition);
    let inside = path.then(condition.key());
    match condition.parts() {
        Parts::Not(part) => walk(part, &inside, visit),
        parts => parts.iter().enumerate().for_each(|(index, part)| walk(part, &inside.then(index), visit)),
    }
}

/// The version ranges that an advisory writes: where, of which product.
pub fn ranges(advisory: &Advisory) -> Vec<(KeyPath, &ProductId, &Versions)> {
    let mut ranges = Vec::new();
    for (index, affects) in advisory.affects.iter().enumerate() {
        ranges.push((KeyPath::key("affects").then(index).then("versions"), &affects.product, &affects.versions));
    }
    for (index, builds) in advisory.builds().iter().enumerate() {
        ranges.push((KeyPath::key("builds").then(index).then("versions"), &builds.product, &builds.versions));
    }
    for (path, name) in names(advisory) {
        if let Name::Versions(product, versions) = name {
            ranges.push((path, product, versions));
        }
    }
    ranges
}

fn roots(advisory: &Advisory) -> Vec<(KeyPath, &Condition)> {
    let mut roots: Vec<_> = deciding(advisory).collect();
    let steps = advisory.steps();
    let lists = [
        (KeyPath::key("remedy"), advisory.remedy.as_slice()),
        (KeyPath::key("steps").then("before"), steps.map(|steps| steps.before.as_slice()).unwrap_or_default()),
        (KeyPath::key("steps").then("after"), steps.map(|steps| steps.after.as_slice()).unwrap_or_default()),
    ];
    for (path, steps) in lists {
        for (index, step) in steps.iter().enumerate() {
            roots.extend(step.verify.as_ref().map(|verify| (path.then(index).then("verify"), verify)));
        }
    }
    roots
}

/// What an advisory counts of the other servers of a case.
fn neighbours(advisory: &Advisory, server: &Server, others: &[Hypothesis<'_>]) -> Neighbours {
    let mut counted = Vec::new();
    let mut visit = |condition: &Condition| {
        let Condition::Others(question) = condition else { return };
        let seen = others.iter().filter(|other| question.counts(server, other.server()));
        let answers: Vec<Truth> = seen.map(|other| question.matching().test(other, &mut Trace::silent())).collect();
        let number = |is: fn(Truth) -> bool| answers.iter().filter(|answer| is(**answer)).count() as u64;
        let number = Number { certain: number(Truth::is_true), possible: number(Truth::is_possible) };
        counted.push((question.question().clone(), Counted { least: number, most: number }));
    };
    advisory.when.iter().chain(advisory.requires()).for_each(|condition| condition.visit(&mut visit));
    Neighbours { is_complete: true, counted }
}
