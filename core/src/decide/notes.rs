//! Notes: what else the administrator should know, such as words that nobody knows and waivers that do nothing.

use std::collections::BTreeSet;

use super::fleet::Fleet;
use super::outcome::Outcome;
use crate::document::decision::Decision;
use crate::model::server::Server;

mod offers;
mod unknown_words;
mod unplaced;
mod waivers;

/// All notes, sorted.
pub fn notes(fleet: &Fleet<'_>, decisions: &[Decision]) -> Vec<String> {
    let gate = fleet.gate;
    let servers: Vec<&Server> = fleet.outcomes.values().map(Outcome::server).collect();
    let mut notes: BTreeSet<String> = gate.notes.iter().cloned().collect();
    notes.extend(unknown_words::notes(gate, &servers));
    notes.extend(offers::notes(gate, &servers));
    notes.extend(unplaced::notes(fleet));
    notes.extend(waivers::notes(fleet, decisions));
    notes.into_iter().collect()
}
