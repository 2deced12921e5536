//! The whole fleet to one decision document: safe subset, rounds, pools, order, groups, coverage (pure).

use std::collections::BTreeSet;

use crate::document::decision::{Document, Inputs, SCHEMA, Summary, TOOL};
use crate::evaluate::candidate::CandidateId;
use crate::evaluate::{Gate, Question};
use crate::model::id::UpdateId;
use crate::model::server::Server;

pub mod answers;
pub mod away;
pub mod beside;
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
pub mod rise;
pub mod safe;
pub mod settle;
pub mod simulate;
pub mod turn_order;
pub mod unblock;
pub mod unmatched;
pub mod update;
pub mod when;

use beside::Beside;
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
    let servers = gate.recognise(servers);
    let mut ordered: Vec<&Server> = servers.iter().map(AsRef::as_ref).collect();
    ordered.sort_by(|one, two| one.name.cmp(&two.name));
    let first = gate.first_rings(&ordered);
    gate.set_first_rings(first);
    let seen = beside::at_first(&gate, &ordered);
    let mut fleet = Fleet::of(&gate, &ordered, &seen, report);
    let line = fleet.line_up(&mut Beside::new(seen));
    document(&fleet, line, inputs)
}

fn document(fleet: &Fleet<'_>, line: Line, inputs: Inputs) -> Document {
    let (decisions, batches) = fleet.settle(&line);
    let unplaced = unplaced(fleet);
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

/// Updates that are decided nowhere, or not everywhere where they ought to be: told, never dropped.
fn unplaced(fleet: &Fleet<'_>) -> Vec<UpdateId> {
    let Gate { candidates, offers, question, .. } = fleet.gate;
    let of_nothing = candidates.iter().filter(|(_, candidate)| candidate.is_of_nothing()).map(|(id, _)| id);
    let perhaps = fleet.outcomes.values().flat_map(|outcome| &outcome.subject.unplaced).copied();
    let to_nobody = offers.to_nobody(question.is_complete);
    let all: BTreeSet<CandidateId> = of_nothing.chain(perhaps).chain(to_nobody).collect();
    all.into_iter().filter_map(|id| candidates.get(id)).map(|candidate| candidate.update.id.clone()).collect()
}
