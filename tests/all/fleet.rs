//! What servers mean to each other, at a size: each is said once, nothing waits in a circle, a name is one whatever its case.

use std::collections::{HashMap, HashSet};

use patchgate::document::decision::{Decision, Document, Wait};
use patchgate::render::{Formats, Page};
use serde_json::{Value, json};

use crate::universe::Written;

/// Two products with opposite orders of the same roles.
fn products() -> Vec<Value> {
    let product = |id: &str, order: [&str; 2]| json!({"schema": "patchgate/product/v1", "id": id, "name": id, "roles": ["front", "back"], "update_order": order});
    vec![product("p", ["back", "front"]), product("q", ["front", "back"])]
}

fn written(servers: Vec<Value>, pending: Vec<Value>) -> Written {
    let policy = json!({"schema": "patchgate/policy/v1", "name": "default", "hold": [], "rings": [{"name": "pilot", "soak": "0d"}, {"name": "broad", "soak": "0d"}],
        "effects": {"reported": "sequence"}});
    let at = "2024-06-15T12:00:00Z".to_owned();
    Written { servers, pending, products: products(), rows: vec![], advisories: vec![], policy, waivers: vec![], at }
}

fn server(name: &str, more: Value) -> Value {
    let products = json!([{"product": "p", "version": "1.0.0.1"}]);
    let mut server =
        json!({"name": name, "updates": [], "roles": [], "collected_at": "2024-06-15", "products": products});
    server.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    server
}

fn update(more: Value) -> Value {
    let mut update = json!({"id": "KB1", "products": ["p"], "released": "2024-05-01", "restart": "required"});
    update.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    update
}

fn of<'d>(document: &'d Document, server: &str) -> &'d Decision {
    document.decisions.iter().find(|one| one.server.as_str() == server).unwrap()
}

fn after(decision: &Decision) -> Vec<String> {
    decision.after.iter().map(Wait::to_string).collect()
}

/// The servers that a decision waits for, through the batches too.
fn waited_for(document: &Document, decision: &Decision) -> HashSet<String> {
    let batches: HashMap<&str, _> = document.batches.iter().map(|batch| (batch.id.as_str(), batch)).collect();
    let mut found = HashSet::new();
    for wait in &decision.after {
        let mut next = wait.batch();
        found.extend(wait.pair().map(|pair| pair.server.to_string()));
        while let Some(batch) = next.map(|id| batches[id]) {
            found.extend(batch.servers.iter().map(ToString::to_string));
            next = batch.after.as_deref();
        }
    }
    found
}

#[test]
fn a_large_pool_is_said_once() {
    let servers = (0..40).map(|n| server(&format!("s{n:02}"), json!({"pool": "P"}))).collect();
    let document = written(servers, vec![update(json!({}))]).decide();
    assert_eq!(after(of(&document, "s16")).len(), 16);
    assert_eq!(after(of(&document, "s17")), ["batch pool:p/16"]);
    assert_eq!(document.batches.len(), 39, "the last one is waited for by nobody");
    for (number, batch) in document.batches.iter().enumerate() {
        let before = number.checked_sub(1).map(|before| format!("pool:p/{before}"));
        assert_eq!((&batch.id, &batch.after), (&format!("pool:p/{number}"), &before));
        assert_eq!(batch.update.as_ref().map(ToString::to_string), Some("KB1".to_owned()));
    }
    for (number, decision) in document.decisions.iter().enumerate() {
        let expected: HashSet<String> = (0..number).map(|n| format!("s{n:02}")).collect();
        assert_eq!(waited_for(&document, decision), expected, "{}", decision.server);
        assert_eq!(decision.round, Some(number as u32));
    }
    let mut lines = Vec::new();
    let page = Page { width: 80, has_colour: false, is_terminal: false };
    (Document::format("ndjson").unwrap().render)(&document, &page, &mut lines).unwrap();
    let lines: Vec<Value> =
        String::from_utf8(lines).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(lines.iter().filter(|line| line["kind"] == "batch").count(), 39);
}

#[test]
fn a_turn_of_several_updates_names_its_pairs() {
    let servers = (0..20).map(|n| server(&format!("s{n:02}"), json!({"pool": "P"}))).collect();
    let document = written(servers, vec![update(json!({})), update(json!({"id": "KB2"}))]).decide();
    let batch = &document.batches[0];
    assert_eq!((&batch.update, batch.pairs.len(), batch.servers.len()), (&None, 2, 1));
}

#[test]
fn a_filter_keeps_the_batches_that_it_shows() {
    let servers: Vec<Value> = (0..40).map(|n| server(&format!("s{n:02}"), json!({"pool": "P"}))).collect();
    let mut document = written(servers.clone(), vec![update(json!({}))]).decide();
    let servers: Vec<patchgate::model::server::Server> =
        servers.into_iter().map(|server| serde_json::from_value(server).unwrap()).collect();
    let filter = patchgate::decide::Filter { servers: vec!["s20".parse().unwrap()], ..Default::default() };
    filter.apply(&mut document, &servers);
    assert_eq!((document.decisions.len(), document.batches.len()), (1, 20));
}

/// By one product's order the back end goes first, by the other's the front end.
#[test]
fn opposite_orders_make_no_circle() {
    let both = json!([{"product": "p", "version": "1.0.0.1"}, {"product": "q", "version": "1.0.0.1"}]);
    let servers = vec![
        server("back", json!({"site": "x", "roles": ["back"], "products": both})),
        server("front", json!({"site": "x", "roles": ["front"], "products": both})),
    ];
    let document = written(servers, vec![update(json!({"products": ["p", "q"]}))]).decide();
    assert_eq!((after(of(&document, "back")), of(&document, "back").round), (vec![], Some(0)));
    assert_eq!((after(of(&document, "front")), of(&document, "front").round), (vec!["back/KB1".to_owned()], Some(1)));
    assert!(document.notes.iter().any(|note| note.starts_with("KB1 on back: a wait for servers that wait for it")));
}

/// The order of roles lets a pilot wait for a later ring: somebody has to choose, and the others do not wait for that pilot.
#[test]
fn rings_against_the_order_of_roles_are_a_conflict() {
    let reported = json!({"schema": "patchgate/advisory/v1", "id": "PG-2024-0001", "title": "t", "kind": "known-bad",
        "severity": "critical", "confidence": "reported", "published": "2024-06-01", "updates": ["KB1"]});
    let servers = vec![
        server("back", json!({"site": "x", "roles": ["back"], "ring": "broad"})),
        server("front", json!({"site": "x", "roles": ["front"], "ring": "pilot"})),
        server("other", json!({"site": "y", "ring": "pilot"})),
        server("plain", json!({"site": "z", "ring": "broad"})),
    ];
    let document = Written { advisories: vec![reported], ..written(servers, vec![update(json!({}))]) }.decide();
    let conflicts = ["back", "front", "other", "plain"].map(|name| of(&document, name).conflict);
    assert_eq!(conflicts, [true, false, false, false]);
    assert_eq!(after(of(&document, "plain")), ["other/KB1"]);
    let rounds = ["back", "front", "other", "plain"].map(|name| of(&document, name).round);
    assert_eq!(rounds, [None, None, Some(0), Some(1)]);
}

/// Who waits behind a server in one order is not in the pool's turns for that reason: nothing is left out.
#[test]
fn turns_and_orders_that_meet_in_one_server_are_no_circle() {
    let servers = vec![
        server("a", json!({"site": "far", "roles": ["first"], "pool": "p", "products": [{"product": "one"}]})),
        server("b", json!({"site": "farther", "roles": ["first"], "pool": "p", "products": [{"product": "one"}]})),
        server("x", json!({"site": "hq", "roles": ["first"], "pool": "p", "products": [{"product": "one"}]})),
        server("y", json!({"site": "hq", "roles": ["second"], "products": [{"product": "one"}, {"product": "two"}]})),
        server("z", json!({"site": "hq", "roles": ["third"], "products": [{"product": "two"}]})),
    ];
    let mut written = written(servers, vec![update(json!({"products": ["one", "two"], "restart": "required"}))]);
    written.products = vec![
        json!({"schema": "patchgate/product/v1", "id": "one", "name": "One", "version_scheme": "windows",
            "roles": ["first", "second"], "update_order": ["first", "second"]}),
        json!({"schema": "patchgate/product/v1", "id": "two", "name": "Two", "version_scheme": "windows",
            "roles": ["second", "third"], "update_order": ["second", "third"]}),
    ];
    let document = written.decide();
    let waits = ["a", "b", "x", "y", "z"].map(|name| after(of(&document, name)));
    let expected: [&[&str]; 5] = [&[], &["a/KB1"], &["a/KB1", "b/KB1"], &["x/KB1"], &["y/KB1"]];
    assert_eq!(waits, expected.map(|names| names.iter().map(ToString::to_string).collect::<Vec<_>>()));
    assert!(!document.notes.iter().any(|note| note.contains("left out")), "{:?}", document.notes);
}

#[test]
fn a_group_is_one_whatever_its_case() {
    let servers =
        vec![server("a", json!({"groups": ["Ärzte"]})), server("b", json!({"groups": ["ärzte"], "ring": "broad"}))];
    let mut written = written(servers, vec![update(json!({"released": "2024-06-14", "offered_to": ["ÄRZTE"]}))]);
    written.policy["rings"][1]["soak"] = json!("30d");
    let document = written.decide();
    let groups: Vec<(&str, String)> =
        document.groups.iter().map(|group| (group.group.as_str(), group.verdict.to_string())).collect();
    assert_eq!(groups, [("Ärzte", "sequence".to_owned())]);
}

#[test]
fn names_that_nobody_has_are_told_in_few_words() {
    let offered: Vec<String> = (0..1000).map(|n| format!("short{n:04}")).collect();
    let pending = ["KB1", "KB2"].map(|id| update(json!({"id": id, "offered_to": offered}))).into();
    let servers = (0..1000).map(|n| server(&format!("long{n:04}.example"), json!({"groups": []}))).collect();
    let document = written(servers, pending).decide();
    let (told, rest): (Vec<&String>, Vec<&String>) =
        document.notes.iter().filter(|note| note.contains("offered to")).partition(|note| note.starts_with("KB"));
    assert_eq!((told.len(), rest.len()), (20, 1), "{rest:?}");
    assert!(rest[0].starts_with("980 more names") && rest[0].contains("`short0020`"), "{rest:?}");
}
