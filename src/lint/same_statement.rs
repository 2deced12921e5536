//! Advisories that say the same: one would be forgotten when the other is mended.

use std::collections::HashMap;

use super::{At, Check, Findings, Rule};
use crate::advisory::{Advisory, Status};
use crate::diagnostic::Level;
use crate::library::Library;
use crate::model::id::AdvisoryId;
use crate::model::key_path::KeyPath;

/// The rule.
pub const RULE: Rule = Rule {
    code: "same-statement",
    level: Level::Warning,
    about: "two advisories that say the same of the same updates and servers",
    follows: &[],
    check: Check::Database(check),
};

fn check(library: &Library<'_>, findings: &mut Findings) {
    let mut first: HashMap<String, &AdvisoryId> = HashMap::new();
    for advisory in library.database.advisories().iter().filter(|one| one.status != Status::Withdrawn) {
        first.entry(statement(advisory)).or_insert(&advisory.id);
    }
    for file in library.advisories().filter(|file| file.value.status != Status::Withdrawn) {
        if let Some(other) = first.get(&statement(&file.value)).filter(|other| ***other != file.value.id) {
            let message = format!("says the same as {other}");
            findings.add(&file.source, At::Path(KeyPath::key("id")), message, Some("make one of the two".to_owned()));
        }
    }
}

/// What it says, without how it says it: kind, updates, builds, servers and conditions, in an order of their own.
fn statement(advisory: &Advisory) -> String {
    fn sorted<T: serde::Serialize>(entries: &[T]) -> Vec<String> {
        let mut entries: Vec<String> = entries.iter().filter_map(|entry| serde_json::to_string(entry).ok()).collect();
        entries.sort_unstable();
        entries
    }
    let lists =
        [sorted(&advisory.updates), sorted(&advisory.builds), sorted(&advisory.affects), sorted(&advisory.triggers)];
    format!("{} {lists:?} {:?} {:?}", advisory.kind.word(), advisory.when, advisory.requires)
}
