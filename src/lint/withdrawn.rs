//! Withdrawn advisories that others still refer to.

use std::collections::BTreeSet;

use super::{Check, Found, Rule};
use crate::advisory::{Advisory, Status, Step};
use crate::diagnostic::Level;
use crate::library::Library;
use crate::model::key_path::KeyPath;

/// The rule.
pub const RULE: Rule = Rule {
    code: "withdrawn-but-referred-to",
    level: Level::Warning,
    about: "an advisory refers to one that is withdrawn",
    follows: &[],
    check: Check::Advisory(check),
};

fn check(library: &Library<'_>, advisory: &Advisory, found: &mut Found) {
    // What replaces a withdrawn advisory has to name it.
    let is_other = |one: &&Advisory| one.status == Status::Withdrawn && one.id != advisory.id;
    let withdrawn: BTreeSet<&str> =
        library.database.advisories().iter().filter(is_other).map(|one| one.id.as_str()).collect();
    if withdrawn.is_empty() || advisory.status == Status::Withdrawn {
        return;
    }
    for (path, text) in texts(advisory) {
        for id in withdrawn.iter().filter(|id| names(text, id)) {
            found.add(path.clone(), format!("{id}, which this refers to, is withdrawn"), None);
        }
    }
}

/// Whether a text names an id, and not a longer one that begins so.
fn names(text: &str, id: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').any(|word| word == id)
}

/// What an advisory says in words, and where.
fn texts(advisory: &Advisory) -> Vec<(KeyPath, &str)> {
    let mut texts = vec![(KeyPath::key("title"), &*advisory.title)];
    for (key, text) in [("impact", &advisory.impact), ("cause", &advisory.cause), ("notes", &advisory.notes)] {
        texts.extend(text.as_deref().map(|text| (KeyPath::key(key), text)));
    }
    texts.extend(
        advisory.aliases.iter().enumerate().map(|(i, alias)| (KeyPath::key("aliases").then(i), alias.as_str())),
    );
    let steps = advisory.steps.as_ref();
    let before = steps.map(|steps| steps.before.as_slice()).unwrap_or_default();
    let after = steps.map(|steps| steps.after.as_slice()).unwrap_or_default();
    texts.extend(actions(&KeyPath::key("remedy"), &advisory.remedy));
    texts.extend(actions(&KeyPath::key("steps").then("before"), before));
    texts.extend(actions(&KeyPath::key("steps").then("after"), after));
    texts
}

fn actions<'a>(path: &KeyPath, steps: &'a [Step]) -> Vec<(KeyPath, &'a str)> {
    steps.iter().enumerate().map(|(index, step)| (path.then(index).then("do"), step.action.as_str())).collect()
}
