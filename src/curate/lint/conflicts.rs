//! Which advisories speak against an update, and on which servers: what the rules on ways out share.

use std::collections::{BTreeSet, HashMap};

use super::satisfiable::{Formula, Solver};
use crate::advisory::{Advisory, Confidence, Kind, Status};
use crate::condition::claim::Claim;
use crate::condition::{Condition, Parts};
use crate::curate::corpus::Corpus;
use crate::model::id::{ProductId, UpdateId};
use crate::model::version::Version;

/// The advisories that block updates: known-bad, active and confirmed; found by update and by product.
#[derive(Debug)]
pub struct Bad<'a> {
    corpus: &'a Corpus<'a>,
    by_update: HashMap<&'a UpdateId, Vec<&'a Advisory>>,
    by_product: HashMap<&'a ProductId, Vec<&'a Advisory>>,
}

impl<'a> Bad<'a> {
    /// Indexes the advisories of a database.
    pub fn new(corpus: &'a Corpus<'a>) -> Self {
        let (mut by_update, mut by_product): (HashMap<_, Vec<_>>, HashMap<_, Vec<_>>) =
            (HashMap::new(), HashMap::new());
        for advisory in corpus.database.advisories().iter().filter(|one| is_blocking(one)) {
            // Of an update that was bad in an early release only, there is a good one.
            let whole =
                advisory.updates().iter().filter(|one| one.released_before.is_none() && one.revision_below.is_none());
            whole.for_each(|one| by_update.entry(&one.id).or_default().push(advisory));
            advisory.builds().iter().for_each(|one| by_product.entry(&one.product).or_default().push(advisory));
        }
        Self { corpus, by_update, by_product }
    }

    /// The advisories that name an update, by its id or by a build that it brings.
    pub fn naming(&self, update: &UpdateId) -> Vec<&'a Advisory> {
        let database = self.corpus.database;
        let products = database.updates().get(update).map(|known| known.products.as_slice()).unwrap_or_default();
        let of_product = products.iter().flat_map(|product| self.by_product.get(product).into_iter().flatten());
        let by_build = of_product.filter(|advisory| database.is_among_builds(update, advisory));
        self.by_update.get(update).into_iter().flatten().chain(by_build).copied().collect()
    }

    /// The first advisory that speaks against an update on servers that another one concerns.
    pub fn against(&self, update: &UpdateId, on_servers_of: &Advisory) -> Option<&'a Advisory> {
        let mut naming = self.naming(update).into_iter().filter(|bad| bad.id != on_servers_of.id);
        naming.find(|bad| share_servers(self.corpus, bad, on_servers_of))
    }

    /// The same of a fix, which an advisory may speak against itself.
    pub fn against_fix(&self, fix: &UpdateId, advisory: &Advisory) -> Option<&'a Advisory> {
        let itself = || self.naming(fix).into_iter().find(|bad| bad.id == advisory.id);
        self.against(fix, advisory).or_else(itself)
    }
}

fn is_blocking(advisory: &Advisory) -> bool {
    advisory.kind() == Kind::KnownBad
        && advisory.status == Status::Active
        && advisory.confidence == Confidence::Confirmed
}

/// Whether a bad update is bad on servers that another advisory concerns, whatever their configuration.
fn share_servers(corpus: &Corpus<'_>, bad: &Advisory, other: &Advisory) -> bool {
    let products =
        |advisory: &Advisory| advisory.affects.iter().map(|one| one.product.clone()).collect::<BTreeSet<_>>();
    let (one, two) = (products(bad), products(other));
    if !one.is_empty() && !two.is_empty() && one.is_disjoint(&two) {
        return false;
    }
    // That somebody might give one server two roles does not make their servers the same.
    let mut solver = Solver::of_one_role(corpus);
    if may_spare(&mut solver, bad, other) {
        return false;
    }
    let both = Formula::All(vec![solver.scope(bad), solver.scope(other)]);
    solver.outcomes(&both).is_some_and(|(holds, _)| holds)
}

/// Whether a bad update may go on some of the servers that another advisory concerns.
fn may_spare<'a>(solver: &mut Solver<'a>, bad: &'a Advisory, other: &'a Advisory) -> bool {
    // Where nothing says what to do, servers on which the condition holds are enough.
    let says_what_to_do = !bad.remedy.is_empty() || bad.fixes().next().is_some();
    let Some(when) = bad.when.as_ref().filter(|_| says_what_to_do) else { return false };
    // A condition of its own leaves servers on which the update may go, unless the other's implies it.
    let spared = vec![solver.scope(other), solver.affected(bad), Formula::Not(Box::new(solver.condition(when)))];
    solver.outcomes(&Formula::All(spared)).is_none_or(|(holds, _)| holds)
}

/// What has to be installed before a condition holds: for each need the updates of which one is enough.
///
/// Needs that something other than an update can meet are left out.
pub fn needs(corpus: &Corpus<'_>, condition: &Condition) -> Vec<BTreeSet<UpdateId>> {
    match (condition.parts(), condition.claim()) {
        (Parts::All(parts), _) => parts.iter().flat_map(|part| needs(corpus, part)).collect(),
        (Parts::Any(parts), _) => alternatives(parts.iter().map(|part| needs(corpus, part))).into_iter().collect(),
        // Who requires an update by name, and not what supersedes it, has to be told when it is bad.
        (_, Claim::Update(update)) => vec![BTreeSet::from([update.clone()])],
        (_, Claim::Product(product, versions)) if !versions.is_every() => {
            let fits = |version: &Version| corpus.contains(product, versions, version);
            let bringing: BTreeSet<UpdateId> = corpus.bringing(product, fits).into_iter().cloned().collect();
            Some(bringing).filter(|bringing| !bringing.is_empty()).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// The updates of which one is enough for one of several alternatives.
fn alternatives(mut parts: impl Iterator<Item = Vec<BTreeSet<UpdateId>>>) -> Option<BTreeSet<UpdateId>> {
    parts.try_fold(BTreeSet::new(), |mut all, part| {
        all.extend(one_of(part)?);
        Some(all)
    })
}

/// An alternative that is exactly one need; others are met in more ways than can be listed.
fn one_of(needs: Vec<BTreeSet<UpdateId>>) -> Option<BTreeSet<UpdateId>> {
    match <[BTreeSet<UpdateId>; 1]>::try_from(needs) {
        Ok([only]) => Some(only),
        Err(_) => None,
    }
}
