//! What an administrator acts on in a decision beside its verdict and reasons.

use crate::document::decision::{Decision, Wait};
use crate::document::difference::{Aspect, Detail};

/// How something of a decision is put into words.
type Words = fn(&Decision) -> Vec<String>;

/// All that is compared.
const ASPECTS: [(Aspect, Words); 8] = [
    (Aspect::Undecided, |one| vec![one.undecided.to_string()]),
    (Aspect::Conflict, |one| vec![one.conflict.to_string()]),
    (Aspect::Expedited, |one| vec![one.expedited.to_string()]),
    (Aspect::NotBefore, |one| one.not_before.iter().map(ToString::to_string).collect()),
    (Aspect::After, |one| waits(&one.after)),
    (Aspect::With, |one| waits(&one.with)),
    (Aspect::Round, |one| one.round.iter().map(ToString::to_string).collect()),
    (Aspect::Unblock, ways_out),
];

/// The keys in which two decisions differ.
pub fn differences(old: &Decision, new: &Decision) -> Vec<Detail> {
    let all = ASPECTS.iter().map(|(key, words)| Detail { key: *key, old: words(old), new: words(new) });
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
