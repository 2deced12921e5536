//! Pending updates joined with the advisories that may speak about them.

use std::collections::BTreeMap;
use std::sync::Arc;

use hashbrown::HashMap;

use super::merge;
use crate::advisory::{Advisory, Kind};
use crate::model::catalogue::Catalogue;
use crate::model::id::{ProductId, UpdateId};
use crate::model::pending::{PendingUpdate, Restart};
use crate::model::table::{Table, places};

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
    /// The candidates that replace it.
    pub superseded_by: Vec<CandidateId>,
}

impl Candidate<'_> {
    /// Whether it may restart the server.
    pub fn may_restart(&self) -> bool {
        self.update.restart != Some(Restart::Never)
    }
}

/// The pending updates, by id, each with the advisories that name it or a build that it brings.
pub fn candidates<'a>(
    updates: BTreeMap<UpdateId, PendingUpdate>,
    in_force: &[&'a Advisory],
    pending: &[PendingUpdate],
    catalogue: &Catalogue,
) -> Table<CandidateId, Candidate<'a>> {
    let sources: HashMap<&UpdateId, &PendingUpdate> = pending.iter().map(|update| (&update.id, update)).collect();
    let about = AboutUpdates::of(in_force);
    let ids: Table<CandidateId, UpdateId> = updates.keys().cloned().collect();
    let candidate = |(id, update): (UpdateId, PendingUpdate)| {
        let products = merge::products(&update);
        let source_id = sources.get(&id).and_then(|update| update.source_id.as_deref()).map(Arc::from);
        let newer = ids.iter().filter(|(_, newer)| catalogue.supersedes(newer, &id));
        let superseded_by = newer.map(|(place, _)| place).collect();
        Candidate { advisories: about.find(&id, &products), products, source_id, superseded_by, update }
    };
    updates.into_iter().map(candidate).collect()
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
            for selector in advisory.builds() {
                about.by_product.entry(&selector.product).or_default().push(advisory);
            }
        }
        about
    }

    /// Those that name an update, or a build of one of its products.
    fn find(&self, id: &UpdateId, products: &[ProductId]) -> Vec<&'a Advisory> {
        let by_product = products.iter().filter_map(|product| self.by_product.get(product));
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
