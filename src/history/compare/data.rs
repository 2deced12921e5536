//! What changed in the data itself: advisories, products and their builds, update rows, settings.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Map, Value};

use super::entries;
use crate::advisory::{Advisory, Status};
use crate::database::Database;
use crate::document::difference::{DataChange, DataKind, KeyChange, Silent, Turn};
use crate::evaluate::Question;
use crate::model::id::{AdvisoryId, ProductId, UpdateId};
use crate::model::product::Product;
use crate::model::time::Day;

/// An entry that differs, and what its difference may reach.
#[derive(Clone, Debug)]
pub struct Item {
    /// The difference.
    pub change: DataChange,
    /// The updates whose knowledge differs by it.
    pub updates: BTreeSet<UpdateId>,
    /// The products whose versions or roles are ordered otherwise by it.
    pub products: BTreeSet<ProductId>,
    /// What of an advisory differs.
    pub reach: Reach,
}

/// What the difference of an advisory may reach.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reach {
    /// Verdicts.
    pub verdicts: bool,
    /// The ways out of a block.
    pub ways_out: bool,
    /// The age of the database.
    pub age: bool,
}

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
    by_name(items)
}

/// Sorted, and each name once: tables may have several rows about the same, which then differ as one.
fn by_name(items: Vec<Item>) -> Vec<Item> {
    let mut named: BTreeMap<(DataKind, String), Item> = BTreeMap::new();
    for item in items {
        match named.entry((item.change.kind, item.change.id.clone())) {
            Entry::Vacant(place) => drop(place.insert(item)),
            Entry::Occupied(mut place) => place.get_mut().join(item),
        }
    }
    named.into_values().collect()
}

impl Item {
    /// A difference that reaches nothing yet.
    pub fn of(change: DataChange) -> Self {
        Self { change, updates: BTreeSet::new(), products: BTreeSet::new(), reach: Reach::default() }
    }

    fn join(&mut self, other: Self) {
        if self.change.change != other.change.change {
            self.change.change = Turn::Changed;
        }
        self.change.keys.extend(other.change.keys);
        self.change.keys.sort();
        self.change.keys.dedup();
        self.updates.extend(other.updates);
        self.products.extend(other.products);
    }
}

/// What is under each key of one of two maps or of both.
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
    let [old, new] = [old, new].map(|one| one.map(|one| (one, one.clone().split())));
    let (Some((old, old_parts)), Some((new, new_parts))) = (old, new) else {
        return Reach { verdicts: true, ways_out: true, age: true };
    };
    let verdicts = keys(&old_parts.verdict) != keys(&new_parts.verdict);
    Reach {
        verdicts,
        ways_out: verdicts || old_parts.shown.remedy != new_parts.shown.remedy,
        age: (old.published, old.updated) != (new.published, new.updated),
    }
}

fn by_id(database: &Database) -> BTreeMap<&AdvisoryId, &Advisory> {
    database.advisories().iter().map(|one| (&one.id, one)).collect()
}

fn silence(advisory: &Advisory) -> Silent {
    match advisory.status {
        Status::Draft => Silent::Draft,
        Status::Withdrawn => Silent::Withdrawn,
        Status::Active => Silent::Later,
    }
}

fn products(old: &Database, new: &Database) -> Vec<Item> {
    let products = two_sided(old.products(), new.products()).filter_map(|(id, old, new)| {
        // Builds are entries of their own, but for those of a product that comes or goes as a whole.
        let [bare_old, bare_new] = [old, new].map(|one| one.map(|one| Product { builds: Vec::new(), ..one.clone() }));
        let mut item = item(DataKind::Product, id.as_str(), bare_old.as_ref(), bare_new.as_ref())?;
        item.change.title = new.or(old).map(|one| one.name.clone());
        let is_whole = item.change.change != Turn::Changed;
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
    let change = turn(old.is_some(), new.is_some());
    let is_same = change == Turn::Changed && keys.is_empty();
    let change = DataChange { id: id.to_owned(), keys, ..blank(kind, change) };
    (!is_same).then(|| Item::of(change))
}

/// What happened to something that is, or is not, on each side.
pub fn turn(is_old: bool, is_new: bool) -> Turn {
    match (is_old, is_new) {
        (false, _) => Turn::Added,
        (_, false) => Turn::Removed,
        _ => Turn::Changed,
    }
}

/// A difference of which only the kind is known.
pub fn blank(kind: DataKind, change: Turn) -> DataChange {
    DataChange {
        kind,
        id: String::new(),
        change,
        title: None,
        product: None,
        update: None,
        keys: Vec::new(),
        silent: None,
        verdicts: 0,
        beside: 0,
    }
}

/// An entry's top-level keys.
pub fn keys<T: Serialize>(entry: &T) -> Map<String, Value> {
    match serde_json::to_value(entry) {
        Ok(Value::Object(keys)) => keys,
        _ => Map::new(),
    }
}

/// The top-level keys that differ.
pub fn key_changes(old: &Map<String, Value>, new: &Map<String, Value>) -> Vec<KeyChange> {
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let differing = names.into_iter().filter(|name| old.get(*name) != new.get(*name));
    let told = |name: &String| KeyChange {
        key: name.clone(),
        old: old.get(name).and_then(word),
        new: new.get(name).and_then(word),
    };
    differing.map(told).collect()
}

/// The longest value that is told; longer ones are texts, which are read where they are written.
const LONGEST: usize = 40;

fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()).filter(|text| text.chars().count() <= LONGEST),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}
