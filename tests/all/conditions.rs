//! Every kind of condition has cases as data: servers on which it is true, false and unknown.

use std::path::Path;

use patchgate::advisory::case::CaseServer;
use patchgate::condition::Condition;
use patchgate::database::{Database, Parts, UpdateRow};
use patchgate::input::load::decode::decode;
use patchgate::input::load::node::parse;
use patchgate::model::catalogue::Catalogue;
use patchgate::model::hypothesis::Hypothesis;
use patchgate::model::product::Product;
use patchgate::model::time::Moment;
use patchgate::model::trace::Trace;
use patchgate::model::truth::Truth;
use serde::Deserialize;

/// A file of cases, with what its conditions need to know of products and updates.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    #[serde(default)]
    products: Vec<Product>,
    #[serde(default)]
    updates: Vec<UpdateRow>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    at: Option<Moment>,
    condition: Condition,
    server: CaseServer,
    expect: Truth,
    missing: Option<Vec<patchgate::model::fact::Fact>>,
}

const AT: &str = "2014-01-20T09:00:00Z";

fn cases(kind: &str) -> Cases {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/conditions/{kind}.yaml"));
    let text = std::fs::read_to_string(&file).unwrap_or_else(|problem| panic!("{}: {problem}", file.display()));
    let (node, problems) = parse(&text).unwrap_or_else(|problem| panic!("{kind}: {problem:?}"));
    assert!(problems.is_empty(), "{kind}: {problems:?}");
    let (cases, problems) = decode::<Cases>(&node);
    assert!(problems.is_empty(), "{kind}: {problems:#?}");
    cases.unwrap()
}

fn catalogue(cases: &mut Cases) -> Catalogue {
    let (products, rows) = (std::mem::take(&mut cases.products), std::mem::take(&mut cases.updates));
    let database = Database::new(Parts { products, rows, ..Parts::default() });
    let mut asked = std::collections::BTreeSet::new();
    for case in &cases.cases {
        case.condition.visit(&mut |one| {
            if let Condition::Update(update) = one {
                asked.insert(update.0.clone());
            }
        });
    }
    Catalogue::new(database.updates().clone(), database.version_rules(), &asked)
}

/// The key of a condition, as it is written.
fn key(condition: &Condition) -> String {
    serde_json::to_value(condition).unwrap().as_object().unwrap().keys().next().unwrap().clone()
}

#[test]
fn every_case_comes_out_as_it_says() {
    let mut wrong = Vec::new();
    for kind in Condition::KINDS {
        let mut file = cases(kind);
        let catalogue = catalogue(&mut file);
        for case in &file.cases {
            let at = case.at.unwrap_or(AT.parse().unwrap()).timestamp();
            let mut trace = Trace::listening();
            let found = case.condition.test(&Hypothesis::now(&case.server.0, &catalogue, at), &mut trace);
            let (evidence, missing) = trace.finish();
            if found != case.expect {
                wrong.push(format!("{kind}: {}: {found}, expected {}", case.name, case.expect));
            }
            if case.missing.as_ref().is_some_and(|expected| *expected != missing) {
                wrong.push(format!("{kind}: {}: misses {missing:?}, expected {:?}", case.name, case.missing));
            }
            // An outcome rests on something: known facts, or the lack of them. Only an empty list has nothing to show.
            let is_empty = matches!(key(&case.condition).as_str(), "all" | "any") && evidence.is_empty();
            if (found == Truth::Unknown) == missing.is_empty()
                || (found != Truth::Unknown && evidence.is_empty() && !is_empty)
            {
                wrong.push(format!("{kind}: {}: {found} with evidence {evidence:?}, missing {missing:?}", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_kind_has_a_true_a_false_and_an_unknown_case() {
    for kind in Condition::KINDS {
        let file = cases(kind);
        assert!(file.cases.iter().all(|case| key(&case.condition) == *kind), "{kind}: a case of another kind");
        // The moment of a decision is always known.
        let unknown = Some(Truth::Unknown).filter(|_| *kind != "date");
        for truth in [Truth::True, Truth::False].into_iter().chain(unknown) {
            assert!(file.cases.iter().any(|case| case.expect == truth), "{kind}: no case that is {truth}");
        }
    }
}

/// Conditions with several fields: each of them decides a case of each outcome by itself.
#[test]
fn every_field_has_a_true_a_false_and_an_unknown_case() {
    let fields: [(&str, &[&str]); 6] = [
        (
            "certificate",
            &[
                "thumbprint",
                "subject",
                "issuer",
                "used_by",
                "expires_within",
                "expired",
                "renewed_since_boot",
                "key_not_readable_by",
                "lacks_purpose",
                "issuer_not_in_chain",
                "signature",
                "subject_is_issuer",
                "store",
            ],
        ),
        ("setting", &["equals", "in", "at_least", "below"]),
        ("service", &["state", "start", "account"]),
        ("listener", &["process", "process_not"]),
        ("count", &["over", "below"]),
        ("uptime", &["over", "below"]),
    ];
    for (kind, names) in fields {
        let file = cases(kind);
        // What is given beside the field only says which entry is meant.
        let aside = ["name", "port", "of", "where"];
        for name in names {
            for truth in [Truth::True, Truth::False, Truth::Unknown] {
                let is_alone = |case: &&Case| {
                    let written = serde_json::to_value(&case.condition).unwrap();
                    written[kind].as_object().unwrap().keys().all(|key| key == name || aside.contains(&key.as_str()))
                        && written[kind].get(name).is_some()
                };
                let found = file.cases.iter().filter(is_alone).any(|case| case.expect == truth);
                assert!(found, "{kind}: no case in which `{name}` alone is {truth}");
            }
        }
    }
}
