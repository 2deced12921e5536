//! Pending updates joined with the advisories that may speak about them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hashbrown::{HashMap, HashSet};

use super::first_rings::FirstRings;
use super::merge;
use super::reach::Readers;
use crate::advisory::{Advisory, Kind};
use crate::model::catalogue::{Catalogue, Knowledge, UpdateKnowledge};
use crate::model::id::{AdvisoryId, ProductId, UpdateId};
use crate::model::pending::{PendingUpdate, Restart};
use crate::model::table::{Table, places};
use crate::model::time::Day;

places! {
    /// The place of a pending update among all of a question.
    CandidateId;
}

/// A pending update and the advisories that speak about it.
#[derive(Clone, Debug)]
pub struct Candidate<'a> {
    /// The update, with what the database fills in.
    pub update: PendingUpdate,
    /// The products that it updates; empty when not known.
    pub products: Vec<ProductId>,
    /// The id in the system that it came from.
    pub source_id: Option<Arc<str>>,
    /// The advisories that may speak about it.
    pub advisories: Vec<&'a Advisory>,
    /// The advisories of which its installation may change the outcome.
    pub concerns: HashSet<AdvisoryId>,
    /// The exploited holes that it closes: itself, or updates that it supersedes.
    pub exploited: Vec<UpdateId>,
    /// The candidates that replace it.
    pub superseded_by: Vec<CandidateId>,
    /// The first of the rings whose servers can tell how it does.
    pub first_rings: FirstRings,
}

impl Candidate<'_> {
    /// Whether neither its products are known nor anybody whom it is offered to.
    pub fn is_of_nothing(&self) -> bool {
        self.products.is_empty() && self.update.offered_to.is_none()
    }

    /// Whether it may restart the server.
    pub fn may_restart(&self) -> bool {
        self.update.restart != Some(Restart::Never)
    }
}

/// The pending updates, by id, each with the advisories that name it or a build that it brings.
pub fn candidates<'a>(
    updates: BTreeMap<UpdateId, PendingUpdate>,
    mut exploited: HashMap<UpdateId, Vec<UpdateId>>,
    in_force: &[&'a Advisory],
    pending: &[PendingUpdate],
    catalogue: &Catalogue,
) -> Table<CandidateId, Candidate<'a>> {
    let sources: HashMap<&UpdateId, &PendingUpdate> = pending.iter().map(|update| (&update.id, update)).collect();
    let about = AboutUpdates::of(in_force);
    let readers = Readers::of(in_force, catalogue);
    let ids: Table<CandidateId, UpdateId> = updates.keys().cloned().collect();
    let mut candidate = |(id, update): (UpdateId, PendingUpdate)| {
        let products = merge::products(&update);
        let source_id = sources.get(&id).and_then(|update| update.source_id.as_deref()).map(Arc::from);
        let newer = ids.iter().filter(|(_, newer)| catalogue.supersedes(newer, &id));
        let superseded_by = newer.map(|(place, _)| place).collect();
        let raised: Vec<&ProductId> = catalogue.update(&id).into_iter().flat_map(UpdateKnowledge::raised).collect();
        let concerns = readers.concerned_by(&update, &raised).into_iter().cloned().collect();
        let advisories = about.find(&id, products.iter().chain(raised));
        let exploited = exploited.remove(&id).unwrap_or_default();
        let first_rings = FirstRings::default();
        Candidate { advisories, concerns, exploited, products, source_id, superseded_by, first_rings, update }
    };
    updates.into_iter().map(&mut candidate).collect()
}

/// The exploited holes that each update closes: itself, or updates that it supersedes, however far back.
pub fn exploited(
    updates: &BTreeMap<UpdateId, PendingUpdate>,
    [known, pending]: [&Knowledge; 2],
    today: Day,
) -> HashMap<UpdateId, Vec<UpdateId>> {
    let is_exploited = |id: &UpdateId| {
        let by_file = updates.get(id).and_then(|update| update.exploited);
        let since = known.updates().get(id).and_then(|known| known.exploited_since);
        by_file == Some(true) || since.is_some_and(|since| since <= today)
    };
    let of = |id: &UpdateId| {
        let (mut found, mut open) = (BTreeSet::from([id.clone()]), vec![id.clone()]);
        while let Some(one) = open.pop() {
            let by_file = updates.get(&one).and_then(|update| update.supersedes.as_ref());
            let older = by_file.or_else(|| known.updates().get(&one).map(|known| &known.supersedes));
            let contained = [known, pending].map(|told| told.contained(&one));
            let older = older.into_iter().flatten().chain(contained.into_iter().flatten());
            open.extend(older.filter(|older| found.insert((*older).clone())).cloned());
        }
        found.into_iter().filter(is_exploited).collect::<Vec<_>>()
    };
    let all = updates.keys().map(|id| (id.clone(), of(id)));
    all.filter(|(_, holes)| !holes.is_empty()).collect()
}

/// The advisories about updates, by what they name.
struct AboutUpdates<'a> {
    by_update: HashMap<&'a UpdateId, Vec<&'a Advisory>>,
    by_product: HashMap<&'a ProductId, Vec<&'a Advisory>>,
}

impl<'a> AboutUpdates<'a> {
    fn of(in_force: &[&'a Advisory]) -> Self {
        let mut about = Self { by_update: HashMap::new(), by_product: HashMap::new() };
        let about_updates = in_force.iter().filter(|one| !matches!(one.kind(), Kind::Hazard | Kind::Required));
        for advisory in about_updates {
            for selector in advisory.updates() {
                about.by_update.entry(&selector.id).or_default().push(advisory);
            }
            let builds = advisory.builds().iter().map(|selector| &selector.product);
            for product in builds.chain(advisory.kinds().iter().map(|selector| &selector.product)) {
                about.by_product.entry(product).or_default().push(advisory);
            }
        }
        about
    }

    /// Those that name an update, or a build of one of these products.
    fn find<'p>(&self, id: &UpdateId, products: impl Iterator<Item = &'p ProductId>) -> Vec<&'a Advisory> {
        let by_product = products.filter_map(|product| self.by_product.get(product));
        let mut found: Vec<&Advisory> =
            self.by_update.get(id).into_iter().chain(by_product).flatten().copied().collect();
        found.sort_by(|one, two| one.id.cmp(&two.id));
        found.dedup_by(|one, two| one.id == two.id);
        found
    }
}

/// The candidates by some of their words.
pub fn index<K: std::hash::Hash + Eq>(
    candidates: &Table<CandidateId, Candidate<'_>>,
    words: impl Fn(&Candidate<'_>) -> Vec<K>,
) -> HashMap<K, Vec<CandidateId>> {
    let mut index: HashMap<K, Vec<CandidateId>> = HashMap::new();
    for (place, candidate) in candidates.iter() {
        for word in words(candidate) {
            index.entry(word).or_default().push(place);
        }
    }
    index
}
