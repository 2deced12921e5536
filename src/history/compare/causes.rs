//! Which entries of the data made a decision differ.
//!
//! A reason whose advisory differs is explained by that advisory. What remains is explained by what the data knows about
//! the update, about those that replace it, and about those that the advisory asks for. What still remains follows from
//! decisions about other updates or servers.

use std::collections::{BTreeMap, BTreeSet};

use super::item::{Item, Reach};
use crate::advisory::Advisory;
use crate::condition::name::Name;
use crate::document::decision::Decision;
use crate::document::difference::{Answer, Cause, Change, DataKind, Difference, Field, ReasonChange};
use crate::evaluate::Gate;
use crate::model::id::{AdvisoryId, ProductId, ServerName, UpdateId};
use crate::model::rule::Rule;

/// Finds the causes of differences.
#[derive(Debug)]
pub struct Causes<'a> {
    items: &'a [Item],
    by_advisory: BTreeMap<&'a str, &'a Item>,
    gates: &'a [Gate<'a>; 2],
    known: BTreeMap<Effects, Vec<Cause>>,
}

/// What has to be explained. It is the same on many servers, and so are its causes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Effects {
    update: UpdateId,
    reasons: Vec<(Rule, Option<AdvisoryId>)>,
    is_knowledge: bool,
    /// The advisories whose way out may differ.
    ways_out: Vec<AdvisoryId>,
    /// The settings that are missing.
    settings: Vec<String>,
}

/// What the data may say differently.
#[derive(Debug, Default)]
struct Interests {
    updates: BTreeSet<UpdateId>,
    products: BTreeSet<ProductId>,
}

impl<'a> Causes<'a> {
    /// Prepares the search.
    pub fn new(items: &'a [Item], gates: &'a [Gate<'a>; 2]) -> Self {
        let advisories = items.iter().filter(|item| item.change.kind == DataKind::Advisory);
        let by_advisory = advisories.map(|item| (item.change.id.as_str(), item)).collect();
        Self { items, by_advisory, gates, known: BTreeMap::new() }
    }

    /// The entries that made a pair differ, by kind and id; none when it only follows from other decisions.
    pub fn of(&mut self, change: &Change, decisions: [Option<&Decision>; 2]) -> Vec<Cause> {
        let effects = effects(change, decisions);
        if let Some(causes) = self.known.get(&effects) {
            return causes.clone();
        }
        let causes: Vec<Cause> =
            self.find(&effects).into_iter().map(cause).collect::<BTreeSet<_>>().into_iter().collect();
        self.known.insert(effects, causes.clone());
        causes
    }

    fn find(&self, effects: &Effects) -> Vec<&'a Item> {
        let (mut found, left) = self.explained(effects);
        found.extend(effects.ways_out.iter().filter_map(|id| self.advisory(id, |reach| reach.ways_out)));
        if effects.is_knowledge || !left.is_empty() {
            let interests = self.interests(&effects.update, left.into_iter().flatten());
            found
                .extend(self.items.iter().filter(|item| interests.include(item, |update| self.is_known_alike(update))));
            // What is offered to a server tells which products it has, and so what else is for it.
            if found.is_empty() {
                found.extend(self.items.iter().filter(|item| interests.has_row_of(item)));
            }
        }
        let is_asked =
            |item: &&Item| item.change.kind == DataKind::Setting && effects.settings.contains(&item.change.id);
        found.extend(self.items.iter().filter(is_asked));
        found
    }

    /// The advisories that explain reasons by their own differences, and whose the reasons are that none explains.
    fn explained<'e>(&self, effects: &'e Effects) -> (Vec<&'a Item>, Vec<Option<&'e AdvisoryId>>) {
        let (mut found, mut left) = (Vec::new(), Vec::new());
        for (rule, advisory) in &effects.reasons {
            match advisory.as_ref().and_then(|id| self.advisory(id, |reach| reach.verdicts)) {
                Some(item) => found.push(item),
                None if matches!(rule, Rule::Freshness | Rule::Unassessed) => found.extend(self.dated()),
                None => left.push(advisory.as_ref()),
            }
        }
        (found, left)
    }

    /// The advisory's own difference, when it reaches so far.
    fn advisory(&self, id: &AdvisoryId, reaches: impl Fn(&Reach) -> bool) -> Option<&'a Item> {
        self.by_advisory.get(id.as_str()).copied().filter(|item| reaches(&item.reach))
    }

    /// The families of products with which the curators have come to another day.
    fn dated(&self) -> impl Iterator<Item = &'a Item> {
        self.items.iter().filter(|item| item.change.kind == DataKind::Coverage)
    }

    /// Whether both sides know the same about an update. The pending file takes precedence over the data, so that the data
    /// may differ without any effect.
    fn is_known_alike(&self, update: &UpdateId) -> bool {
        let [old, new] = self.gates.each_ref().map(|gate| gate.catalogue.update(update));
        old == new
    }

    /// What the data knows about an update, about those that contain it, and about what advisories ask for.
    fn interests<'i>(&self, update: &UpdateId, advisories: impl Iterator<Item = &'i AdvisoryId>) -> Interests {
        let mut interests = Interests::default();
        let advisories: Vec<&AdvisoryId> = advisories.collect();
        for gate in self.gates {
            interests.add_update(gate, update);
            let all = gate.question.database.advisories();
            for one in all.iter().filter(|one| advisories.contains(&&one.id)) {
                interests.add_advisory(gate, one);
            }
        }
        interests
    }
}

impl Interests {
    fn add_update(&mut self, gate: &Gate<'_>, update: &UpdateId) {
        self.updates.extend(gate.catalogue.successors(update).iter().cloned());
        let knowledge = gate.catalogue.update(update);
        self.products.extend(knowledge.iter().flat_map(|knowledge| &knowledge.products).cloned());
    }

    fn add_advisory(&mut self, gate: &Gate<'_>, advisory: &Advisory) {
        advisory.fixes().for_each(|fix| self.add_update(gate, fix));
        self.products.extend(advisory.affects.iter().map(|affects| affects.product.clone()));
        self.products.extend(advisory.builds().iter().map(|build| build.product.clone()));
        advisory.named(&mut |name| match name {
            Name::Update(update) => self.add_update(gate, update),
            Name::Product(product) => drop(self.products.insert(product.clone())),
            _ => {}
        });
    }

    /// Whether an item is a row of one of the products.
    fn has_row_of(&self, item: &Item) -> bool {
        let product = item.change.id.split(' ').next().unwrap_or_default();
        item.change.kind == DataKind::Row && self.products.iter().any(|one| one.as_str() == product)
    }

    fn include(&self, item: &Item, is_known_alike: impl Fn(&UpdateId) -> bool) -> bool {
        let is_about = self.updates.intersection(&item.updates).any(|update| !is_known_alike(update));
        is_about || !self.products.is_disjoint(&item.products)
    }
}

fn effects(change: &Change, decisions: [Option<&Decision>; 2]) -> Effects {
    let is_absent = change.old == Answer::Absent || change.new == Answer::Absent;
    let key = |one: &ReasonChange| (one.rule, one.advisory.clone());
    let reasons: BTreeSet<_> = change.because.iter().map(key).collect();
    let has_other_ways = change.details.iter().any(|detail| detail.key == Field::Unblock);
    let blocking = || decisions.into_iter().flatten().flat_map(|one| &one.reasons).filter(|reason| reason.blocks());
    let ways_out: BTreeSet<AdvisoryId> =
        blocking().filter(|_| has_other_ways).filter_map(|reason| reason.advisory.clone()).collect();
    let missing = blocking().filter(|_| has_other_ways).flat_map(|reason| &reason.missing);
    let settings: BTreeSet<String> = missing.filter_map(|fact| fact.setting()).map(str::to_owned).collect();
    Effects {
        update: change.update.clone(),
        // A pair that appears or disappears takes all its reasons with it: their advisories are causes only where they
        // were added or removed too.
        is_knowledge: is_absent || change.because.is_empty(),
        reasons: reasons.into_iter().collect(),
        ways_out: ways_out.into_iter().collect(),
        settings: settings.into_iter().collect(),
    }
}

fn cause(item: &Item) -> Cause {
    Cause { kind: item.change.kind, id: item.change.id.clone() }
}

/// Gives differences without a cause of their own the causes of the decisions that they follow from: on the same server,
/// else about the same update, else anywhere.
pub fn follow(lists: [&mut Vec<Change>; 2]) {
    let mut by_server: BTreeMap<ServerName, BTreeSet<Cause>> = BTreeMap::new();
    let mut by_update: BTreeMap<UpdateId, BTreeSet<Cause>> = BTreeMap::new();
    let mut anywhere: BTreeSet<Cause> = BTreeSet::new();
    for change in lists.iter().flat_map(|list| list.iter()).filter(|change| !change.causes.is_empty()) {
        by_server.entry(change.server.clone()).or_default().extend(change.causes.iter().cloned());
        by_update.entry(change.update.clone()).or_default().extend(change.causes.iter().cloned());
        anywhere.extend(change.causes.iter().cloned());
    }
    let following = lists.into_iter().flatten().filter(|change| change.causes.is_empty());
    for change in following {
        let (here, same) = (by_server.get(&change.server), by_update.get(&change.update));
        let causes = if is_of_fleet(change) { same.or(here) } else { here.or(same) };
        change.causes = causes.unwrap_or(&anywhere).iter().cloned().collect();
        change.indirect = true;
    }
}

/// Whether it depends on other servers.
fn is_of_fleet(change: &Change) -> bool {
    change.because.iter().any(|one| matches!(one.rule, Rule::Pool | Rule::Order))
}

/// Counts what each entry changes.
pub fn count(difference: &mut Difference) {
    let (verdicts, mut also_changed) = (tally(&difference.changes), tally(&difference.also_changed));
    for change in &difference.missing {
        let cause = Cause { kind: DataKind::Advisory, id: change.missing.advisory.to_string() };
        *also_changed.entry(cause).or_default() += 1;
    }
    for one in &mut difference.data {
        let cause = Cause { kind: one.kind, id: one.id.clone() };
        one.verdicts = verdicts.get(&cause).copied().unwrap_or_default();
        one.also_changed = also_changed.get(&cause).copied().unwrap_or_default();
    }
}

/// How many changes each entry causes.
fn tally(changes: &[Change]) -> BTreeMap<Cause, usize> {
    let mut counts = BTreeMap::new();
    for cause in changes.iter().flat_map(|change| &change.causes) {
        *counts.entry(cause.clone()).or_default() += 1;
    }
    counts
}
