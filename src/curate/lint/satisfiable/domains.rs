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
        let ranges = || {
            leaves.iter().filter_map(|(number, claim)| match claim {
                Claim::Product(_, versions) => Some((*number, *versions)),
                _ => None,
            })
        };
        let named = ranges().flat_map(|(_, versions)| versions.bounds()).map(|(_, version)| version);
        let near = |version: &Version| [Some(version.clone()), version.just_below(), version.just_above()];
        let candidates: Vec<Version> = named.flat_map(near).flatten().chain("0".parse()).collect();
        let holding = |version: &Version| {
            ranges()
                .filter(|(_, versions)| versions.contain(Some(version), scheme).is_true())
                .map(|(number, _)| number)
                .collect()
        };
        // Without the product no range holds, not even `*`.
        candidates.iter().map(holding).chain([Vec::new()]).collect()
    }

    fn installed(&self, leaves: &[(usize, &Claim<'_>)]) -> BTreeSet<Vec<usize>> {
        let updates: Vec<(usize, &UpdateId)> = leaves
            .iter()
            .filter_map(|(number, claim)| match claim {
                Claim::Update(update) => Some((*number, *update)),
                _ => None,
            })
            .collect();
        // What is installed together with each.
        let implied = |installed: &UpdateId| {
            let comes_with =
                |update: &UpdateId| update == installed || self.corpus.catalogue.successors(update).contains(installed);
            updates.iter().filter(|(_, update)| comes_with(update)).map(|(number, _)| *number).collect::<Vec<_>>()
        };
        let implied_by: HashMap<usize, Vec<usize>> =
            updates.iter().map(|(number, installed)| (*number, implied(installed))).collect();
        let with_implied = |installed: Vec<usize>| {
            let all: BTreeSet<usize> =
                installed.iter().filter_map(|number| implied_by.get(number)).flatten().copied().collect();
            all.into_iter().collect()
        };
        subsets(updates.iter().map(|(number, _)| *number)).into_iter().map(with_implied).collect()
    }

    /// A fact has one value: each on either side of where an outcome changes, and of a setting those that are declared.
    fn values(&self, fact: &Fact, leaves: &[(usize, &Claim<'_>)]) -> BTreeSet<Vec<usize>> {
        let tests = || {
            leaves.iter().filter_map(|(number, claim)| match claim {
                Claim::Value(_, test) => Some((*number, *test)),
                _ => None,
            })
        };
        let declared = fact.setting().and_then(|name| self.corpus.database.settings().get(name));
        let declared = declared.map(|setting| setting.values.as_slice()).unwrap_or_default();
        let mut values: Vec<Value> = tests().flat_map(|(_, test)| test.turns()).collect();
        let has = |word: &str| values.iter().any(|value| value.word() == word);
        let (has_truths, has_texts) = (has("bool"), has("text"));
        values.extend(declared.iter().cloned().map(Value::Text));
        if has_truths {
            values.extend([true, false].map(Value::Bool));
        }
        // Where the values that occur are declared, there is no other.
        if has_texts && declared.is_empty() {
            values.push(Value::Text("another value".to_owned()));
        }
        if values.is_empty() {
            // No comparison at all: it holds as soon as the fact is known.
            values.push(Value::Bool(true));
        }
        let holding =
            |value| tests().filter(|(_, test)| test.accepts(value).is_true()).map(|(number, _)| number).collect();
        values.iter().map(holding).collect()
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
    let wanted: Vec<(usize, &Vec<&str>)> = leaves
        .iter()
        .filter_map(|(number, claim)| match claim {
            Claim::Roles(roles) => Some((*number, roles)),
            _ => None,
        })
        .collect();
    let all: BTreeSet<Folded> =
        wanted.iter().flat_map(|(_, roles)| roles.iter().map(|role| Folded::of(role))).collect();
    let all: Vec<Folded> = all.into_iter().collect();
    let holding = |own: Vec<usize>| {
        let has = |role: &&str| own.iter().filter_map(|index| all.get(*index)).any(|one| is_same(one.as_str(), role));
        wanted.iter().filter(|(_, roles)| roles.iter().any(has)).map(|(number, _)| *number).collect()
    };
    match is_of_one_role {
        true => (0..all.len()).map(|role| vec![role]).chain([Vec::new()]).map(holding).collect(),
        false => subsets(0..all.len()).into_iter().map(holding).collect(),
    }
}

/// An entry that matches more fields matches fewer; else the leaves are free, for a list has many entries.
fn entries(leaves: &[(usize, &Claim<'_>)]) -> BTreeSet<Vec<usize>> {
    let fields = |claim: &Claim<'_>| match claim {
        Claim::Entry(_, fields) => Some(fields.clone()),
        _ => None,
    };
    let all: Vec<(usize, Fields)> =
        leaves.iter().filter_map(|(number, claim)| Some((*number, fields(claim)?))).collect();
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
    let asked = || {
        leaves.iter().filter_map(|(number, claim)| match claim {
            Claim::OnlyEntry(_, fields) => Some((*number, fields)),
            _ => None,
        })
    };
    let keys: BTreeSet<&String> = asked().flat_map(|(_, fields)| fields.keys()).collect();
    let mut entries = vec![Fields::new()];
    for key in keys {
        let values: BTreeSet<Folded> =
            asked().filter_map(|(_, fields)| fields.get(key)).map(|value| Folded::of(value)).collect();
        // Each entry so far, without a value that is asked for, and with each of them.
        let with = |entry: &Fields| {
            let with_value = |value: &Folded| {
                entry
                    .iter()
                    .map(|(k, v)| (k.clone(), v.clone()))
                    .chain([(key.clone(), value.as_str().to_owned())])
                    .collect()
            };
            [entry.clone()].into_iter().chain(values.iter().map(with_value)).collect::<Vec<Fields>>()
        };
        entries = entries.iter().flat_map(with).collect();
    }
    let holding =
        |entry: &Fields| asked().filter(|(_, fields)| has_fields(entry, fields)).map(|(number, _)| number).collect();
    entries.iter().map(holding).chain([Vec::new()]).collect()
}
