//! Pending updates joined with the advisories that may speak about them.

use std::collections::BTreeMap;
use std::sync::Arc;

use hashbrown::HashMap;

use super::merge;
use crate::advisory::{Advisory, Kind};
use crate::model::catalogue::Catalogue;
use crate::model::id::{ProductId, UpdateId};
use crate::model::pending::PendingUpdate;

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
    /// The places of the candidates that replace it.
    pub superseded_by: Vec<usize>,
}

/// The pending updates, by id, each with the advisories that name it or a build that it brings.
pub fn candidates<'a>(
    updates: BTreeMap<UpdateId, PendingUpdate>,
    in_force: &[&'a Advisory],
    pending: &[PendingUpdate],
    catalogue: &Catalogue,
) -> Vec<Candidate<'a>> {
    let sources: HashMap<&UpdateId, &PendingUpdate> = pending.iter().map(|update| (&update.id, update)).collect();
    let about_updates = in_force.iter().copied().filter(|one| !matches!(one.kind(), Kind::Hazard | Kind::Required));
    let mut by_update: HashMap<&UpdateId, Vec<&'a Advisory>> = HashMap::new();
    let mut by_product: HashMap<&ProductId, Vec<&'a Advisory>> = HashMap::new();
    for advisory in about_updates {
        for selector in advisory.updates() {
            by_update.entry(&selector.id).or_default().push(advisory);
        }
        for selector in advisory.builds() {
            by_product.entry(&selector.product).or_default().push(advisory);
        }
    }
    let ids: Vec<UpdateId> = updates.keys().cloned().collect();
    let with_advisories = updates.into_iter().map(|(id, update)| {
        let mut advisories = by_update.get(&id).cloned().unwrap_or_default();
        let products = merge::products(&update);
        advisories.extend(products.iter().flat_map(|product| by_product.get(product).into_iter().flatten()));
        advisories.sort_by(|one, two| one.id.cmp(&two.id));
        advisories.dedup_by(|one, two| one.id == two.id);
        let source_id = sources.get(&id).and_then(|update| update.source_id.as_deref()).map(Arc::from);
        let newer = ids.iter().enumerate().filter(|(_, newer)| catalogue.supersedes(newer, &id));
        let superseded_by = newer.map(|(place, _)| place).collect();
        Candidate { products, source_id, advisories, superseded_by, update }
    });
    with_advisories.collect()
}

/// Candidates' places by some of their words.
pub fn index<K: std::hash::Hash + Eq>(
    candidates: &[Candidate<'_>],
    words: impl Fn(&Candidate<'_>) -> Vec<K>,
) -> HashMap<K, Vec<usize>> {
    let mut index: HashMap<K, Vec<usize>> = HashMap::new();
    for (place, candidate) in candidates.iter().enumerate() {
        for word in words(candidate) {
            index.entry(word).or_default().push(place);
        }
    }
    index
}
