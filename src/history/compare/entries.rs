//! Builds and update rows of two databases: which were added, which removed, and which say something else about the same.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::item::{Item, blank, key_changes, keys};
use crate::database::UpdateRow;
use crate::document::difference::{ChangeKind, DataChange, DataKind};
use crate::model::id::{ProductId, UpdateId};
use crate::model::product::{Build, Product};

/// A build or a row, as far as the comparison is concerned.
#[derive(Clone, Debug)]
pub struct Entry {
    product: ProductId,
    update: Option<UpdateId>,
    version: Option<String>,
    name: Option<String>,
    supersedes: BTreeSet<UpdateId>,
    keys: Map<String, Value>,
}

impl Entry {
    /// A build of a product.
    pub fn build(product: &Product, build: &Build) -> Self {
        Self {
            product: product.id.clone(),
            update: build.update.clone(),
            version: build.version.as_ref().map(ToString::to_string),
            name: build.name.clone(),
            supersedes: build.supersedes.iter().cloned().collect(),
            keys: keys(build),
        }
        .tidied()
    }

    /// A row of a table of updates.
    pub fn row(row: &UpdateRow) -> Self {
        Self {
            product: row.product.clone(),
            update: Some(row.update.clone()),
            version: row.version.as_ref().map(ToString::to_string),
            name: None,
            supersedes: row.supersedes().collect(),
            keys: keys(row),
        }
        .tidied()
    }

    /// The order in which replaced updates are listed means nothing.
    fn tidied(mut self) -> Self {
        let ids: Vec<&str> = self.supersedes.iter().map(UpdateId::as_str).collect();
        self.keys.insert("supersedes".to_owned(), ids.join(" ").into());
        self
    }

    /// What it is called: product, update and version, as far as they are known.
    fn id(&self) -> String {
        let update = self.update.as_ref().map(UpdateId::as_str);
        let parts = [Some(self.product.as_str()), update, self.version.as_deref()];
        let name = self.name.as_deref().filter(|_| update.is_none() && self.version.is_none());
        parts.into_iter().flatten().chain(name).collect::<Vec<_>>().join(" ")
    }

    /// The updates that it is about.
    fn updates(&self) -> impl Iterator<Item = &UpdateId> {
        self.update.iter().chain(&self.supersedes)
    }

    fn text(&self) -> String {
        format!("{} {}", self.product, Value::Object(self.keys.clone()))
    }
}

/// What two entries have to share to count as the same entry, changed; the most specific first.
const SAME: [fn(&Entry) -> Option<String>; 4] = [
    |one| Some(one.id()),
    |one| Some(format!("{} {}", one.product, one.update.as_ref()?)),
    |one| Some(format!("{} {}", one.product, one.version.as_ref()?)),
    |one| Some(format!("{} {}", one.product, one.name.as_ref()?)),
];

/// The entries that differ.
pub fn differences(kind: DataKind, old: Vec<Entry>, new: Vec<Entry>) -> Vec<Item> {
    let by_text = |entries: Vec<Entry>| entries.into_iter().map(|one| (one.text(), one)).collect::<BTreeMap<_, _>>();
    let (mut old, mut new) = (by_text(old), by_text(new));
    let same: BTreeSet<String> = old.keys().filter(|text| new.contains_key(*text)).cloned().collect();
    old.retain(|text, _| !same.contains(text));
    new.retain(|text, _| !same.contains(text));
    let mut items = Vec::new();
    for key in SAME {
        for (before, after) in shared(&old, &new, key) {
            if let (Some(old), Some(new)) = (old.remove(&before), new.remove(&after)) {
                items.push(changed(kind, &old, &new));
            }
        }
    }
    items.extend(old.values().map(|one| one_sided(kind, one, ChangeKind::Removed)));
    items.extend(new.values().map(|one| one_sided(kind, one, ChangeKind::Added)));
    items
}

/// The texts of entries that are the only ones with their key on both sides.
fn shared(
    old: &BTreeMap<String, Entry>,
    new: &BTreeMap<String, Entry>,
    key: fn(&Entry) -> Option<String>,
) -> Vec<(String, String)> {
    let (old, new) = (only(old, key), only(new, key));
    old.into_iter().filter_map(|(key, text)| Some((text?, new.get(&key).cloned()??))).collect()
}

fn only(entries: &BTreeMap<String, Entry>, key: fn(&Entry) -> Option<String>) -> BTreeMap<String, Option<String>> {
    let mut only: BTreeMap<String, Option<String>> = BTreeMap::new();
    for (text, entry) in entries {
        if let Some(key) = key(entry) {
            only.entry(key).and_modify(|one| *one = None).or_insert_with(|| Some(text.clone()));
        }
    }
    only
}

fn one_sided(kind: DataKind, one: &Entry, kind_of_change: ChangeKind) -> Item {
    let change = DataChange {
        id: one.id(),
        product: Some(one.product.clone()),
        update: one.update.clone(),
        ..blank(kind, kind_of_change)
    };
    Item { updates: one.updates().cloned().collect(), ..Item::of(change) }
}

/// An entry that changed; it is named by what is the same on both sides, so that both directions give it the same name.
fn changed(kind: DataKind, old: &Entry, new: &Entry) -> Item {
    fn agreed<T: Clone + PartialEq>(old: &Option<T>, new: &Option<T>) -> Option<T> {
        old.clone().filter(|_| old == new)
    }
    let common = Entry {
        update: agreed(&old.update, &new.update),
        version: agreed(&old.version, &new.version),
        name: agreed(&old.name, &new.name),
        ..new.clone()
    };
    let mut item = one_sided(kind, &common, ChangeKind::Changed);
    item.change.keys = key_changes(&old.keys, &new.keys);
    item.updates = old.updates().chain(new.updates()).cloned().collect();
    item
}
