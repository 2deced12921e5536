//! What is known about updates and products: what each update brings, and what replaces it.

use std::collections::BTreeSet;
use std::sync::Arc;

use hashbrown::{HashMap, HashSet};

use super::id::{ProductId, UpdateId};
use super::lines::{Lines, Told};
use super::pending::{Brings, Restart};
use super::product::Trains;
use super::time::{Day, Released};
use super::unknown_build::UnknownBuild;
use super::update_kind::UpdateKind;
pub use super::version_rules::{Revision, VersionRules};

/// What is known about one update; the database's knowledge and the pending file's, joined.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UpdateKnowledge {
    /// The products that it updates; empty when not known.
    pub products: Vec<ProductId>,
    /// The versions that it brings.
    pub brings: Vec<Brings>,
    /// The versions that prove it: a server at one of them or above has it.
    pub proves: Vec<Brings>,
    /// What it may bring instead, where pending file and database contradict each other.
    pub contested: Vec<Brings>,
    /// What it may bring, where nobody knows its build.
    pub unknown_build: Option<Arc<UnknownBuild>>,
    /// What kinds of update it is; empty when not known.
    pub kinds: Vec<UpdateKind>,
    /// Whether it may install a product that is not there yet: a patch does not.
    pub adds_products: bool,
    /// The first day on which what it fixes was known to be exploited.
    pub exploited_since: Option<Day>,
    /// The day or month of its first release.
    pub released: Option<Released>,
    /// The latest of the days or months of release that are told: from then it soaks.
    pub last_released: Option<Released>,
    /// Whether it restarts the server; `None` when not known.
    pub restart: Option<Restart>,
    /// What it replaces directly.
    pub supersedes: Vec<UpdateId>,
    /// What it was made to mend.
    pub repairs: Vec<UpdateId>,
}

impl UpdateKnowledge {
    /// Whether it changes the version of a product, or may.
    pub fn raises(&self, product: &ProductId) -> bool {
        self.raised().any(|one| one == product)
    }

    /// Whether it is not known for certain what it brings to a product.
    pub fn is_open_for(&self, product: &ProductId) -> bool {
        let is_contested = self.contested.iter().any(|brings| brings.product == *product);
        is_contested || self.unknown_build.as_ref().is_some_and(|unknown| unknown.of(product).is_some())
    }

    /// The products of which it changes the version, or may; some more than once.
    pub fn raised(&self) -> impl Iterator<Item = &ProductId> {
        let unknown = self.unknown_build.iter().flat_map(|unknown| &unknown.products).map(|one| &one.product);
        self.brings.iter().chain(&self.contested).map(|brings| &brings.product).chain(unknown)
    }
}

/// What is known about updates, with what replaces each directly: by what the vendor says, and by their builds.
#[derive(Clone, Debug, Default)]
pub struct Knowledge {
    updates: HashMap<UpdateId, UpdateKnowledge>,
    superseded_by: HashMap<UpdateId, Vec<UpdateId>>,
    /// The next builds that contain each.
    next_builds: HashMap<UpdateId, Vec<UpdateId>>,
    /// What each contains by its build.
    contained: HashMap<UpdateId, Vec<UpdateId>>,
}

impl Knowledge {
    /// Indexes what is known.
    pub fn new(updates: HashMap<UpdateId, UpdateKnowledge>, lines: &Lines) -> Self {
        let successions = owned(lines.successions(updates.iter().map(told)));
        Self::indexed(updates, successions)
    }

    /// Indexes what is told of pending updates, which counts instead of what was known of them.
    pub fn of_pending(pending: HashMap<UpdateId, UpdateKnowledge>, known: &Self, lines: &Lines) -> Self {
        let brought = pending.values().flat_map(|update| &update.brings).map(|brings| &brings.product);
        let products: HashSet<ProductId> =
            brought.filter(|product| lines.rules(product).is_cumulative).cloned().collect();
        let is_beside = |(id, update): &(&UpdateId, &UpdateKnowledge)| {
            !pending.contains_key(*id) && update.brings.iter().any(|brings| products.contains(&brings.product))
        };
        let beside = known.updates.iter().filter(|_| !products.is_empty()).filter(is_beside);
        let successions = owned(lines.successions(pending.iter().chain(beside).map(told)));
        Self::indexed(pending, successions)
    }

    fn indexed(updates: HashMap<UpdateId, UpdateKnowledge>, successions: Vec<(UpdateId, UpdateId)>) -> Self {
        let [mut superseded_by, mut next_builds, mut contained] = [(); 3].map(|()| HashMap::new());
        for (newer, knowledge) in &updates {
            for older in &knowledge.supersedes {
                add(&mut superseded_by, older, newer);
            }
        }
        for (newer, older) in &successions {
            add(&mut next_builds, older, newer);
            add(&mut contained, newer, older);
        }
        Self { updates, superseded_by, next_builds, contained }
    }

    /// Each update with one that supersedes it directly, by what the vendor says or by its build.
    pub fn successions(&self) -> impl Iterator<Item = (&UpdateId, &UpdateId)> {
        let all = self.superseded_by.iter().chain(&self.next_builds);
        all.flat_map(|(older, newer)| newer.iter().map(move |newer| (older, newer)))
    }

    /// The builds next before that of an update, which contains them.
    pub fn contained(&self, newer: &UpdateId) -> &[UpdateId] {
        self.contained.get(newer).map(Vec::as_slice).unwrap_or_default()
    }

    /// The updates.
    pub fn updates(&self) -> &HashMap<UpdateId, UpdateKnowledge> {
        &self.updates
    }

    /// What supersedes an update, transitively, by what the vendor says or by its build.
    pub fn newer<'a>(&'a self, id: &'a UpdateId) -> BTreeSet<&'a UpdateId> {
        let (mut found, mut open) = (BTreeSet::new(), vec![id]);
        while let Some(one) = open.pop() {
            open.extend(self.direct(one, true).filter(|newer| *newer != id && found.insert(*newer)));
        }
        found
    }

    fn direct(&self, older: &UpdateId, by_builds: bool) -> impl Iterator<Item = &UpdateId> {
        let by_builds = self.next_builds.get(older).filter(|_| by_builds);
        self.superseded_by.get(older).into_iter().chain(by_builds).flatten()
    }
}

/// Everything known about updates and products, indexed by what conditions ask.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// The database's knowledge.
    known: Arc<Knowledge>,
    /// The pending updates, which count instead.
    pending: Knowledge,
    lines: Lines,
    families: HashMap<ProductId, String>,
    /// For each update: itself and all that supersede it, transitively.
    successors: HashMap<UpdateId, Box<[UpdateId]>>,
    /// Where builds tell of more than the vendor does: those of whom the vendor does.
    by_vendor: HashMap<UpdateId, Box<[UpdateId]>>,
}

impl Catalogue {
    /// Joins knowledge; what is told of pending updates counts instead of what was known of them. `asked` are the updates
    /// whose installation conditions and pending updates ask about.
    pub fn new(known: Arc<Knowledge>, pending: Knowledge, lines: Lines, asked: &BTreeSet<UpdateId>) -> Self {
        let (mut successors, mut by_vendor) = (HashMap::new(), HashMap::new());
        for id in asked {
            let all = with_newer(id, &known, &pending, true);
            let told = with_newer(id, &known, &pending, false);
            if told.len() < all.len() {
                by_vendor.insert(id.clone(), told);
            }
            successors.insert(id.clone(), all);
        }
        Self { known, pending, lines, families: HashMap::new(), successors, by_vendor }
    }

    /// The same with the families of the products.
    #[must_use]
    pub fn with_families(self, families: HashMap<ProductId, String>) -> Self {
        Self { families, ..self }
    }

    /// The trains of a product, where it has some.
    pub fn trains(&self, product: &ProductId) -> Option<&Trains> {
        self.lines.trains.get(product)
    }

    /// The family of a product, where the database says so.
    pub fn family(&self, product: &ProductId) -> Option<&str> {
        self.families.get(product).map(String::as_str)
    }

    /// What is known of an update.
    pub fn update(&self, id: &UpdateId) -> Option<&UpdateKnowledge> {
        self.pending.updates.get(id).or_else(|| self.known.updates.get(id))
    }

    /// How a product's versions compare; the default for a product that the database does not know.
    pub fn rules(&self, product: &ProductId) -> VersionRules {
        self.lines.rules(product)
    }

    /// The update and all that supersede it, transitively, sorted: one of them installed means it is installed.
    pub fn successors<'a>(&'a self, id: &'a UpdateId) -> &'a [UpdateId] {
        self.successors.get(id).map_or(std::slice::from_ref(id), |successors| successors)
    }

    /// The same as far as the vendor says so.
    pub fn successors_by_vendor<'a>(&'a self, id: &'a UpdateId) -> &'a [UpdateId] {
        self.by_vendor.get(id).map(Box::as_ref).unwrap_or_else(|| self.successors(id))
    }

    /// Whether `newer` brings a later build of the same line than `older`, of a product whose updates contain all earlier ones.
    pub fn is_later_build(&self, newer: &UpdateId, older: &UpdateId) -> bool {
        let brings = |id| self.update(id).map(|known| known.brings.as_slice()).unwrap_or_default();
        self.lines.is_later(brings(newer), brings(older))
    }

    /// Whether `newer` replaces `older`, transitively. In a circle of updates none replaces another.
    pub fn supersedes(&self, newer: &UpdateId, older: &UpdateId) -> bool {
        let replaces = |one: &UpdateId, other: &UpdateId| self.successors(other).binary_search(one).is_ok();
        newer != older && replaces(newer, older) && !replaces(older, newer)
    }
}

fn add(to: &mut HashMap<UpdateId, Vec<UpdateId>>, key: &UpdateId, one: &UpdateId) {
    to.entry_ref(key).or_default().push(one.clone());
}

fn told<'u>((id, known): (&'u UpdateId, &'u UpdateKnowledge)) -> Told<'u> {
    Told { id, brings: &known.brings, supersedes: &known.supersedes }
}

fn owned(successions: Vec<(&UpdateId, &UpdateId)>) -> Vec<(UpdateId, UpdateId)> {
    successions.into_iter().map(|(newer, older)| (newer.clone(), older.clone())).collect()
}

fn with_newer(id: &UpdateId, known: &Knowledge, pending: &Knowledge, by_builds: bool) -> Box<[UpdateId]> {
    let mut found = BTreeSet::from([id]);
    let mut open = vec![id];
    while let Some(one) = open.pop() {
        let of_known = known.direct(one, by_builds).filter(|newer| !pending.updates.contains_key(*newer));
        for newer in of_known.chain(pending.direct(one, by_builds)) {
            if found.insert(newer) {
                open.push(newer);
            }
        }
    }
    found.into_iter().cloned().collect()
}
