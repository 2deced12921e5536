//! What an administrator acts on in a decision besides its verdict and reasons.

use crate::document::decision::{Decision, Wait};
use crate::document::difference::{Detail, Field};

/// How a field of a decision is put into words.
type Words = fn(&Decision) -> Vec<String>;

/// All that is compared.
const FIELDS: [(Field, Words); 8] = [
    (Field::Undecided, |one| vec![one.undecided.to_string()]),
    (Field::Conflict, |one| vec![one.conflict.to_string()]),
    (Field::Expedited, |one| vec![one.expedited.to_string()]),
    (Field::NotBefore, |one| one.not_before.iter().map(ToString::to_string).collect()),
    (Field::After, |one| waits(&one.after)),
    (Field::With, |one| waits(&one.with)),
    (Field::Round, |one| one.round.iter().map(ToString::to_string).collect()),
    (Field::Unblock, ways_out),
];

/// The keys in which two decisions differ.
pub fn differences(old: &Decision, new: &Decision) -> Vec<Detail> {
    let all = FIELDS.iter().map(|(key, words)| Detail { key: *key, old: words(old), new: words(new) });
    all.filter(|detail| detail.old != detail.new).collect()
}

fn waits(waits: &[Wait]) -> Vec<String> {
    waits.iter().map(Wait::to_string).collect()
}

fn ways_out(decision: &Decision) -> Vec<String> {
    let way = |way: &crate::document::decision::Unblock| {
        let command = way.command.as_ref().map(|command| format!(": {command}")).unwrap_or_default();
        let until = way.or_wait_until.map(|moment| format!(" (until {moment})")).unwrap_or_default();
        format!("{}{command}{until}", way.action)
    };
    decision.unblock.iter().map(way).collect()
}
