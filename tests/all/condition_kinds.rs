//! What each kind of condition says of itself, held against its cases: who asks the kinds relies on their telling all.

use std::collections::{BTreeMap, BTreeSet};

use patchgate::condition::Condition;
use patchgate::condition::name::Name;
use patchgate::curate::corpus::Corpus;
use patchgate::curate::lint::satisfiable::{Formula, Solver};
use patchgate::database::Database;
use patchgate::input::load::database::Collection;
use patchgate::model::catalogue::Catalogue;
use patchgate::model::fact::Fact;
use patchgate::model::hypothesis::Hypothesis;
use patchgate::model::id::UpdateId;
use patchgate::model::key_path::KeyPath;
use patchgate::model::server::{Server, ServerFact};
use patchgate::model::trace::{Evidence, Trace};
use patchgate::model::truth::Truth;
use serde_json::Value;

use crate::conditions::{Case, Cases, cases, catalogue, database};

fn tested(case: &Case, server: &Server, catalogue: &Catalogue) -> (Truth, Vec<Evidence>, Vec<Fact>) {
    let mut trace = Trace::listening();
    let truth = case.condition.test(&Hypothesis::now(server, catalogue, case.moment()), &mut trace);
    let (evidence, missing) = trace.finish();
    (truth, evidence, missing)
}

fn facts(condition: &Condition) -> Vec<Fact> {
    let mut facts = Vec::new();
    condition.facts(&mut |fact| facts.push(fact));
    facts
}

/// Every case of every kind, with what its file knows of products and updates.
fn each_case(mut check: impl FnMut(&Case, &Catalogue)) {
    for kind in Condition::KINDS {
        let file = cases(kind);
        let catalogue = catalogue(&file);
        file.cases.iter().for_each(|case| check(case, &catalogue));
    }
}

/// Whether two names of facts may mean the same: one is in the other, or both are the same entry of a list.
fn meet(one: &Fact, two: &Fact) -> bool {
    match (one.in_server(), two.in_server()) {
        (Some((list, name)), Some((other, its))) => list == other && (name == its || name.is_none() || its.is_none()),
        _ => one == two,
    }
}

#[test]
fn every_fact_in_evidence_or_missing_is_one_that_the_kind_names() {
    each_case(|case, catalogue| {
        let named = facts(&case.condition);
        let (_, evidence, missing) = tested(case, &case.server.0, catalogue);
        for fact in evidence.iter().map(|one| &one.fact).chain(&missing) {
            assert!(named.iter().any(|one| meet(one, fact)), "{}: {fact} is not among {named:?}", case.name);
        }
    });
}

/// Server facts that a condition does not name can be left out of the server.
#[test]
fn a_condition_reads_no_fact_that_it_does_not_name() {
    each_case(|case, catalogue| {
        let kept: BTreeSet<&str> =
            facts(&case.condition).iter().filter_map(Fact::in_server).map(|(list, _)| list.word()).collect();
        let mut written = serde_json::to_value(&case.server.0).unwrap();
        written.as_object_mut().unwrap().retain(|key, _| key == "name" || kept.contains(key.as_str()));
        let bare: Server = serde_json::from_value(written).unwrap();
        assert_eq!(tested(case, &bare, catalogue), tested(case, &case.server.0, catalogue), "{}", case.name);
    });
}

/// Nor does it name one that it never reads: on a server of which nothing is known, all of them are missing.
#[test]
fn a_condition_names_no_fact_that_it_does_not_read() {
    for kind in Condition::KINDS {
        let file = cases(kind);
        let catalogue = catalogue(&file);
        let mut read = BTreeSet::new();
        let mut named = BTreeSet::new();
        for case in &file.cases {
            let lists = |facts: &mut dyn Iterator<Item = &Fact>| {
                facts.filter_map(Fact::in_server).map(|(list, _)| list).collect::<Vec<ServerFact>>()
            };
            let (_, evidence, missing) = tested(case, &case.server.0, &catalogue);
            read.extend(lists(&mut evidence.iter().map(|one| &one.fact).chain(&missing)));
            named.extend(lists(&mut facts(&case.condition).iter()));
        }
        assert_eq!(named, read, "{kind}");
    }
}

/// What the database or a collector may know, as texts, by the name that a condition has to report for it.
fn known(file: &Cases) -> BTreeMap<String, &'static str> {
    let mut known = BTreeMap::new();
    let servers = || file.cases.iter().map(|case| &*case.server.0);
    let mut add = |what, word: &str| {
        known.insert(word.to_lowercase(), what);
    };
    for server in servers() {
        server
            .services
            .iter()
            .flatten()
            .flat_map(|one| [&one.state, &one.start])
            .flatten()
            .for_each(|w| add("word", w));
        for one in server.certificates.iter().flatten() {
            [&one.store, &one.signature].into_iter().flatten().for_each(|word| add("word", word));
            one.purposes.iter().flatten().for_each(|word| add("word", word));
        }
        server.roles.iter().flatten().for_each(|role| add("role", role));
        server.products.iter().flatten().for_each(|one| add("product", one.product.as_str()));
        server.updates.iter().flatten().for_each(|one| add("update", one.id().as_str()));
        server.settings.iter().flatten().for_each(|(name, _)| add("setting", name));
    }
    file.products.iter().for_each(|product| add("product", product.id.as_str()));
    for row in &file.updates {
        add("update", row.update.as_str());
        row.supersedes().for_each(|id| add("update", id.as_str()));
    }
    known
}

/// A name as `known` has it.
fn word(name: Name<'_>) -> Option<(String, &'static str)> {
    let (word, what) = match name {
        Name::Product(id) => (id.as_str(), "product"),
        Name::Role(role) => (role, "role"),
        Name::Update(id) => (id.as_str(), "update"),
        Name::Setting(name) => (name, "setting"),
        Name::Word(_, _, word) => (word, "word"),
        Name::Versions(..) | Name::Value(..) | Name::Bound(_) | Name::Since(_) => return None,
    };
    Some((word.to_lowercase(), what))
}

/// All texts in a condition, in the form in which `known` has them.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![UpdateId::new(text).map_or(text.clone(), |id| id.to_string()).to_lowercase()],
        Value::Array(entries) => entries.iter().flat_map(texts).collect(),
        Value::Object(entries) => entries.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn every_product_role_update_setting_and_word_in_a_condition_is_named() {
    for kind in Condition::KINDS {
        let file = cases(kind);
        let known = known(&file);
        for case in &file.cases {
            let mut named = Vec::new();
            case.condition.names(&mut |name| named.extend(word(name)));
            let written = texts(&serde_json::to_value(&case.condition).unwrap());
            let expected = written.into_iter().filter_map(|text| known.get_key_value(&text));
            for (text, what) in expected {
                assert!(named.contains(&(text.clone(), what)), "{kind}: {}: {what} {text}: {named:?}", case.name);
            }
        }
    }
}

/// Findings point at what is named: its path leads there from the condition's key.
#[test]
fn a_name_stands_where_its_path_leads() {
    each_case(|case, _| {
        case.condition.visit(&mut |condition| {
            let written = &serde_json::to_value(condition).unwrap()[condition.key()];
            condition.kind().names(&mut |path: KeyPath, name| {
                // A list may be written as its only entry.
                let found = written.pointer(&path.pointer()).or_else(|| written.pointer(&path.parent()?.0.pointer()));
                let is_there = match name {
                    Name::Versions(_, versions) => {
                        versions.is_every() || found == Some(&Value::from(versions.to_string()))
                    }
                    Name::Value(_, value) => found == Some(&serde_json::to_value(value).unwrap()),
                    Name::Bound(_) => found.is_some_and(Value::is_number),
                    Name::Since(day) => found == Some(&Value::from(day.to_string())),
                    name => word(name).is_some_and(|(text, _)| found.is_some_and(|one| texts(one) == [text])),
                };
                assert!(is_there, "{}: {name:?} is not at {path}", case.name);
            });
        });
    });
}

/// A case without a moment of its own is judged on the last of these days.
#[test]
fn a_date_names_the_day_from_which_it_counts() {
    let written = r#"{"all": [{"date": {"from": "2024-02-01"}}, {"date": {"before": "2024-03-01"}}]}"#;
    let condition: Condition = serde_json::from_str(written).unwrap();
    let mut named = Vec::new();
    condition.names(&mut |name| named.push(name));
    assert_eq!(named, [Name::Since("2024-02-01".parse().unwrap())]);
}

/// What the cases show to be possible, one condition by itself or two on one server, no claim may rule out: lint would
/// report a contradiction where there is none.
#[test]
fn a_claim_rules_out_nothing_that_a_case_shows() {
    for kind in Condition::KINDS {
        let file = cases(kind);
        let (catalogue, database, files) = (catalogue(&file), database(&file), Collection::default());
        let corpus = Corpus::new(&files, &database, "2026-01-01".parse().unwrap());
        // Claims take a server to have one version of a product.
        let is_plain = |case: &&Case| {
            let products: Vec<_> = case.server.0.products.iter().flatten().map(|one| &one.product).collect();
            products.iter().collect::<BTreeSet<_>>().len() == products.len()
        };
        for server in file.cases.iter().filter(is_plain) {
            let outcome = |case: &Case| {
                let on = Hypothesis::now(&server.server.0, &catalogue, server.moment());
                case.condition.test(&on, &mut Trace::silent())
            };
            let known: Vec<(&Case, Truth)> = file.cases.iter().map(|case| (case, outcome(case))).collect();
            let known: Vec<_> = known.into_iter().filter(|(_, truth)| *truth != Truth::Unknown).collect();
            for (one, of_one) in &known {
                for (two, of_two) in &known {
                    let mut worlds = Solver::new(&corpus);
                    let parts = [(one, of_one), (two, of_two)].map(|(case, truth)| {
                        let formula = worlds.condition(&case.condition);
                        if truth.is_true() { formula } else { Formula::Not(Box::new(formula)) }
                    });
                    let outcomes = worlds.outcomes(&Formula::All(parts.into()));
                    assert!(
                        outcomes.is_none_or(|(holds, _)| holds),
                        "{kind}: on the server of `{}`, `{}` is {of_one} and `{}` is {of_two}",
                        server.name,
                        one.condition,
                        two.condition,
                    );
                }
            }
        }
    }
}

fn contradicts(condition: &str) -> bool {
    let (database, files) = (Database::default(), Collection::default());
    let corpus = Corpus::new(&files, &database, "2026-01-01".parse().unwrap());
    let condition: Condition = serde_json::from_str(condition).unwrap();
    let mut worlds = Solver::new(&corpus);
    let formula = worlds.condition(&condition);
    worlds.outcomes(&formula).is_some_and(|(holds, _)| !holds)
}

/// And what a kind claims does rule something out, to the last value.
#[test]
fn claims_contradict_each_other_where_no_server_has_both() {
    let pairs = [
        (r#"{"reboot_pending": true}"#, r#"{"reboot_pending": false}"#, r#"{"reboot_pending": true}"#),
        (r#"{"uptime": {"over": "1d"}}"#, r#"{"uptime": {"below": "24h"}}"#, r#"{"uptime": {"below": "1441m"}}"#),
        (
            r#"{"date": {"from": "2024-02-01"}}"#,
            r#"{"date": {"before": "2024-02-01"}}"#,
            r#"{"date": {"before": "2024-02-02"}}"#,
        ),
        (
            r#"{"count": {"of": "service", "over": 3}}"#,
            r#"{"count": {"of": "service", "below": 4}}"#,
            r#"{"count": {"of": "service", "below": 5}}"#,
        ),
        (
            r#"{"count": {"of": "service", "below": 1}}"#,
            r#"{"not": {"count": {"of": "service", "below": 2}}}"#,
            r#"{"count": {"of": "service", "where": {"state": "running"}, "over": 2}}"#,
        ),
        (
            r#"{"setting": {"name": "s", "at_least": 3}}"#,
            r#"{"setting": {"name": "s", "below": 3}}"#,
            r#"{"setting": {"name": "s", "below": 3.5}}"#,
        ),
        (
            r#"{"setting": {"name": "s", "equals": "a"}}"#,
            r#"{"setting": {"name": "s", "in": ["b", "c"]}}"#,
            r#"{"setting": {"name": "t", "equals": "b"}}"#,
        ),
        (
            r#"{"service": {"name": "A", "state": "running"}}"#,
            r#"{"service": {"name": "a", "state": "stopped"}}"#,
            r#"{"service": {"name": "B", "state": "stopped"}}"#,
        ),
        (
            r#"{"service": {"name": "A", "state": "running", "start": "manual"}}"#,
            r#"{"not": {"service": {"name": "a"}}}"#,
            r#"{"not": {"service": {"name": "a", "start": "automatic"}}}"#,
        ),
        (
            r#"{"listener": {"port": 1, "process": "a.exe"}}"#,
            r#"{"not": {"listener": {"port": 1}}}"#,
            r#"{"not": {"listener": {"port": 2}}}"#,
        ),
        (
            r#"{"certificate": {"store": "MY", "expired": true}}"#,
            r#"{"not": {"certificate": {"store": "my"}}}"#,
            r#"{"not": {"certificate": {"expired": false}}}"#,
        ),
        (r#"{"role": "edge"}"#, r#"{"not": {"role": ["Edge", "mediation"]}}"#, r#"{"role": "mediation"}"#),
        (r#"{"update": "KB1"}"#, r#"{"not": {"update": "KB1"}}"#, r#"{"not": {"update": "KB2"}}"#),
        (
            r#"{"product": {"id": "p", "versions": ">=2"}}"#,
            r#"{"product": {"id": "p", "versions": "<2"}}"#,
            r#"{"product": {"id": "q", "versions": "<2"}}"#,
        ),
    ];
    for (one, other, compatible) in pairs {
        assert!(contradicts(&format!(r#"{{"all": [{one}, {other}]}}"#)), "{one} and {other}");
        assert!(!contradicts(&format!(r#"{{"all": [{one}, {compatible}]}}"#)), "{one} and {compatible}");
    }
}
