//! An advisory and a waiver cannot be made without what they must have; what they do not read is kept as it was written.

use patchgate::advisory::Advisory;
use patchgate::advisory::statement::{About, Triggers};
use patchgate::policy::waivers::{Waiver, Waivers, Waives};
use serde_json::{Value, json};

/// What a kind must have: of each list of keys one at least.
const NEEDS: [(&str, &[&[&str]]); 5] = [
    ("known-bad", &[&["updates", "builds"]]),
    ("required", &[&["requires"]]),
    ("prerequisite", &[&["updates", "builds"], &["requires"]]),
    ("hazard", &[&["triggers"]]),
    ("procedure", &[&["updates", "builds"], &["steps"]]),
];
const KEYS: [&str; 5] = ["updates", "builds", "requires", "triggers", "steps"];

/// An advisory of a kind with these of the keys by which kinds differ.
fn advisory(kind: &str, keys: &[&str]) -> Value {
    let mut written = json!({
        "schema": "patchgate/advisory/v1", "id": "PG-2024-0001", "title": "t", "kind": kind, "severity": "low",
        "confidence": "confirmed", "status": "active", "published": "2024-01-01",
    });
    let values = json!({
        "updates": ["KB1"], "builds": [{"product": "p", "versions": ">=1"}], "requires": {"update": "KB2"},
        "triggers": ["restart", {"product": "p"}], "steps": {"before": [{"do": "this"}]},
    });
    for key in keys {
        written[key] = values[key].clone();
    }
    written
}

fn read<T: serde::de::DeserializeOwned>(written: &Value) -> Result<T, String> {
    serde_json::from_value(written.clone()).map_err(|error| error.to_string())
}

/// All sets of the keys by which kinds differ.
fn sets() -> impl Iterator<Item = Vec<&'static str>> {
    (0..1 << KEYS.len()).map(|bits: usize| {
        KEYS.iter().enumerate().filter(|(place, _)| bits >> place & 1 == 1).map(|(_, key)| *key).collect()
    })
}

#[test]
fn an_advisory_is_made_exactly_with_what_its_kind_must_have() {
    for (kind, needs) in NEEDS {
        for keys in sets() {
            let is_whole = needs.iter().all(|one_of| one_of.iter().any(|key| keys.contains(key)));
            let made = read::<Advisory>(&advisory(kind, &keys));
            assert_eq!(made.is_ok(), is_whole, "{kind} with {keys:?}: {made:?}");
        }
    }
}

#[test]
fn an_advisory_is_written_as_it_was_read_with_the_keys_that_its_kind_does_not_read() {
    for (kind, needs) in NEEDS {
        for keys in sets() {
            let written = advisory(kind, &keys);
            let Ok(made) = read::<Advisory>(&written) else { continue };
            assert_eq!(serde_json::to_value(&made).unwrap(), written, "{kind} with {keys:?}");
            let idle: Vec<&str> = made.idle.keys().collect();
            let is_read = |key: &&str| needs.iter().any(|one_of| one_of.contains(key));
            assert_eq!(idle, keys.iter().copied().filter(|key| !is_read(key)).collect::<Vec<_>>(), "{kind}");
            assert_eq!(made.kind().word(), kind);
        }
    }
}

#[test]
fn nothing_is_about_no_update_and_no_hazard_is_without_a_trigger() {
    assert!(About::new(Vec::new(), Vec::new(), Vec::new()).is_none());
    assert!(Triggers::new(Vec::new()).is_none());
    let mut empty = advisory("hazard", &["triggers"]);
    empty["triggers"] = json!([]);
    assert_eq!(read::<Advisory>(&empty).unwrap_err(), "kind: a hazard needs `triggers`");
    let mut untitled = advisory("prerequisite", &[]);
    untitled["title"] = json!(" ");
    let problems = read::<Advisory>(&untitled).unwrap_err();
    let expected = "title: a title must not be empty: it is what the administrator reads; \
         kind: an advisory of this kind needs `updates`, `builds` or `kinds`; kind: an advisory of this kind needs `requires`";
    assert_eq!(problems, expected);
}

#[test]
fn a_waiver_waives_one_thing_and_is_signed() {
    let waiver = |more: Value| {
        let mut written =
            json!({"servers": {"ring": ["pilot"]}, "reason": "r", "approved_by": "a", "expires": "2024-02-01"});
        written.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        written
    };
    let of_advisory = waiver(json!({"advisory": "PG-2024-0001", "ticket": "T1", "updates": ["KB1"]}));
    let of_rule = waiver(json!({"rule": "unknown:PG-2024-0001"}));
    for (written, key) in [(&of_advisory, "advisory"), (&of_rule, "rule")] {
        let made: Waiver = read(written).unwrap();
        assert_eq!((made.waives.key(), made.subject().unwrap().as_str()), (key, "PG-2024-0001"));
        assert_eq!(serde_json::to_value(&made).unwrap(), *written);
    }
    assert_eq!(read::<Waiver>(&waiver(json!({"rule": "soak"}))).unwrap().waives.to_string(), "soak");
    assert!(matches!(read::<Waiver>(&of_advisory).unwrap().waives, Waives::Advisory(_)));
    let both = waiver(json!({"advisory": "PG-2024-0001", "rule": "soak", "reason": ""}));
    let problems = "waivers[1].reason: `reason` must not be empty: a waiver is signed; \
         waivers[1].rule: a waiver has either `advisory` or `rule`, not both; \
         waivers[2]: a waiver needs `advisory` or `rule`";
    let file = json!({"schema": "patchgate/waivers/v1", "waivers": [of_rule, both, waiver(json!({}))]});
    assert_eq!(read::<Waivers>(&file).unwrap_err(), problems);
}
