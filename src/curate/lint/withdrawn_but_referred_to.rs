//! Withdrawn advisories that others still refer to.

use std::collections::BTreeSet;

use super::{At, Check, FoundInFiles, LintRule};
use crate::advisory::{Advisory, Status, Step};
use crate::curate::corpus::Corpus;
use crate::model::key_path::KeyPath;

/// The rule.
pub const RULE: LintRule = LintRule::warning(
    "withdrawn-but-referred-to",
    "an advisory that refers to a withdrawn one",
    Check::Database(check),
);

fn check(corpus: &Corpus<'_>, found: &mut FoundInFiles) {
    let is_withdrawn = |one: &&Advisory| one.status == Status::Withdrawn;
    let withdrawn: BTreeSet<&str> =
        corpus.database.advisories().iter().filter(is_withdrawn).map(|one| one.id.as_str()).collect();
    for file in corpus.advisories().filter(|file| file.value.status != Status::Withdrawn) {
        // What replaces a withdrawn advisory has to name it; the replaced one is then no longer among the others.
        for (path, text) in texts(&file.value) {
            for id in words(text).filter_map(|word| withdrawn.get(word)) {
                let message = format!("{id}, which this refers to, is withdrawn");
                found.add(&file.source, At::Path(path.clone()), message, None);
            }
        }
    }
}

/// The words of a text, split so that an id is one word, and not the start of a longer one.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
}

/// The texts of an advisory, and where they are.
fn texts(advisory: &Advisory) -> Vec<(KeyPath, &str)> {
    let mut texts = vec![(KeyPath::key("title"), &*advisory.title)];
    for (key, text) in [("impact", &advisory.impact), ("cause", &advisory.cause), ("notes", &advisory.notes)] {
        texts.extend(text.as_deref().map(|text| (KeyPath::key(key), text)));
    }
    texts.extend(
        advisory.aliases.iter().enumerate().map(|(i, alias)| (KeyPath::key("aliases").then(i), alias.as_str())),
    );
    let steps = advisory.steps();
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
