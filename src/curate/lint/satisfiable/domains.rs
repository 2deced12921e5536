//! The domains in each dimension: for one fact, the sets of leaves that can hold there together.

use std::collections::{BTreeSet, HashMap};

use super::{Dimension, Solver};
use crate::condition::claim::{Claim, Fields};
use crate::model::fact::Fact;
use crate::model::id::{ProductId, UpdateId};
use crate::model::name::{Folded, is_same};
use crate::model::setting::Value;
use crate::model::version::{Version, VersionScheme};

impl Solver<'_> {
    /// The sets of leaves of a dimension that can hold together, each once.
    pub(super) fn domains(&self, dimension: &Dimension, leaves: &[(usize, &Claim<'_>)]) -> BTreeSet<Vec<usize>> {
        match dimension {
            Dimension::Product(product) => self.versions(product, leaves),
            Dimension::Roles => roles(leaves, self.is_of_one_role),
            Dimension::Updates => self.installed(leaves),
            Dimension::Value(fact) => self.values(fact, leaves),
            Dimension::OnlyEntry(_) => only_entry(leaves),
            Dimension::Entries(_) => entries(leaves),
            Dimension::Free(_) => subsets(leaves.iter().map(|(number, _)| *number)),
        }
    }

    fn versions(&self, product: &ProductId, leaves: &[(usize, &Claim<'_>)]) -> BTreeSet<Vec<usize>> {
        let scheme = self.corpus.scheme(product);
        if scheme == VersionScheme::Semver {
            return subsets(leaves.iter().map(|(number, _)| *number));
        }
        let ranges = claiming(leaves, |claim| match claim {
            Claim::Product(_, versions) => Some(*versions),
            _ => None,
        });
        let named = ranges.iter().flat_map(|(_, versions)| versions.bounds()).map(|(_, version)| version);
        let near = |version: &Version| [Some(version.clone()), version.just_below(), version.just_above()];
        let candidates: Vec<Version> = named.flat_map(near).flatten().chain("0".parse()).collect();
        let on = |version: &Version| holding(&ranges, |range| range.contain(Some(version), scheme).is_true());
        // Without the product no range holds, not even `*`.
        candidates.iter().map(on).chain([Vec::new()]).collect()
    }

    fn installed(&self, leaves: &[(usize, &Claim<'_>)]) -> BTreeSet<Vec<usize>> {
        let updates = claiming(leaves, |claim| match claim {
            Claim::Update(update) => Some(*update),
            _ => None,
        });
        let implied = |installed: &UpdateId| holding(&updates, |update| self.comes_with(update, installed));
        let implied_by: HashMap<usize, Vec<usize>> =
            updates.iter().map(|(number, installed)| (*number, implied(installed))).collect();
        let with_implied = |installed: Vec<usize>| {
            let all: BTreeSet<usize> =
                installed.iter().filter_map(|number| implied_by.get(number)).flatten().copied().collect();
            all.into_iter().collect()
        };
        subsets(updates.iter().map(|(number, _)| *number)).into_iter().map(with_implied).collect()
    }

    /// Whether an update counts as installed where another one is.
    fn comes_with(&self, update: &UpdateId, installed: &UpdateId) -> bool {
        update == installed || self.corpus.catalogue.successors(update).contains(installed)
    }

    /// A fact has one value.
    fn values(&self, fact: &Fact, leaves: &[(usize, &Claim<'_>)]) -> BTreeSet<Vec<usize>> {
        let tests = claiming(leaves, |claim| match claim {
            Claim::Value(_, test) => Some(*test),
            _ => None,
        });
        let declared = fact.setting().and_then(|name| self.corpus.database.settings().get(name));
        let declared = declared.map(|setting| setting.values.as_slice()).unwrap_or_default();
        let turns: Vec<Value> = tests.iter().flat_map(|(_, test)| test.turns()).collect();
        let at = |value: &Value| holding(&tests, |test| test.accepts(value).is_true());
        different_values(&turns, declared).iter().map(at).collect()
    }
}

/// The leaves that make claims of one kind, with what each claims.
fn claiming<'l, T>(leaves: &[(usize, &'l Claim<'l>)], claim: impl Fn(&'l Claim<'l>) -> Option<T>) -> Vec<(usize, T)> {
    leaves.iter().filter_map(|(number, leaf)| Some((*number, claim(leaf)?))).collect()
}

/// The leaves whose claims hold.
fn holding<T>(claims: &[(usize, T)], holds: impl Fn(&T) -> bool) -> Vec<usize> {
    claims.iter().filter(|(_, claim)| holds(claim)).map(|(number, _)| *number).collect()
}

/// A value on either side of each where an outcome changes, and of a setting those that are declared.
fn different_values(turns: &[Value], declared: &[String]) -> Vec<Value> {
    let has = |word: &str| turns.iter().any(|value| value.word() == word);
    let truths = has("bool").then_some([true, false]).into_iter().flatten().map(Value::Bool);
    // Where the values that occur are declared, there is no other.
    let is_open = has("text") && declared.is_empty();
    let other = is_open.then(|| Value::Text("another value".to_owned()));
    let declared = declared.iter().cloned().map(Value::Text);
    let values: Vec<Value> = turns.iter().cloned().chain(declared).chain(truths).chain(other).collect();
    match values.is_empty() {
        // No comparison at all: it holds as soon as the fact is known.
        true => vec![Value::Bool(true)],
        false => values,
    }
}

/// Beyond this many free leaves of one fact, only none, each alone, all but each, and all of them are looked at.
pub(super) const FREE: usize = 10;

fn subsets(numbers: impl Iterator<Item = usize>) -> BTreeSet<Vec<usize>> {
    let numbers: Vec<usize> = numbers.collect();
    match numbers.len() {
        count if count <= FREE => {
            let chosen = |bits: u32| {
                let is_chosen = |(index, _): &(usize, &usize)| bits >> index & 1 == 1;
                numbers.iter().enumerate().filter(is_chosen).map(|(_, number)| *number).collect()
            };
            (0..1_u32 << count).map(chosen).collect()
        }
        _ => {
            let without = |left_out: &usize| numbers.iter().copied().filter(|number| number != left_out).collect();
            let edges = [Vec::new(), numbers.clone()];
            numbers.iter().map(|number| vec![*number]).chain(numbers.iter().map(without)).chain(edges).collect()
        }
    }
}

/// A server has any set of roles, or at most one.
fn roles(leaves: &[(usize, &Claim<'_>)], is_of_one_role: bool) -> BTreeSet<Vec<usize>> {
    let wanted = claiming(leaves, |claim| match claim {
        Claim::Roles(roles) => Some(roles),
        _ => None,
    });
    let all = each_once(wanted.iter().flat_map(|(_, roles)| roles.iter().copied()));
    let with = |own: Vec<usize>| {
        let has = |role: &&str| own.iter().filter_map(|index| all.get(*index)).any(|one| is_same(one.as_str(), role));
        holding(&wanted, |roles| roles.iter().any(has))
    };
    match is_of_one_role {
        true => (0..all.len()).map(|role| vec![role]).chain([Vec::new()]).map(with).collect(),
        false => subsets(0..all.len()).into_iter().map(with).collect(),
    }
}

fn each_once<'r>(roles: impl Iterator<Item = &'r str>) -> Vec<Folded> {
    let roles: BTreeSet<Folded> = roles.map(Folded::of).collect();
    roles.into_iter().collect()
}

/// An entry that matches more fields matches fewer; else the leaves are free, for a list has many entries.
fn entries(leaves: &[(usize, &Claim<'_>)]) -> BTreeSet<Vec<usize>> {
    let all = claiming(leaves, |claim| match claim {
        Claim::Entry(_, fields) => Some(fields),
        _ => None,
    });
    let implied = |holding: &[usize], number: usize| {
        let asked = all.iter().find(|(one, _)| *one == number);
        all.iter()
            .filter(|(one, _)| holding.contains(one))
            .any(|(_, found)| asked.is_some_and(|(_, asked)| has_fields(found, asked)))
    };
    let with_implied =
        |holding: Vec<usize>| leaves.iter().map(|(number, _)| *number).filter(|one| implied(&holding, *one)).collect();
    subsets(leaves.iter().map(|(number, _)| *number)).into_iter().map(with_implied).collect()
}

/// Whether an entry has all the fields that are asked.
fn has_fields(entry: &Fields, asked: &Fields) -> bool {
    asked.iter().all(|(key, value)| entry.get(key).is_some_and(|own| is_same(own, value)))
}

/// The only entry of a name is absent, or has one value in each field.
fn only_entry(leaves: &[(usize, &Claim<'_>)]) -> BTreeSet<Vec<usize>> {
    let asked = claiming(leaves, |claim| match claim {
        Claim::OnlyEntry(_, fields) => Some(fields),
        _ => None,
    });
    let keys: BTreeSet<&String> = asked.iter().flat_map(|(_, fields)| fields.keys()).collect();
    let mut entries = vec![Fields::new()];
    for key in keys {
        let values: BTreeSet<Folded> =
            asked.iter().filter_map(|(_, fields)| fields.get(key)).map(|value| Folded::of(value)).collect();
        entries = entries.iter().flat_map(|entry| with_each(entry, key, &values)).collect();
    }
    let of = |entry: &Fields| holding(&asked, |fields| has_fields(entry, fields));
    entries.iter().map(of).chain([Vec::new()]).collect()
}

/// An entry without a value that is asked for in a field, and with each of them.
fn with_each(entry: &Fields, key: &str, values: &BTreeSet<Folded>) -> Vec<Fields> {
    let with = |value: &Folded| {
        let mut entry = entry.clone();
        entry.insert(key.to_owned(), value.as_str().to_owned());
        entry
    };
    [entry.clone()].into_iter().chain(values.iter().map(with)).collect()
}
