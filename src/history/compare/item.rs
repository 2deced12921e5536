//! An entry of the data that differs: what happened to it, in which keys, and what that may reach.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::document::difference::{ChangeKind, DataChange, DataKind, KeyChange};
use crate::model::id::{ProductId, UpdateId};

/// An entry that differs, and what its difference may reach.
#[derive(Clone, Debug)]
pub struct Item {
    /// The difference.
    pub change: DataChange,
    /// The updates that it says something different about.
    pub updates: BTreeSet<UpdateId>,
    /// The products whose versions or roles it orders differently.
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
}

impl Item {
    /// A difference that reaches nothing yet.
    pub fn of(change: DataChange) -> Self {
        Self { change, updates: BTreeSet::new(), products: BTreeSet::new(), reach: Reach::default() }
    }

    /// Joins another difference of the same name to it.
    pub fn join(&mut self, other: Self) {
        if self.change.change != other.change.change {
            self.change.change = ChangeKind::Changed;
        }
        self.change.keys.extend(other.change.keys);
        self.change.keys.sort();
        self.change.keys.dedup();
        self.updates.extend(other.updates);
        self.products.extend(other.products);
    }
}

/// What happened to something, by whether it is on each side.
pub fn change_kind(is_old: bool, is_new: bool) -> ChangeKind {
    match (is_old, is_new) {
        (false, _) => ChangeKind::Added,
        (_, false) => ChangeKind::Removed,
        _ => ChangeKind::Changed,
    }
}

/// A difference of which only the kind is known.
pub fn blank(kind: DataKind, change: ChangeKind) -> DataChange {
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
        also_changed: 0,
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
    let change = |name: &String| KeyChange {
        key: name.clone(),
        old: old.get(name).and_then(word),
        new: new.get(name).and_then(word),
    };
    differing.map(change).collect()
}

/// The longest value that is shown; longer ones are texts, which are better read in the file.
const LONGEST: usize = 40;

fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()).filter(|text| text.chars().count() <= LONGEST),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}
