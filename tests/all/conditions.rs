//! Every kind of condition has cases as data: servers on which it is true, false and unknown.

use std::path::Path;

use jiff::Timestamp;
use patchgate::advisory::case::CaseServer;
use patchgate::condition::Condition;
use patchgate::condition::name::Name;
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
pub struct Cases {
    #[serde(default)]
    pub products: Vec<Product>,
    #[serde(default)]
    pub updates: Vec<UpdateRow>,
    pub cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub name: String,
    at: Option<Moment>,
    pub condition: Condition,
    pub server: CaseServer,
    expect: Truth,
    missing: Option<Vec<patchgate::model::fact::Fact>>,
}

const AT: &str = "2014-01-20T09:00:00Z";

impl Case {
    /// The moment for which the condition is tested.
    pub fn moment(&self) -> Timestamp {
        self.at.unwrap_or(AT.parse().unwrap()).timestamp()
    }
}

/// The cases of a kind.
pub fn cases(kind: &str) -> Cases {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/conditions/{kind}.yaml"));
    let text = std::fs::read_to_string(&file).unwrap_or_else(|problem| panic!("{}: {problem}", file.display()));
    let (node, problems) = parse(&text).unwrap_or_else(|problem| panic!("{kind}: {problem:?}"));
    assert!(problems.is_empty(), "{kind}: {problems:?}");
    let (cases, problems) = decode::<Cases>(&node);
    assert!(problems.is_empty(), "{kind}: {problems:#?}");
    cases.unwrap()
}

/// What a file of cases knows of products and updates.
pub fn database(cases: &Cases) -> Database {
    Database::new(Parts { products: cases.products.clone(), rows: cases.updates.clone(), ..Parts::default() })
}

/// The same, indexed by what its conditions ask.
pub fn catalogue(cases: &Cases) -> Catalogue {
    let database = database(cases);
    let mut asked = std::collections::BTreeSet::new();
    for case in &cases.cases {
        case.condition.names(&mut |name| {
            if let Name::Update(update) = name {
                asked.insert(update.clone());
            }
        });
    }
    Catalogue::new(database.knowledge().clone(), Default::default(), database.lines(), &asked)
}

/// The key of a condition, as it is written.
fn key(condition: &Condition) -> String {
    serde_json::to_value(condition).unwrap().as_object().unwrap().keys().next().unwrap().clone()
}

#[test]
fn every_case_comes_out_as_it_says() {
    let mut wrong = Vec::new();
    for kind in Condition::KINDS {
        let file = cases(kind);
        let catalogue = catalogue(&file);
        for case in &file.cases {
            let mut trace = Trace::listening();
            let found = case.condition.test(&Hypothesis::now(&case.server.0, &catalogue, case.moment()), &mut trace);
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

/// The number of servers that have others of a kind beside them would need the fleet twice.
#[test]
fn others_hold_no_others_and_need_a_figure() {
    let problems = |text: &str| decode::<Condition>(&parse(text).unwrap().0).1;
    let nested =
        problems("others:\n  in: pool\n  where: {not: {others: {in: site, where: {role: edge}, over: 0}}}\n  over: 0");
    assert!(nested.iter().any(|one| one.message.contains("holds no `others`")), "{nested:?}");
    assert!(!problems("others: {in: pool, where: {role: edge}}").is_empty());
    assert!(problems("others: {in: pool, where: {role: edge}, over: 0}").is_empty());
}
