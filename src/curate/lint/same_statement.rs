//! Advisories that say the same: one would be forgotten when the other is corrected.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;

use super::{At, Check, FoundInFiles, LintRule};
use crate::advisory::{Advisory, Status};
use crate::curate::corpus::Corpus;
use crate::model::id::AdvisoryId;
use crate::model::key_path::KeyPath;

/// The rule.
pub const RULE: LintRule = LintRule::warning(
    "same-statement",
    "two advisories that say the same about the same updates and servers",
    Check::Database(check),
);

fn check(corpus: &Corpus<'_>, found: &mut FoundInFiles) {
    let checked: HashSet<&AdvisoryId> = corpus.advisories().map(|file| &file.value.id).collect();
    let (new, known): (Vec<&Advisory>, Vec<&Advisory>) =
        corpus.database.advisories().iter().partition(|one| checked.contains(&one.id));
    // What the files are checked alongside was there first, whatever its id.
    let mut first: HashMap<String, &AdvisoryId> = HashMap::new();
    for advisory in known.into_iter().chain(new).filter(|one| one.status != Status::Withdrawn) {
        first.entry(statement(advisory)).or_insert(&advisory.id);
    }
    for file in corpus.advisories().filter(|file| file.value.status != Status::Withdrawn) {
        if let Some(other) = first.get(&statement(&file.value)).filter(|other| !is_meant(&file.value, other)) {
            let message = format!("says the same as {other}");
            found.add(&file.source, At::Path(KeyPath::key("id")), message, Some("merge the two".to_owned()));
        }
    }
}

/// Whether the other is the advisory itself, or the one that it replaces.
fn is_meant(advisory: &Advisory, other: &AdvisoryId) -> bool {
    *other == advisory.id || advisory.overrides.as_ref() == Some(other)
}

/// What an advisory says, however it words it: kind, updates, builds, servers, conditions and steps, normalised.
fn statement(advisory: &Advisory) -> String {
    let parts = serde_json::json!({
        "kind": advisory.kind(), "updates": advisory.updates(), "builds": advisory.builds(), "affects": advisory.affects,
        "when": advisory.when, "requires": advisory.requires(), "triggers": advisory.triggers(),
        "steps": advisory.steps(),
    });
    ordered(parts).to_string()
}

/// The same with every list sorted and without repetitions, in lower case: neither order nor case means anything in a
/// statement.
fn ordered(value: Value) -> Value {
    match value {
        Value::Array(entries) => {
            let entries: BTreeMap<String, Value> =
                entries.into_iter().map(ordered).map(|entry| (entry.to_string(), entry)).collect();
            entries.into_values().collect()
        }
        Value::Object(keys) => keys.into_iter().map(|(key, value)| (key, ordered(value))).collect(),
        Value::String(text) => Value::String(text.to_lowercase()),
        other => other,
    }
}
