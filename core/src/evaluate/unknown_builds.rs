//! What pending updates may bring of which nobody knows the build: told to each of them from the builds that are known.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::merge;
use crate::advisory::Advisory;
use crate::advisory::asked::{asked, products_read};
use crate::database::Database;
use crate::model::id::{ProductId, UpdateId};
use crate::model::pending::{Classification, PendingUpdate};
use crate::model::product::Product;
use crate::model::unknown_build::{Hints, KnownBuild, MayBring, UnknownBuild, each_once};
use crate::model::update_kind::UpdateKind;
use crate::model::version::Version;

/// Classes that bring no build of a product.
const WITHOUT_BUILD: [Classification; 3] = [Classification::Definition, Classification::Driver, Classification::Tool];

/// Classes that may take a server to another branch of a product.
const LEAVING: [Classification; 3] =
    [Classification::Upgrade, Classification::FeaturePack, Classification::ServicePack];

/// Tells the updates of unknown build what they may bring. One of unknown products may be for any that an advisory reads, or
/// whose version proves an update that it asks about.
pub fn learn(updates: &mut BTreeMap<UpdateId, PendingUpdate>, database: &Database, advisories: &[&Advisory]) {
    let open: Vec<&PendingUpdate> = updates.values().filter(|update| is_unknown(update)).collect();
    if open.is_empty() {
        return;
    }
    let mut read = products_read(advisories);
    if open.iter().any(|update| merge::products(update).is_empty()) {
        read.extend(products_proving(advisories, database));
    }
    let named: Vec<ProductId> = open.into_iter().flat_map(merge::products).collect();
    let products = named.iter().chain(read.iter().copied()).collect();
    let builds = known_builds(database, &products);
    for update in updates.values_mut().filter(|update| is_unknown(update)) {
        let own = merge::products(update);
        let (products, is_for_any) = match own.is_empty() {
            true => (read.iter().copied().collect(), true),
            false => (own.iter().collect::<Vec<_>>(), false),
        };
        let may_bring = |product| may_bring(update, product, &builds, database);
        let unknown = UnknownBuild { products: products.into_iter().map(may_bring).collect(), is_for_any };
        update.unknown_build = Some(Arc::new(unknown));
    }
}

/// The products whose versions prove updates that advisories ask about.
fn products_proving<'d>(advisories: &[&Advisory], database: &'d Database) -> BTreeSet<&'d ProductId> {
    let asked = asked(std::iter::empty(), advisories);
    let knowledge = database.knowledge();
    let ids: BTreeSet<&UpdateId> =
        asked.iter().flat_map(|id| knowledge.newer(id).into_iter().chain(std::iter::once(id))).collect();
    let proofs = ids.into_iter().filter_map(|id| knowledge.updates().get(id)).flat_map(|known| &known.proves);
    proofs.map(|proof| &proof.product).collect()
}

/// One update with what is known of it, as one advisory may read it.
pub fn joined(update: &PendingUpdate, database: &Database, advisory: &Advisory) -> PendingUpdate {
    let update = merge::joined(update, database, &mut Vec::new());
    let id = update.id.clone();
    let mut updates = BTreeMap::from([(id.clone(), update)]);
    learn(&mut updates, database, &[advisory]);
    updates.remove(&id).unwrap_or_else(|| PendingUpdate::of(id))
}

/// Whether neither pending file nor database say what an update brings, and it brings something.
pub fn is_unknown(update: &PendingUpdate) -> bool {
    let classes = update.classifications().unwrap_or_default();
    let is_without = classes.iter().any(|class| WITHOUT_BUILD.contains(class))
        || update.kinds.iter().flatten().any(|kind| *kind == UpdateKind::ServicingStack);
    update.brings.is_none() && !is_without
}

type Builds<'p> = BTreeMap<&'p ProductId, Vec<KnownBuild>>;

fn known_builds<'p>(database: &Database, products: &BTreeSet<&'p ProductId>) -> Builds<'p> {
    let scheme = |product| database.products().get(product).map(|one: &Product| one.version_scheme).unwrap_or_default();
    let known = database.known_builds(products);
    known.into_iter().map(|(product, builds)| (product, each_once(builds, scheme(product)))).collect()
}

fn may_bring(update: &PendingUpdate, id: &ProductId, builds: &Builds<'_>, database: &Database) -> MayBring {
    let product = database.products().get(id);
    let older = update.supersedes.iter().flatten().filter_map(|older| database.updates().get(older));
    let brought = older.flat_map(|older| &older.brings).filter(|brings| brings.product == *id);
    let supersedes: Vec<&Version> = brought.map(|brings| &brings.version).collect();
    let newer = database.knowledge().newer(&update.id).into_iter().filter_map(|newer| database.updates().get(newer));
    let brought = newer.flat_map(|newer| &newer.brings).filter(|brings| brings.product == *id);
    let superseded_by: Vec<&Version> = brought.map(|brings| &brings.version).collect();
    let hints = Hints {
        released: update.released,
        supersedes: &supersedes,
        superseded_by: &superseded_by,
        may_leave: may_leave(update, product),
    };
    let builds = builds.get(id).map(Vec::as_slice).unwrap_or_default();
    let trains = product.and_then(|product| product.trains.as_ref());
    MayBring::new(id, builds, trains, hints, database.rules_of(id))
}

/// Whether an update may take a server to another branch: by its class, or because the product's updates that stay in theirs
/// are of kinds of which it is none.
fn may_leave(update: &PendingUpdate, product: Option<&Product>) -> bool {
    let is_leaving = update.classifications().iter().flatten().any(|class| LEAVING.contains(class));
    let stays_by_kind = |product: &Product| product.for_branch.is_empty() || update.has_kind_of(&product.for_branch);
    is_leaving || !product.is_none_or(stays_by_kind)
}
