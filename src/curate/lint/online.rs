//! Lint rules on what the network answers about the sources: pages that are gone, that moved, or that could not be checked.
//!
//! To add one: write `lint/online/<code>.rs` with a `pub const RULE`, add its line to [`RULES`], and write
//! `tests/lint/<code>/{good,bad}.yaml` with the answers in `answers.yaml`.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use super::addresses::addresses;
use super::{Finding, LintRule};
use crate::curate::corpus::Corpus;
use crate::curate::links::{Answer, Outcome};

/// How a rule is checked on an address and the state of its page: a message and a hint.
pub type Check = fn(&str, &Outcome) -> Option<(String, Option<String>)>;

rules! {
    /// The rules that need the network.
    RULES: Check =
    dead_reference
    moved_reference
    unsure_reference
}

/// The addresses to ask for, each once.
pub fn asked(corpus: &Corpus<'_>) -> BTreeSet<String> {
    addresses(corpus).map(|(.., address)| address.to_owned()).collect()
}

/// What the answers mean for the data: each address once per file, where it occurs first.
pub fn findings(corpus: &Corpus<'_>, answers: &BTreeMap<String, Answer>) -> Vec<Finding> {
    let mut seen = HashSet::new();
    let found = addresses(corpus).filter_map(|(source, at, address)| {
        let outcome = &answers.get(address)?.outcome;
        let (code, (message, help)) =
            RULES.iter().find_map(|rule| Some((rule.code, (rule.check)(address, outcome)?)))?;
        let is_first = seen.insert((Arc::as_ptr(source), address));
        is_first.then(|| Finding { code, source: source.clone(), at, message, help })
    });
    found.collect()
}
