//! Pending updates joined with what the database knows of them: the file wins, and differences are told.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;

use crate::database::Database;
use crate::model::catalogue::UpdateKnowledge;
use crate::model::id::{ProductId, UpdateId};
use crate::model::pending::{Brings, Classification, PendingUpdate, Restart};

/// Fills what the file leaves out, and notes where both say something and differ.
pub fn merge(
    pending: &[PendingUpdate],
    database: &Database,
    notes: &mut Vec<String>,
) -> BTreeMap<UpdateId, PendingUpdate> {
    pending.iter().map(|update| (update.id.clone(), joined(update, database, notes))).collect()
}

/// One update with what is known of it.
pub fn joined(update: &PendingUpdate, database: &Database, notes: &mut Vec<String>) -> PendingUpdate {
    let mut update = update.clone();
    if let Some(knowledge) = database.updates().get(&update.id) {
        update.contested = contested(update.brings.as_deref(), knowledge, database);
        fill(&mut update, knowledge, notes);
    }
    update
}

fn fill(update: &mut PendingUpdate, knowledge: &UpdateKnowledge, notes: &mut Vec<String>) {
    let id = update.id.clone();
    let is_contested = !update.contested.is_empty();
    let mut differ = |key: &str, file: String, database: String| {
        notes.extend(difference(&id, key, &file, &database, is_contested && key == "brings"));
    };
    let brings = |all: &Vec<Brings>| listed(all.iter().map(|b| format!("{} {}", b.product, b.version)));
    let updates = |all: &Vec<UpdateId>| listed(all.iter().map(UpdateId::to_string));
    let products = |all: &Vec<ProductId>| listed(all.iter().map(ProductId::to_string));
    let restart = |restart: &Restart| format!("{restart:?}").to_lowercase();
    join(&mut update.products, filled(&knowledge.products), |one, two| {
        differ("products", products(one), products(two))
    });
    join(&mut update.brings, filled(&knowledge.brings), |one, two| differ("brings", brings(one), brings(two)));
    let supersedes = filled(&knowledge.supersedes);
    join(&mut update.supersedes, supersedes, |one, two| differ("supersedes", updates(one), updates(two)));
    // A day within the month that the database knows is the same, told more precisely.
    let known = knowledge.last_released.as_ref();
    let released = known.filter(|known| update.released.is_none_or(|own| !own.agrees(**known)));
    join(&mut update.released, released, |one, two| differ("released", one.to_string(), two.to_string()));
    update.kinds = Some(knowledge.kinds.clone());
    join(&mut update.restart, knowledge.restart.as_ref(), |one, two| differ("restart", restart(one), restart(two)));
}

/// What an update brings by the database, where the file says less: nothing, or lower builds in the same branches.
fn contested(file: Option<&[Brings]>, knowledge: &UpdateKnowledge, database: &Database) -> Vec<Brings> {
    let Some(file) = file else { return Vec::new() };
    if file.is_empty() {
        return knowledge.brings.clone();
    }
    let rules = |product: &ProductId| database.rules_of(product);
    let is_lower = |own: &&Brings| {
        let rules = rules(&own.product);
        let rows = knowledge
            .brings
            .iter()
            .filter(|row| row.product == own.product && row.version.same_branch(&own.version, rules.branch_parts));
        let orderings: Vec<_> = rows.map(|row| own.version.compare(&row.version, rules.scheme)).collect();
        !orderings.is_empty() && orderings.iter().all(|ordering| *ordering == Some(Ordering::Less))
    };
    let (lower, others): (Vec<&Brings>, Vec<&Brings>) = file.iter().partition(is_lower);
    let is_beside = |row: &&Brings| {
        let is_same = |own: &&Brings| {
            own.product == row.product && own.version.same_branch(&row.version, rules(&row.product).branch_parts)
        };
        lower.iter().any(is_same)
    };
    let rows: Vec<Brings> = knowledge.brings.iter().filter(is_beside).cloned().collect();
    if rows.is_empty() { rows } else { rows.into_iter().chain(others.into_iter().cloned()).collect() }
}

fn difference(id: &UpdateId, key: &str, file: &str, database: &str, is_open: bool) -> Option<String> {
    let which = if is_open { "either may be true" } else { "the file's is used" };
    let words = || format!("`{key}` is {file} in the pending file, {database} in the database; {which}");
    (file != database).then(|| format!("{id}: {}", words()))
}

fn filled<T>(list: &Vec<T>) -> Option<&Vec<T>> {
    Some(list).filter(|list| !list.is_empty())
}

fn listed(words: impl Iterator<Item = String>) -> String {
    let words: BTreeSet<String> = words.collect();
    if words.is_empty() { "empty".to_owned() } else { words.into_iter().collect::<Vec<_>>().join(" + ") }
}

fn join<T: Clone>(file: &mut Option<T>, database: Option<&T>, tell: impl FnOnce(&T, &T)) {
    match (&*file, database) {
        (Some(file), Some(database)) => tell(file, database),
        (None, Some(database)) => *file = Some(database.clone()),
        _ => {}
    }
}

/// The products that an update concerns: those it names and those it brings a version of.
pub fn products(update: &PendingUpdate) -> Vec<ProductId> {
    let named = update.products.iter().flatten();
    let brought = update.brings.iter().flatten().map(|brings| &brings.product);
    let all: BTreeSet<&ProductId> = named.chain(brought).collect();
    all.into_iter().cloned().collect()
}

/// What is known of the pending updates as they were joined.
pub fn knowledge(
    updates: &BTreeMap<UpdateId, PendingUpdate>,
    known: &HashMap<UpdateId, UpdateKnowledge>,
) -> HashMap<UpdateId, UpdateKnowledge> {
    updates.iter().map(|(id, update)| (id.clone(), known_of(update, known.get(id)))).collect()
}

/// What is known of a pending update, which the database may know too. Only the database says what proves it.
fn known_of(update: &PendingUpdate, known: Option<&UpdateKnowledge>) -> UpdateKnowledge {
    let first = known.and_then(|known| known.released);
    UpdateKnowledge {
        products: products(update),
        brings: update.brings.clone().unwrap_or_default(),
        contested: update.contested.clone(),
        unknown_build: update.unknown_build.clone(),
        last_released: update.released,
        proves: known.map(|known| known.proves.clone()).unwrap_or_default(),
        kinds: known.map(|known| known.kinds.clone()).unwrap_or_default(),
        adds_products: update.classifications().iter().flatten().any(|class| {
            matches!(class, Classification::FeaturePack | Classification::Upgrade | Classification::ServicePack)
        }),
        exploited_since: known.and_then(|known| known.exploited_since),
        // The file may tell a later release of what could be installed before.
        released: update.released.map(|released| first.map_or(released, |first| first.earlier(released))),
        restart: update.restart,
        supersedes: update.supersedes.clone().unwrap_or_default(),
        repairs: known.map(|known| known.repairs.clone()).unwrap_or_default(),
    }
}
