//! Pending updates joined with what the database knows of them: the file wins, and differences are told.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Debug;

use crate::model::catalogue::UpdateKnowledge;
use crate::model::id::{ProductId, UpdateId};
use crate::model::pending::{Brings, PendingUpdate};

/// Fills what the file leaves out, and notes where both say something and differ.
pub fn merge(
    pending: &[PendingUpdate],
    known: &HashMap<UpdateId, UpdateKnowledge>,
    notes: &mut Vec<String>,
) -> BTreeMap<UpdateId, PendingUpdate> {
    let join = |update: &PendingUpdate| {
        let mut update = update.clone();
        if let Some(knowledge) = known.get(&update.id) {
            fill(&mut update, knowledge, notes);
        }
        (update.id.clone(), update)
    };
    pending.iter().map(join).collect()
}

fn fill(update: &mut PendingUpdate, knowledge: &UpdateKnowledge, notes: &mut Vec<String>) {
    let id = update.id.clone();
    let mut differ = |key: &str, file: &dyn Debug, database: &dyn Debug| {
        notes.push(format!(
            "{id}: `{key}` is {file:?} in the pending file and {database:?} in the database; the file's is used"
        ));
    };
    let brings = |all: &[Brings]| all.iter().map(|b| format!("{} {}", b.product, b.version)).collect::<BTreeSet<_>>();
    let words = |all: &[UpdateId]| all.iter().map(UpdateId::to_string).collect::<BTreeSet<_>>();
    let names = |all: &[ProductId]| all.iter().map(ProductId::to_string).collect::<BTreeSet<_>>();
    join(&mut update.products, (!knowledge.products.is_empty()).then_some(&knowledge.products), |file, database| {
        (names(file) != names(database)).then(|| differ("products", &names(file), &names(database)));
    });
    join(&mut update.brings, (!knowledge.brings.is_empty()).then_some(&knowledge.brings), |file, database| {
        (brings(file) != brings(database)).then(|| differ("brings", &brings(file), &brings(database)));
    });
    join(
        &mut update.supersedes,
        (!knowledge.supersedes.is_empty()).then_some(&knowledge.supersedes),
        |file, database| {
            (words(file) != words(database)).then(|| differ("supersedes", &words(file), &words(database)));
        },
    );
    join(&mut update.released, knowledge.released.as_ref(), |file, database| {
        (file != database).then(|| differ("released", &file.to_string(), &database.to_string()));
    });
    join(&mut update.restart, knowledge.restart.as_ref(), |file, database| {
        (file != database).then(|| differ("restart", file, database));
    });
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

/// What the database knows of updates, with the pending ones as they were joined.
pub fn knowledge(
    updates: &BTreeMap<UpdateId, PendingUpdate>,
    known: &HashMap<UpdateId, UpdateKnowledge>,
) -> HashMap<UpdateId, UpdateKnowledge> {
    let mut all = known.clone();
    for (id, update) in updates {
        let joined = UpdateKnowledge {
            products: products(update),
            brings: update.brings.clone().unwrap_or_default(),
            released: update.released,
            restart: update.restart,
            supersedes: update.supersedes.clone().unwrap_or_default(),
        };
        all.insert(id.clone(), joined);
    }
    all
}
