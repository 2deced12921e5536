//! What asking the network tells of the addresses: pages that are gone, that moved, or of which nothing could be learnt.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use super::addresses::addresses;
use super::{Finding, LintRule};
use crate::curate::corpus::Corpus;
use crate::curate::links::{Answer, Outcome};
use crate::diagnostic::Level;

/// A page that is not there any more.
const DEAD: LintRule<()> = LintRule {
    code: "dead-reference",
    level: Level::Error,
    about: "with --online: a page that is gone, or only leads to a home page",
    follows: &[],
    check: (),
};

/// A page that is elsewhere for good.
const MOVED: LintRule<()> = LintRule {
    code: "moved-reference",
    level: Level::Warning,
    about: "with --online: a page that moved for good",
    follows: &[],
    check: (),
};

/// A page whose server did not say.
const UNSURE: LintRule<()> = LintRule {
    code: "unsure-reference",
    level: Level::Warning,
    about: "with --online: a page of which its server did not say whether it is there",
    follows: &[],
    check: (),
};

/// The rules that need the network.
pub const RULES: &[LintRule<()>] = &[DEAD, MOVED, UNSURE];

/// The addresses to ask for, each once.
pub fn asked(corpus: &Corpus<'_>) -> BTreeSet<String> {
    addresses(corpus).map(|(.., address)| address.to_owned()).collect()
}

/// What the answers mean for the data: in each file every address once, where it stands first.
pub fn findings(corpus: &Corpus<'_>, answers: &BTreeMap<String, Answer>) -> Vec<Finding> {
    let mut told = HashSet::new();
    let told = addresses(corpus).filter_map(|(source, at, address)| {
        let (code, message, help) = tell(address, &answers.get(address)?.outcome)?;
        told.insert((Arc::as_ptr(source), address)).then(|| Finding { code, source: source.clone(), at, message, help })
    });
    told.collect()
}

fn tell(address: &str, outcome: &Outcome) -> Option<(&'static str, String, Option<String>)> {
    match outcome {
        Outcome::Alive => None,
        Outcome::Moved { to } => {
            Some((MOVED.code, format!("`{address}` moved for good"), Some(format!("write `{to}`"))))
        }
        Outcome::Dead { why } => Some((DEAD.code, format!("`{address}` is gone: {why}"), None)),
        Outcome::Unsure { why } => Some((UNSURE.code, format!("`{address}` could not be checked: {why}"), None)),
    }
}
