//! What is known about updates and products: what each update brings, and what replaces it.

use std::collections::BTreeSet;

use hashbrown::HashMap;

use super::id::{ProductId, UpdateId};
use super::pending::{Brings, Restart};
use super::product::DEFAULT_BRANCH_PARTS;
use super::time::Released;
use super::version::VersionScheme;

/// What is known about one update; the database's knowledge and the pending file's, joined.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UpdateKnowledge {
    /// The products that it updates; empty when not known.
    pub products: Vec<ProductId>,
    /// The versions that it brings.
    pub brings: Vec<Brings>,
    /// The day or month of release.
    pub released: Option<Released>,
    /// Whether it restarts the server; `None` when not known.
    pub restart: Option<Restart>,
    /// What it replaces directly.
    pub supersedes: Vec<UpdateId>,
}

/// How the versions of one product compare.
#[derive(Clone, Copy, Debug)]
pub struct VersionRules {
    /// Windows numbers or semantic versions.
    pub scheme: VersionScheme,
    /// Leading numbers that make a branch.
    pub branch_parts: usize,
}

impl Default for VersionRules {
    fn default() -> Self {
        Self { scheme: VersionScheme::default(), branch_parts: DEFAULT_BRANCH_PARTS }
    }
}

/// Everything known about updates and products, indexed by what conditions ask.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    updates: HashMap<UpdateId, UpdateKnowledge>,
    rules: HashMap<ProductId, VersionRules>,
    /// For each update: itself and all that supersede it, transitively.
    successors: HashMap<UpdateId, Box<[UpdateId]>>,
}

impl Catalogue {
    /// Joins knowledge; `asked` are the updates whose installation conditions and pending updates ask about.
    pub fn new(
        updates: HashMap<UpdateId, UpdateKnowledge>,
        rules: HashMap<ProductId, VersionRules>,
        asked: &BTreeSet<UpdateId>,
    ) -> Self {
        let successors = successors(&updates, asked);
        Self { updates, rules, successors }
    }

    /// What is known of an update.
    pub fn update(&self, id: &UpdateId) -> Option<&UpdateKnowledge> {
        self.updates.get(id)
    }

    /// How a product's versions compare; the default for a product that the database does not know.
    pub fn rules(&self, product: &ProductId) -> VersionRules {
        self.rules.get(product).copied().unwrap_or_default()
    }

    /// The update and all that supersede it, transitively, sorted: one of them installed means it is installed.
    pub fn successors<'a>(&'a self, id: &'a UpdateId) -> &'a [UpdateId] {
        self.successors.get(id).map_or(std::slice::from_ref(id), |successors| successors)
    }

    /// Whether `newer` replaces `older`, transitively. In a circle of updates none replaces another.
    pub fn supersedes(&self, newer: &UpdateId, older: &UpdateId) -> bool {
        let replaces = |one: &UpdateId, other: &UpdateId| self.successors(other).binary_search(one).is_ok();
        newer != older && replaces(newer, older) && !replaces(older, newer)
    }
}

fn successors(
    updates: &HashMap<UpdateId, UpdateKnowledge>,
    asked: &BTreeSet<UpdateId>,
) -> HashMap<UpdateId, Box<[UpdateId]>> {
    let mut superseded_by: HashMap<&UpdateId, Vec<&UpdateId>> = HashMap::new();
    for (newer, knowledge) in updates {
        for older in &knowledge.supersedes {
            superseded_by.entry(older).or_default().push(newer);
        }
    }
    asked.iter().map(|id| (id.clone(), closure(id, &superseded_by))).collect()
}

fn closure(id: &UpdateId, superseded_by: &HashMap<&UpdateId, Vec<&UpdateId>>) -> Box<[UpdateId]> {
    let mut found = BTreeSet::from([id]);
    let mut open = vec![id];
    while let Some(one) = open.pop() {
        for newer in superseded_by.get(one).into_iter().flatten() {
            if found.insert(newer) {
                open.push(newer);
            }
        }
    }
    found.into_iter().cloned().collect()
}
