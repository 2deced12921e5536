//! The whole fleet to one decision document: safe subset, rounds, pools, order, groups, coverage (pure).

use crate::document::decision::{Document, Inputs, SCHEMA, Summary, TOOL};
use crate::evaluate::candidate::Candidate;
use crate::evaluate::{Gate, Question};
use crate::model::id::UpdateId;
use crate::model::server::Server;

pub mod away;
pub mod coverage;
pub mod draft;
pub mod exposed;
pub mod filter;
pub mod fleet;
pub mod groups;
pub mod held_back;
pub mod line;
pub mod line_up;
pub mod minimal_subset;
pub mod need;
pub mod notes;
pub mod offers;
pub mod order;
pub mod order_against_rings;
pub mod outcome;
pub mod pair;
pub mod pending;
pub mod pools;
pub mod required;
pub mod rings;
pub mod safe;
pub mod settle;
pub mod simulate;
pub mod turn_order;
pub mod unblock;
pub mod update;
pub mod when;

pub use filter::Filter;
use fleet::Fleet;
use line::Line;

/// Decides every pending update on every server.
///
/// Total and pure: the same question and servers always give the same document, whatever their order.
pub fn decide(question: Question<'_>, servers: &[Server], inputs: Inputs) -> Document {
    decide_with_progress(question, servers, inputs, &|_| {})
}

/// As [`decide`]; `report` hears after each server that one more is done.
pub fn decide_with_progress(
    question: Question<'_>,
    servers: &[Server],
    inputs: Inputs,
    report: &(dyn Fn(usize) + Sync),
) -> Document {
    let mut gate = Gate::new(question);
    let mut ordered: Vec<&Server> = servers.iter().collect();
    ordered.sort_by(|one, two| one.name.cmp(&two.name));
    let first = gate.first_rings(&ordered);
    gate.set_first_rings(first);
    let mut fleet = Fleet::of(&gate, &ordered, report);
    let line = fleet.line_up();
    document(&fleet, line, inputs)
}

fn document(fleet: &Fleet<'_>, line: Line, inputs: Inputs) -> Document {
    let (decisions, batches) = fleet.settle(&line);
    let unplaced = unplaced(fleet.gate);
    let mut notes = notes::notes(fleet, &decisions);
    notes.extend(line.notes);
    notes.sort();
    let exposed = settle::exposed(fleet, &decisions);
    Document {
        schema: SCHEMA.to_owned(),
        at: fleet.gate.question.at,
        tool: TOOL.to_owned(),
        inputs,
        summary: Summary::of(&decisions, exposed.len(), unplaced.len()),
        groups: groups::verdicts(fleet, &decisions),
        coverage: coverage::coverage(fleet, &decisions),
        exposed,
        missing: fleet.outcomes.values().flat_map(|outcome| outcome.missing.iter().cloned()).collect(),
        decisions,
        batches,
        unplaced,
        notes,
    }
}

/// Updates of which nothing is known and which are offered to nobody in particular: told, never dropped.
fn unplaced(gate: &Gate<'_>) -> Vec<UpdateId> {
    let is_unplaced = |update: &&Candidate<'_>| update.products.is_empty() && update.update.offered_to.is_none();
    gate.candidates.values().filter(is_unplaced).map(|candidate| candidate.update.id.clone()).collect()
}
