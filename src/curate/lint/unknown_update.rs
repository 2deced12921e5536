//! Updates that are not known otherwise: a mistyped number makes an advisory silent, or a fix ineffective.

use super::{Check, Found, LintRule};
use crate::advisory::Advisory;
use crate::condition::name::Name;
use crate::curate::corpus::{self, Corpus};
use crate::diagnostic::did_you_mean;
use crate::model::id::UpdateId;
use crate::model::key_path::KeyPath;

/// The rule.
///
/// An update is known if a product's build or a row of an update table names it, or a reference of the advisory contains
/// its number, as vendors' addresses do.
pub const RULE: LintRule = LintRule::warning(
    "unknown-update",
    "an update that is in no build, in no row of updates/ and in no reference of the advisory",
    Check::Advisory(check),
)
.needs_declarations();

fn check(corpus: &Corpus<'_>, advisory: &Advisory, found: &mut Found) {
    for (path, update) in named(advisory) {
        let known = corpus.database.updates();
        if known.contains_key(update) || is_referenced(advisory, update) {
            continue;
        }
        let near = known.keys().map(UpdateId::as_str).filter(|id| differs_by_one(id, update.as_str()));
        let help = match did_you_mean(update.as_str(), near) {
            Some(hint) => format!("{hint} otherwise add a row to updates/, or a reference with its number"),
            None => "add a row to updates/, or a reference with its number".to_owned(),
        };
        found.add(path, format!("unknown update `{update}`"), Some(help));
    }
}

/// Among thousands of numbers only a neighbour is likely to be meant: one character added, missing or different, or two
/// swapped.
fn differs_by_one(known: &str, update: &str) -> bool {
    let (known, update) = (known.as_bytes(), update.as_bytes());
    let start = known.iter().zip(update).take_while(|(one, two)| one == two).count();
    // Most differ early, and there are thousands: no distance has to be computed for them.
    let (known, update) = (known.get(start..).unwrap_or_default(), update.get(start..).unwrap_or_default());
    let end = known.iter().rev().zip(update.iter().rev()).take_while(|(one, two)| one == two).count();
    match (known.len() - end, update.len() - end) {
        (0 | 1, 0 | 1) => true,
        (2, 2) => known.first() == update.get(1) && known.get(1) == update.first(),
        _ => false,
    }
}

fn is_referenced(advisory: &Advisory, update: &UpdateId) -> bool {
    let number = update.as_str().trim_start_matches("KB");
    advisory.references.iter().any(|reference| {
        reference
            .split(|c: char| !c.is_ascii_alphanumeric())
            .any(|part| part.eq_ignore_ascii_case(number) || part.eq_ignore_ascii_case(update.as_str()))
    })
}

/// The updates that an advisory names, and where.
fn named(advisory: &Advisory) -> Vec<(KeyPath, &UpdateId)> {
    let mut named: Vec<_> = Vec::new();
    for (index, selector) in advisory.updates().iter().enumerate() {
        named.push((KeyPath::key("updates").then(index), &selector.id));
    }
    for (key, updates) in [("fixed_by", &advisory.fixed_by), ("safe_with", &advisory.safe_with)] {
        named.extend(updates.iter().enumerate().map(|(index, update)| (KeyPath::key(key).then(index), update)));
    }
    for (path, name) in corpus::names(advisory) {
        if let Name::Update(update) = name {
            named.push((path, update));
        }
    }
    named
}
