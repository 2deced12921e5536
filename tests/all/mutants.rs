//! Each kind of fault that `advisory test --mutants` puts into an advisory survives until a case covers it.

use std::collections::BTreeSet;

use patchgate::advisory::Advisory;
use patchgate::curate::corpus::Corpus;
use patchgate::curate::mutants::{self, Mutant};
use patchgate::database::{Database, Parts};
use patchgate::input::load::database::Collection;
use patchgate::input::load::decode::decode;
use patchgate::input::load::node::parse;
use serde::Deserialize;
use serde_json::{Map, Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    advisories: Vec<Entry>,
}

/// An advisory, faults, and the servers that do not notice them, and those that do.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    advisory: Map<String, Value>,
    unnoticed: Vec<Map<String, Value>>,
    mutants: BTreeSet<String>,
    noticed: Vec<Map<String, Value>>,
}

fn entries() -> Vec<Entry> {
    let (node, problems) = parse(include_str!("../mutants.yaml")).unwrap();
    let (file, more) = decode::<File>(&node);
    assert!(problems.is_empty() && more.is_empty(), "{problems:?} {more:?}");
    file.unwrap().advisories
}

/// The advisory with some servers as its cases; what they expect does not matter to mutation.
fn advisory(entry: &Entry, servers: &[Map<String, Value>], more: Value) -> Advisory {
    let cases = servers.iter().map(|server| {
        let mut server = server.clone();
        let mut case = json!({"name": "c", "expect": "speaks"});
        for key in ["update", "at"] {
            if let Some(value) = server.remove(key) {
                case[key] = value;
            }
        }
        case["server"] = server.into();
        case
    });
    let mut written = json!({
        "schema": "patchgate/advisory/v1", "id": "PG-2024-0001", "title": "t", "kind": "known-bad", "severity": "low",
        "published": "2024-01-01",
    });
    let keys = written.as_object_mut().unwrap();
    if !entry.advisory.contains_key("builds") {
        keys.insert("updates".to_owned(), json!(["KB9"]));
    }
    keys.extend(entry.advisory.clone());
    keys.insert("cases".to_owned(), cases.collect());
    keys.extend(more.as_object().unwrap().clone());
    serde_json::from_value(written).unwrap_or_else(|error| panic!("{}: {error}", entry.name))
}

fn database() -> Database {
    let builds: Vec<Value> =
        (1..=5).map(|n| json!({"name": format!("{n}"), "version": format!("1.0.0.{n}")})).collect();
    let product =
        |id: &str, builds: &[Value]| json!({"schema": "patchgate/product/v1", "id": id, "name": id, "builds": builds});
    let products = [product("p", &builds), product("q", &[])].map(|product| serde_json::from_value(product).unwrap());
    Database::new(Parts { products: products.into(), ..Parts::default() })
}

fn survivors(advisory: &Advisory) -> Vec<Mutant> {
    let (files, database) = (Collection::default(), database());
    let corpus = Corpus::new(&files, &database, "2026-01-01".parse().unwrap());
    mutants::trial(&corpus, advisory).survivors
}

fn names(survivors: &[Mutant]) -> BTreeSet<String> {
    survivors.iter().map(|mutant| mutant.name.clone()).collect()
}

#[test]
fn a_fault_survives_until_a_case_covers_it() {
    for entry in entries() {
        let unnoticed = names(&survivors(&advisory(&entry, &entry.unnoticed, json!({}))));
        let missing: Vec<&String> = entry.mutants.difference(&unnoticed).collect();
        assert!(missing.is_empty(), "{}: {missing:?} do not survive, but {unnoticed:?}", entry.name);
        let all = [entry.unnoticed.clone(), entry.noticed.clone()].concat();
        let noticed = names(&survivors(&advisory(&entry, &all, json!({}))));
        let left: Vec<&String> = entry.mutants.intersection(&noticed).collect();
        assert!(left.is_empty(), "{}: {left:?} still survive", entry.name);
    }
}

#[test]
fn a_survivor_may_be_excused() {
    for entry in entries() {
        let name = entry.mutants.first().unwrap();
        let excuse = json!({"survivors": [{"mutant": name, "reason": "why"}]});
        let excused = survivors(&advisory(&entry, &entry.unnoticed, excuse));
        let of_name: Vec<&Mutant> = excused.iter().filter(|mutant| mutant.name == *name).collect();
        assert!(!of_name.is_empty(), "{}", entry.name);
        assert!(of_name.iter().all(|mutant| mutant.excuse.as_deref() == Some("why")), "{}", entry.name);
    }
}

/// What no case could notice is no fault: an end moved to where the same builds are in the range.
#[test]
fn a_change_that_changes_nothing_is_not_counted() {
    let entry = Entry {
        name: "both bounds say the same".to_owned(),
        advisory: json!({"affects": [{"product": "p", "versions": ">=1.0.0.3, >1.0.0.2"}]})
            .as_object()
            .unwrap()
            .clone(),
        unnoticed: Vec::new(),
        mutants: BTreeSet::new(),
        noticed: Vec::new(),
    };
    let names = names(&survivors(&advisory(&entry, &[], json!({}))));
    assert!(!names.iter().any(|name| name.ends_with("becomes >=1.0.0.2, >1.0.0.2")), "{names:?}");
    assert!(names.iter().any(|name| name.ends_with("becomes >1.0.0.3, >1.0.0.2")), "{names:?}");
}
