//! Faults that the oracle once found, each as small as it gets, so that they do not come back.

use crate::universe;

use patchgate::document::decision::Decision;
use patchgate::document::decision::Wait;
use patchgate::model::verdict::Verdict;
use serde_json::{Value, json};
use universe::Written;

fn server(name: &str, more: Value) -> Value {
    let mut server = json!({"name": name, "ring": "pilot", "roles": [], "updates": [], "products": [{"product": "p", "version": "2.0.0.1"}]});
    server.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    server
}

fn update(id: &str, more: Value) -> Value {
    let mut update = json!({"id": id, "products": ["p"], "released": "2024-05-01"});
    update.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    update
}

fn advisory(kind: &str, more: Value) -> Value {
    let mut advisory = json!({
        "schema": "patchgate/advisory/v1", "id": "PG-2024-0001", "title": "t", "kind": kind, "severity": "critical", "published": "2024-06-01",
    });
    advisory.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    advisory
}

fn decide(servers: Vec<Value>, pending: Vec<Value>, advisory: Value) -> Vec<Decision> {
    decide_knowing(vec![], servers, pending, advisory)
}

fn decide_knowing(rows: Vec<Value>, servers: Vec<Value>, pending: Vec<Value>, advisory: Value) -> Vec<Decision> {
    let product = json!({"schema": "patchgate/product/v1", "id": "p", "name": "P"});
    let policy = json!({"schema": "patchgate/policy/v1", "name": "default", "hold": []});
    let at = "2024-06-15T12:00:00Z".to_owned();
    let written = Written {
        servers,
        pending,
        products: vec![product],
        rows,
        advisories: vec![advisory],
        policy,
        waivers: vec![],
        at,
    };
    written.decide().decisions
}

/// KB3 is bad beside KB4, so it gives way (section 6, 3). KB5 brings the same version, so that afterwards KB3 counts as
/// installed; it is then neither blocked nor in a round, and its verdict is `approve`.
#[test]
fn what_gave_way_is_not_approved() {
    let brings = json!({"brings": [{"product": "p", "version": "2.0.0.5"}]});
    let pending = vec![update("KB3", brings.clone()), update("KB4", json!({})), update("KB5", brings)];
    let bad = advisory("known-bad", json!({"updates": ["KB3"], "when": {"update": "KB4"}}));
    for decision in decide(vec![server("a", json!({}))], pending, bad) {
        assert_eq!(
            decision.round.is_some(),
            decision.verdict != Verdict::Block,
            "{} {}",
            decision.update,
            decision.verdict
        );
    }
}

/// The server lacks the product, KB3 brings it, and with KB3 installed the next restart breaks: KB1 must not go with it.
#[test]
fn a_product_that_is_brought_counts() {
    let offered = json!({"offered_to": ["a"]});
    let brings = json!({"offered_to": ["a"], "classification": "feature-pack",
        "brings": [{"product": "p", "version": "1.0.0.1"}]});
    let hazard =
        advisory("hazard", json!({"triggers": ["restart"], "affects": [{"product": "p"}], "when": {"update": "KB3"}}));
    let bare = server("a", json!({"products": []}));
    let decisions = decide(vec![bare], vec![update("KB1", offered), update("KB3", brings)], hazard);
    assert!(decisions.iter().any(|decision| decision.verdict == Verdict::Block), "both are approved");
}

/// KB3 must go together with KB1; on the second server of the pool KB1 waits for the first, and KB3 does not.
#[test]
fn what_goes_together_goes_in_one_round() {
    let bad = advisory("known-bad", json!({"updates": ["KB3"], "safe_with": ["KB1"]}));
    let servers = vec![server("a", json!({"pool": "x"})), server("b", json!({"pool": "x"}))];
    let decisions = decide(servers, vec![update("KB1", json!({})), update("KB3", json!({}))], bad);
    for decision in &decisions {
        for pair in decision.with.iter().filter_map(Wait::pair) {
            let other =
                decisions.iter().find(|other| other.server == pair.server && other.update == pair.update).unwrap();
            assert!(decision.round >= other.round, "{} goes with {} on {}", decision.update, pair.update, pair.server);
        }
    }
}

/// The version is not known. KB3 raises it to 1.0.0.5 in branch 1 or 2.0.0.5 in branch 2, or leaves it where it is
/// higher. Whether KB9 is still bad then is not known, so KB9 must not be sequenced after KB3.
#[test]
fn an_update_leaves_an_unknown_version_unknown() {
    let brings = json!({"brings": [{"product": "p", "version": "1.0.0.5"}, {"product": "p", "version": "2.0.0.5"}]});
    let bad = advisory("known-bad", json!({"updates": ["KB9"], "affects": [{"product": "p", "versions": "<2.0"}]}));
    let undated = server("a", json!({"products": [{"product": "p"}]}));
    let decisions = decide(vec![undated], vec![update("KB3", brings), update("KB9", json!({}))], bad);
    let about = decisions.iter().find(|decision| decision.update.as_str() == "KB9").unwrap();
    assert_eq!(about.verdict, Verdict::Block, "after {:?}", about.after);
}

/// A server whose updates were not collected in May, nor its products unless they are given.
fn uncollected(products: Option<Value>) -> Value {
    let mut server = server("a", json!({"collected_at": "2024-05-20"}));
    let facts = server.as_object_mut().unwrap();
    ["updates", "products"].iter().for_each(|fact| drop(facts.remove(*fact)));
    facts.extend(products.map(|products| ("products".to_owned(), products)));
    server
}

/// An update that came out between collection and decision may be there by now; one that is still to come is not.
#[test]
fn only_what_is_still_to_come_is_known_to_be_missing() {
    let bad = advisory("known-bad", json!({"updates": ["KB1"], "when": {"update": "KB9"}}));
    let verdict = |released: &str| {
        let row = json!({"update": "KB9", "product": "p", "released": released});
        let known = uncollected(Some(json!([{"product": "p", "version": "2.0.0.1"}])));
        let decisions = decide_knowing(vec![row], vec![known], vec![update("KB1", json!({}))], bad.clone());
        (decisions[0].verdict, decisions[0].undecided)
    };
    assert_eq!(verdict("2024-06-01"), (Verdict::Block, true));
    assert_eq!(verdict("2024-06"), (Verdict::Block, true));
    assert_eq!(verdict("2024-06-16").0, Verdict::Approve);
    assert_eq!(verdict("2024-07").0, Verdict::Approve);
}

/// That it is offered in a later revision does not make an update new.
#[test]
fn what_is_released_again_is_not_too_new() {
    let bad = advisory("known-bad", json!({"updates": ["KB1"], "when": {"update": "KB9"}}));
    let row = json!({"update": "KB9", "product": "p", "released": "2024-04-01"});
    let again = update("KB9", json!({"released": "2024-07-01"}));
    let known = uncollected(Some(json!([{"product": "p", "version": "2.0.0.1"}])));
    let decisions = decide_knowing(vec![row], vec![known], vec![update("KB1", json!({})), again], bad);
    assert_eq!(decisions[0].verdict, Verdict::Block);
}
