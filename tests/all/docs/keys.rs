//! The keys of formats, read off their JSON Schemas; a mapping is named by the path of keys that leads there.

use std::collections::{BTreeMap, BTreeSet};

use patchgate::document::schema;
use serde_json::Value;

/// The formats of which the pages show every key.
const FORMATS: &[&str] =
    &["inventory", "pending", "product", "settings", "event-sources", "advisory", "policy", "waivers", "decision"];

/// Mappings that need no table: conditions have one by kind, cases have the facts and updates of the inputs, and the
/// rest is said in a sentence.
const ELSEWHERE: &[&str] = &[
    "advisory.when",
    "advisory.requires",
    "advisory.remedy",
    "advisory.steps.after",
    "advisory.triggers",
    "advisory.steps.before.verify",
    "advisory.cases.others",
    "advisory.cases.server",
    "advisory.cases.update",
    "decision.batches.pairs",
    "decision.decisions.after",
    "decision.decisions.reasons.evidence",
    "decision.decisions.reasons.waived",
    "decision.decisions.with",
    "decision.inputs",
    "inventory.servers.collected.certificates",
    "inventory.servers.collected.listeners",
    "inventory.servers.collected.products",
    "inventory.servers.collected.roles",
    "inventory.servers.collected.services",
    "inventory.servers.collected.settings",
    "policy.effects.hazard",
    "policy.effects.known-bad",
    "policy.effects.prerequisite",
    "policy.effects.procedure",
    "policy.effects.reported",
    "policy.pools.max_unavailable",
    "policy.hold.servers",
    "policy.not_together",
    "policy.one_at_a_time",
    "policy.unknown",
    "waivers.waivers.servers",
];

/// The keys of a mapping, and whether each is required.
pub fn of(path: &str) -> BTreeMap<String, bool> {
    let root = schema_of(path);
    let mut keys = BTreeMap::new();
    for mapping in find(&root, path) {
        let required: Vec<&str> =
            mapping["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let properties = mapping["properties"].as_object().unwrap();
        keys.extend(properties.keys().map(|key| (key.clone(), required.contains(&key.as_str()))));
    }
    keys
}

/// The keys in the first column of a table; those in bold are required.
pub fn written(table: &str) -> BTreeMap<String, bool> {
    let rows = table.lines().filter(|line| line.starts_with("| ") && line.contains('`'));
    let cells = rows.map(|row| row.split('|').nth(1).unwrap().trim());
    cells.map(|cell| (cell.trim_matches(['*', '`']).to_owned(), cell.starts_with("**"))).collect()
}

/// The words that a value can be, with what the schema says of them.
pub fn words(path: &str) -> Vec<(String, String)> {
    let root = schema_of(path);
    let (mapping, key) = path.rsplit_once('.').unwrap();
    let mut value = find(&root, mapping).into_iter().find_map(|mapping| mapping["properties"].get(key)).unwrap();
    while let Some(target) = value.get("$ref") {
        value = follow(&root, target);
    }
    let words = value["oneOf"].as_array().unwrap().iter();
    words.map(|word| (word["const"].as_str().unwrap().to_owned(), about(word))).collect()
}

/// What a schema says of something: its first sentence, as the middle of one.
pub fn about(schema: &Value) -> String {
    if let Some(word) = schema["const"].as_str().filter(|_| schema.get("description").is_none()) {
        return format!("`{word}`");
    }
    let text = schema["description"].as_str().unwrap_or_default().replace('\n', " ");
    let sentence = text.split(". ").next().unwrap_or_default().trim_end_matches('.');
    let mut letters = sentence.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() || second == ' ' => {
            first.to_lowercase().chain([second]).chain(letters).collect()
        }
        _ => sentence.to_owned(),
    }
}

/// The paths of all mappings that need a table of their keys.
pub fn mappings() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for kind in FORMATS {
        let root = schema_of(kind);
        let mut open = vec![(*kind).to_owned()];
        while let Some(path) = open.pop().filter(|_| found.len() < 1_000) {
            let keys: Vec<String> = of_root(&root, &path).into_iter().flat_map(keys_of).collect();
            if !keys.is_empty() {
                open.extend(
                    keys.iter().map(|key| format!("{path}.{key}")).filter(|path| !ELSEWHERE.contains(&path.as_str())),
                );
                found.insert(path);
            }
        }
    }
    found
}

fn keys_of(mapping: &Value) -> Vec<String> {
    mapping["properties"].as_object().unwrap().keys().cloned().collect()
}

fn schema_of(path: &str) -> Value {
    let kind = path.split('.').next().unwrap();
    Value::from(schema::schema(kind).unwrap_or_else(|| panic!("there is no format `{kind}`")))
}

fn find<'a>(root: &'a Value, path: &str) -> Vec<&'a Value> {
    let found = of_root(root, path);
    assert!(!found.is_empty(), "there is no mapping `{path}`");
    found
}

/// The mappings at the end of a path: several where a value can be one of several.
fn of_root<'a>(root: &'a Value, path: &str) -> Vec<&'a Value> {
    let start = mappings_in(root, root);
    path.split('.').skip(1).fold(start, |mappings, key| {
        let values = mappings.into_iter().filter_map(|mapping| mapping["properties"].get(key));
        values.flat_map(|value| mappings_in(root, value)).collect()
    })
}

/// The mappings that a value is, or that are its entries.
fn mappings_in<'a>(root: &'a Value, value: &'a Value) -> Vec<&'a Value> {
    if value.get("properties").is_some() {
        return vec![value];
    }
    let inside = ["items", "additionalProperties"].into_iter().filter_map(|key| value.get(key));
    let choices = ["anyOf", "oneOf", "allOf"].into_iter().filter_map(|key| value[key].as_array()).flatten();
    let target = value.get("$ref").map(|target| follow(root, target));
    inside.chain(choices).chain(target).flat_map(|value| mappings_in(root, value)).collect()
}

fn follow<'a>(root: &'a Value, target: &Value) -> &'a Value {
    root.pointer(target.as_str().unwrap().trim_start_matches('#')).unwrap()
}
