//! Every fact of a server is complete: it joins, has a schema, a name and a place, and somebody reads it.

use std::collections::BTreeMap;
use std::path::Path;

use patchgate::condition::Condition;
use patchgate::document::schema::schema;
use patchgate::input::load::Loader;
use patchgate::input::load::decode::decode;
use patchgate::input::load::inventory::Fleet;
use patchgate::input::load::node::parse;
use patchgate::model::catalogue::Catalogue;
use patchgate::model::fact::{Fact, PendingFact};
use patchgate::model::hypothesis::Hypothesis;
use patchgate::model::id::{ProductId, ServerName, UpdateId};
use patchgate::model::server::{Server, ServerFact};
use patchgate::model::trace::Trace;
use patchgate::model::truth::Truth;
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};

/// What `tests/facts.yaml` says of a fact.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    one: Value,
    two: Value,
    condition: Option<Condition>,
    read_by: Option<String>,
}

/// Every fact with its entry.
fn entries() -> Vec<(ServerFact, Entry)> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/facts.yaml");
    let (node, problems) = parse(&std::fs::read_to_string(file).unwrap()).unwrap();
    let (entries, more) = decode::<BTreeMap<String, Entry>>(&node);
    assert!(problems.is_empty() && more.is_empty(), "{problems:?} {more:#?}");
    let mut entries = entries.unwrap();
    let all = ServerFact::ALL.iter().map(|fact| {
        let entry = entries.remove(fact.word()).unwrap_or_else(|| {
            panic!(
                "tests/facts.yaml lacks the fact `{fact}`; add\n\n{fact}:\n  one: <a value>\n  two: <another value>\n  \
                 condition: <a condition that reads it>\n\nor, where no condition does, `read_by: <who does>`"
            )
        });
        assert_ne!(entry.one, entry.two, "{fact}: two values that differ");
        (*fact, entry)
    });
    let all = all.collect();
    assert!(entries.is_empty(), "no facts: {:?}", entries.keys());
    all
}

/// The fleet of inventories of one server, each collected later than the one before it.
fn fleet(servers: &[Value]) -> Fleet {
    let mut loader = Loader::default();
    let sources: Vec<_> = (1..)
        .zip(servers)
        .map(|(day, server)| {
            let at = format!("2024-10-0{day}");
            let inventory = json!({"schema": "patchgate/inventory/v1", "collected_at": at, "servers": [server]});
            loader.source(format!("{day}.json"), inventory.to_string().into_bytes()).unwrap()
        })
        .collect();
    let fleet = loader.fleet_of(&sources, false);
    fleet.unwrap_or_else(|| panic!("{servers:?}: {:?}", loader.finish()))
}

/// A server with one fact, and one of which nothing is known.
fn server(fact: ServerFact, value: &Value) -> Value {
    json!({"name": "a", fact.word(): value})
}

/// The fact as the server that was joined has it.
fn joined(fact: ServerFact, fleet: &Fleet) -> Value {
    serde_json::to_value(&fleet.servers[0]).unwrap()[fact.word()].clone()
}

#[test]
fn joining_takes_what_is_missing_and_notes_what_differs() {
    // The day of collection is what joining goes by.
    for (fact, entry) in entries().into_iter().filter(|(fact, _)| *fact != ServerFact::CollectedAt) {
        let (one, two) = (server(fact, &entry.one), server(fact, &entry.two));
        let whole = joined(fact, &fleet(std::slice::from_ref(&one)));
        assert!(!whole.is_null(), "{fact} is not read");
        let unknown = json!({"name": "a"});
        for taken in [[unknown.clone(), one.clone()], [one.clone(), unknown], [one.clone(), one.clone()]] {
            let fleet = fleet(&taken);
            assert_eq!((joined(fact, &fleet), fleet.notes), (whole.clone(), Vec::<String>::new()), "{taken:?}");
        }
        let fleet = fleet(&[two, one]);
        assert_eq!(joined(fact, &fleet), whole, "the newer collection of {fact} counts");
        let [note] = fleet.notes.as_slice() else { panic!("{fact}: one note about {:?}", fleet.notes) };
        let named: Fact = note.split('`').nth(1).unwrap().parse().unwrap();
        assert_eq!(named.in_server().unwrap().0, fact, "{note}");
    }
}

#[test]
fn every_fact_has_a_schema_and_a_name() {
    let schema = schema("inventory").unwrap();
    for (fact, entry) in entries() {
        let property = schema.pointer(&format!("/$defs/Server/properties/{fact}"));
        let description = property.and_then(|property| property.get("description")).and_then(Value::as_str);
        assert!(description.is_some_and(|text| !text.is_empty()), "the schema does not describe {fact}");
        assert_eq!(fact.word().parse(), Ok(Fact::Server(fact)));
        let unknown = Server::unknown(ServerName::new("a").unwrap());
        let known: Server = serde_json::from_value(server(fact, &entry.one)).unwrap();
        assert_eq!((unknown.has(fact), known.has(fact)), (false, true), "{fact}");
    }
}

/// A fact that nothing reads is collected in vain.
#[test]
fn somebody_reads_every_fact() {
    let catalogue = Catalogue::default();
    for (fact, entry) in entries() {
        let Some(condition) = entry.condition else {
            let reader = entry.read_by.unwrap_or_default();
            assert!(!reader.is_empty(), "tests/facts.yaml: say who reads `{fact}`: `condition:` or `read_by:`");
            continue;
        };
        let unknown = Server::unknown(ServerName::new("a").unwrap());
        let mut trace = Trace::listening();
        let at = "2024-10-01T00:00:00Z".parse().unwrap();
        assert_eq!(condition.test(&Hypothesis::now(&unknown, &catalogue, at), &mut trace), Truth::Unknown, "{fact}");
        let (_, missing) = trace.finish();
        let is_it = |missing: &Fact| missing.in_server().is_some_and(|(missing, _)| missing == fact);
        assert!(missing.iter().any(is_it), "`{condition}` does not read `{fact}`, but {missing:?}");
    }
}

/// Evidence points at the line of the entry that it names; where nothing names an entry, at the list.
#[test]
fn every_entry_of_a_list_is_found() {
    let mut found = 0;
    for (fact, entry) in entries() {
        let Some(items) = entry.one.as_array() else { continue };
        let lines: Vec<String> = items.iter().map(|item| format!("    - {item}\n")).collect();
        let text = format!("schema: patchgate/inventory/v1\nservers:\n- name: a\n  {fact}:\n{}", lines.concat());
        let mut loader = Loader::default();
        let source = loader.source("a.yaml".to_owned(), text.into_bytes()).unwrap();
        let fleet = loader.fleet_of(&[source], true).unwrap();
        let server = &fleet.servers[0];
        let names = server.names(fact);
        assert_eq!(names.len(), items.len(), "every entry of {fact} has a name, or none that was collected");
        for (line, name) in (5..).zip(names) {
            let (name, line) = name.map_or(("unnamed".into(), 5), |name| (name, line));
            let named: Fact = format!("{fact}.{name}").parse().unwrap();
            assert_eq!(fleet.origins.of(&server.name, &named), Some(format!("a.yaml:{line}")), "{named}");
            found += 1;
        }
    }
    assert!(found >= 15, "only {found} entries");
}

fn server_fact() -> impl Strategy<Value = ServerFact> {
    proptest::sample::select(ServerFact::ALL)
}

fn name() -> impl Strategy<Value = Box<str>> {
    "[a-zA-Z0-9 _.:{}-]{1,12}".prop_map(Into::into)
}

/// Facts of every shape. An id that ends like the name of a field, such as `a.version`, is read as that field of another.
fn fact() -> impl Strategy<Value = Fact> {
    let product = || "[a-z0-9-]{1,8}(\\.[0-9]{1,2})?".prop_map(|id| ProductId::new(&id).unwrap());
    // What begins with "KB" and is no number is refused.
    let update = || "[A-Za-z]{2}[0-9]{0,7}(\\.[0-9]{1,2})?".prop_filter_map("no id", |id| UpdateId::new(&id).ok());
    let pending = proptest::sample::select(PendingFact::ALL);
    let is_entry =
        |list: &ServerFact| !matches!(list, ServerFact::Products | ServerFact::Updates | ServerFact::Settings);
    prop_oneof![
        server_fact().prop_map(Fact::Server),
        product().prop_map(Fact::Product),
        product().prop_map(Fact::Version),
        update().prop_map(Fact::Installed),
        (update(), pending).prop_map(|(id, fact)| Fact::Pending(id, fact)),
        (server_fact().prop_filter("lists of which entries are named", is_entry), name())
            .prop_map(|(list, name)| Fact::Entry(list, name)),
        name().prop_map(Fact::Setting),
        Just(Fact::At),
        Just(Fact::Advisories),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Facts are read as they were written, in texts as in JSON.
    #[test]
    fn facts_keep_their_names(fact in fact()) {
        prop_assert_eq!(fact.to_string().parse(), Ok(fact.clone()));
        let written = serde_json::to_string(&fact).unwrap();
        prop_assert_eq!(&written, &serde_json::to_string(&fact.to_string()).unwrap());
        prop_assert_eq!(serde_json::from_str::<Fact>(&written).unwrap(), fact);
    }

    /// Whatever is read as a fact is written so that it is read as the same fact.
    #[test]
    fn what_is_a_fact_stays_one(list in server_fact(), rest in "[a-zA-Z0-9 .-]{0,20}") {
        if let Ok(fact) = format!("{list}.{rest}").parse::<Fact>() {
            prop_assert_eq!(fact.to_string().parse(), Ok(fact));
        }
    }
}
