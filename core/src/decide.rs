//! The whole fleet to one decision document: safe subset, rounds, pools, order, groups, coverage (pure).

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashSet;

use crate::document::decision::{Batch, Document, Inputs, SCHEMA, Summary, TOOL, Wait};
use crate::evaluate::candidate::Candidate;
use crate::evaluate::{Gate, Question};
use crate::model::id::UpdateId;
use crate::model::server::Server;

pub mod coverage;
pub mod draft;
pub mod fleet;
pub mod groups;
pub mod line;
pub mod minimal_subset;
pub mod notes;
pub mod order;
pub mod outcome;
pub mod pair;
pub mod pools;
pub mod required;
pub mod rings;
pub mod simulate;
pub mod unblock;

use fleet::Fleet;

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
    let gate = Gate::new(question);
    let mut ordered: Vec<&Server> = servers.iter().collect();
    ordered.sort_by(|one, two| one.name.cmp(&two.name));
    let mut fleet = Fleet::of(&gate, &ordered, report);
    let line = fleet.line_up();
    let (decisions, batches) = fleet.settle(&line);
    let unplaced = unplaced(&gate);
    let missing = fleet.outcomes.values().flat_map(|outcome| outcome.missing.iter().cloned()).collect();
    let mut notes = notes::notes(&fleet, &decisions);
    notes.extend(line.notes);
    notes.sort();
    Document {
        schema: SCHEMA.to_owned(),
        at: gate.question.at,
        tool: TOOL.to_owned(),
        inputs,
        summary: Summary::of(&decisions, unplaced.len()),
        groups: groups::verdicts(&fleet, &decisions),
        coverage: coverage::coverage(&fleet, &decisions),
        decisions,
        batches,
        missing,
        unplaced,
        notes,
    }
}

/// Updates of which nothing is known and which are offered to nobody in particular: told, never dropped.
fn unplaced(gate: &Gate<'_>) -> Vec<UpdateId> {
    let is_unplaced = |update: &&Candidate<'_>| update.products.is_empty() && update.update.offered_to.is_none();
    gate.candidates.values().filter(is_unplaced).map(|candidate| candidate.update.id.clone()).collect()
}

/// What a caller wants to see of a decision: servers, groups and updates; nothing given means everything.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Globs on server names.
    pub servers: Vec<crate::policy::hold::Glob>,
    /// Names of groups.
    pub groups: Vec<String>,
    /// Ids of updates.
    pub updates: Vec<UpdateId>,
}

impl Filter {
    /// Leaves out what was not asked for. Everything was decided before, so that pools, order and groups stay true.
    pub fn apply(&self, document: &mut Document, servers: &[Server]) {
        if self.servers.is_empty() && self.groups.is_empty() && self.updates.is_empty() {
            return;
        }
        let shown: BTreeMap<&str, &Server> =
            servers.iter().filter(|server| self.shows(server)).map(|server| (server.name.as_str(), server)).collect();
        let shows_update = |update: &UpdateId| self.updates.is_empty() || self.updates.contains(update);
        document.decisions.retain(|one| shows_update(&one.update) && shown.contains_key(one.server.as_str()));
        document.batches = named_batches(document);
        let groups: BTreeSet<String> = shown
            .values()
            .flat_map(|server| server.groups.iter().flatten())
            .map(|group| group.to_lowercase())
            .collect();
        let is_named =
            |group: &str| self.groups.is_empty() || self.groups.iter().any(|one| one.eq_ignore_ascii_case(group));
        document.groups.retain(|one| {
            shows_update(&one.update) && groups.contains(&one.group.to_lowercase()) && is_named(&one.group)
        });
        document.missing.retain(|one| shown.contains_key(one.server.as_str()));
        document.unplaced.retain(shows_update);
        document.summary = Summary::of(&document.decisions, document.unplaced.len());
    }

    fn shows(&self, server: &Server) -> bool {
        let is_named = self.servers.is_empty() || self.servers.iter().any(|glob| glob.matches(server.name.as_str()));
        is_named && (self.groups.is_empty() || self.groups.iter().any(|group| server.is_in_group(group)))
    }
}

/// The batches that the decisions of a document name, with those before them.
fn named_batches(document: &mut Document) -> Vec<Batch> {
    let waits = document.decisions.iter().flat_map(|decision| &decision.after);
    let mut named: HashSet<String> = waits.filter_map(Wait::batch).map(str::to_owned).collect();
    let mut kept = Vec::new();
    // Each stands behind the one before it.
    for batch in std::mem::take(&mut document.batches).into_iter().rev() {
        if named.contains(&batch.id) {
            named.extend(batch.after.clone());
            kept.push(batch);
        }
    }
    kept.reverse();
    kept
}
