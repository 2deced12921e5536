//! What changed in the data itself: advisories, products and their builds, update rows, settings, coverage.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::entries;
use super::item::{Item, Reach, blank, change_kind, key_changes, keys};
use crate::advisory::{Advisory, Status};
use crate::database::Database;
use crate::document::difference::{ChangeKind, DataChange, DataKind, Silent};
use crate::evaluate::Question;
use crate::model::id::AdvisoryId;
use crate::model::product::Product;
use crate::model::time::Day;

/// All entries that differ, by kind and id.
pub fn differences(old: &Question<'_>, new: &Question<'_>) -> Vec<Item> {
    let (before, after) = (old.database, new.database);
    let mut items = advisories(old, new);
    items.extend(products(before, after));
    items.extend(entries::differences(DataKind::Build, builds(before, after), builds(after, before)));
    let rows = |database: &Database| database.rows().iter().map(entries::Entry::row).collect();
    items.extend(entries::differences(DataKind::Row, rows(before), rows(after)));
    let settings = two_sided(before.settings(), after.settings());
    items.extend(settings.filter_map(|(name, old, new)| item(DataKind::Setting, name, old, new)));
    let curated = two_sided(before.curated(), after.curated());
    items.extend(curated.filter_map(|(family, old, new)| item(DataKind::Coverage, family, old, new)));
    by_name(items)
}

/// Sorted, each name once: tables may have several rows about the same thing, which then differ as one.
fn by_name(items: Vec<Item>) -> Vec<Item> {
    let mut named: BTreeMap<(DataKind, String), Item> = BTreeMap::new();
    for item in items {
        match named.entry((item.change.kind, item.change.id.clone())) {
            Entry::Vacant(vacant) => drop(vacant.insert(item)),
            Entry::Occupied(mut occupied) => occupied.get_mut().join(item),
        }
    }
    named.into_values().collect()
}

/// Each key of two maps, with what is under it on either side.
fn two_sided<'a, K: Ord, V>(
    old: &'a BTreeMap<K, V>,
    new: &'a BTreeMap<K, V>,
) -> impl Iterator<Item = (&'a K, Option<&'a V>, Option<&'a V>)> {
    let keys: BTreeSet<&K> = old.keys().chain(new.keys()).collect();
    keys.into_iter().map(|key| (key, old.get(key), new.get(key)))
}

fn advisories(old: &Question<'_>, new: &Question<'_>) -> Vec<Item> {
    let (before, after) = (by_id(old.database), by_id(new.database));
    let advisories = two_sided(&before, &after).filter_map(|(id, old, new_one)| {
        let mut item = item(DataKind::Advisory, id.as_str(), old, new_one)?;
        item.change.title = new_one.or(old).map(|one| one.title.to_string());
        let sides: Vec<&Advisory> = [old, new_one].into_iter().flatten().copied().collect();
        let is_silent = sides.iter().all(|one| !one.is_in_force(Day::of(new.at), new.hindsight));
        item.change.silent = sides.last().filter(|_| is_silent).map(|one| silence(one));
        item.reach = reach(old.copied(), new_one.copied());
        Some(item)
    });
    advisories.collect()
}

/// An advisory that comes or goes reaches everything.
fn reach(old: Option<&Advisory>, new: Option<&Advisory>) -> Reach {
    let [old, new] = [old, new].map(|one| one.map(|one| one.clone().split()));
    let (Some(old_parts), Some(new_parts)) = (old, new) else {
        return Reach { verdicts: true, ways_out: true };
    };
    let verdicts = keys(&old_parts.verdict) != keys(&new_parts.verdict);
    Reach { verdicts, ways_out: verdicts || old_parts.shown.remedy != new_parts.shown.remedy }
}

fn by_id(database: &Database) -> BTreeMap<&AdvisoryId, &Advisory> {
    database.advisories().iter().map(|one| (&one.id, one)).collect()
}

fn silence(advisory: &Advisory) -> Silent {
    match advisory.status {
        Status::Draft => Silent::Draft,
        Status::Trial => Silent::Trial,
        Status::Withdrawn => Silent::Withdrawn,
        Status::Active => Silent::Later,
    }
}

fn products(old: &Database, new: &Database) -> Vec<Item> {
    let products = two_sided(old.products(), new.products()).filter_map(|(id, old, new)| {
        // Builds are entries of their own, except those of a product that is added or removed as a whole.
        let [bare_old, bare_new] = [old, new].map(|one| one.map(|one| Product { builds: Vec::new(), ..one.clone() }));
        let mut item = item(DataKind::Product, id.as_str(), bare_old.as_ref(), bare_new.as_ref())?;
        item.change.title = new.or(old).map(|one| one.name.clone());
        let is_whole = item.change.change != ChangeKind::Changed;
        if is_whole {
            let builds = [old, new].into_iter().flatten().flat_map(|one| &one.builds);
            item.updates = builds.flat_map(|build| build.update.iter().chain(&build.supersedes)).cloned().collect();
        }
        let [ordered_old, ordered_new] = [old, new].map(|one| one.map(|one| keys(&one.for_decisions())));
        if ordered_old != ordered_new {
            item.products.insert(id.clone());
        }
        Some(item)
    });
    products.collect()
}

/// The builds of the products that the other side knows too.
fn builds(database: &Database, other: &Database) -> Vec<entries::Entry> {
    let common = database.products().values().filter(|product| other.products().contains_key(&product.id));
    common.flat_map(|product| product.builds.iter().map(|build| entries::Entry::build(product, build))).collect()
}

fn item<T: Serialize>(kind: DataKind, id: &str, old: Option<&T>, new: Option<&T>) -> Option<Item> {
    let keys = match (old, new) {
        (Some(old), Some(new)) => key_changes(&keys(old), &keys(new)),
        _ => Vec::new(),
    };
    let change = change_kind(old.is_some(), new.is_some());
    let is_same = change == ChangeKind::Changed && keys.is_empty();
    let change = DataChange { id: id.to_owned(), keys, ..blank(kind, change) };
    (!is_same).then(|| Item::of(change))
}
