//! The whole fleet to one decision document: safe subset, rounds, pools, order, groups, coverage (pure).

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::document::decision::{Decision, Document, Inputs, SCHEMA, Summary, TOOL};
use crate::evaluate::{Gate, Question};
use crate::model::id::UpdateId;
use crate::model::server::Server;

pub mod coverage;
pub mod fleet;
pub mod groups;
pub mod minimal_subset;
pub mod notes;
pub mod outcome;
pub mod required;
pub mod rings;
pub mod simulate;
pub mod unblock;

use outcome::Outcome;

/// Decides every pending update on every server.
///
/// Total and pure: the same question and servers always give the same document, whatever their order.
pub fn decide(question: Question<'_>, servers: &[Server], inputs: Inputs) -> Document {
    decide_with_progress(question, servers, inputs, &|_| {})
}

/// As [`decide`], telling after each server that one more is done.
pub fn decide_with_progress(
    question: Question<'_>,
    servers: &[Server],
    inputs: Inputs,
    tell: &(dyn Fn(usize) + Sync),
) -> Document {
    let gate = Gate::new(question);
    let mut ordered: Vec<&Server> = servers.iter().collect();
    ordered.sort_by(|one, two| one.name.cmp(&two.name));
    let nothing_held = BTreeSet::new();
    let mut outcomes: Vec<Outcome<'_>> = ordered
        .par_iter()
        .map(|server| {
            let outcome = simulate::simulate(&gate, server, &nothing_held);
            tell(1);
            outcome
        })
        .collect();
    settle(&gate, &mut outcomes);
    let groups = groups::verdicts(&outcomes);
    let coverage = coverage::coverage(&outcomes);
    let notes = notes::notes(&gate, &ordered, &outcomes);
    let unplaced = unplaced(&gate);
    let missing = outcomes.iter_mut().flat_map(|outcome| std::mem::take(&mut outcome.missing)).collect();
    let decisions: Vec<Decision> =
        outcomes.into_iter().flat_map(|outcome| outcome.decisions).map(|(_, one)| one).collect();
    Document {
        schema: SCHEMA.to_owned(),
        at: gate.question.at,
        tool: TOOL.to_owned(),
        inputs,
        summary: Summary::of(&decisions, unplaced.len()),
        decisions,
        groups,
        missing,
        unplaced,
        coverage,
        notes,
    }
}

/// Lets the servers have regard to each other, until no update is replaced by one that has to wait for other servers.
fn settle<'a>(gate: &'a Gate<'a>, outcomes: &mut [Outcome<'a>]) {
    let mut held: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    loop {
        fleet::keep_order(gate, outcomes);
        rings::keep_rings(gate, outcomes);
        fleet::keep_pools(gate, outcomes);
        let mut has_more = false;
        for (place, outcome) in outcomes.iter().enumerate() {
            for newer in outcome.replaced_too_early(gate) {
                has_more |= held.entry(place).or_default().insert(newer);
            }
        }
        if !has_more {
            return;
        }
        let none = BTreeSet::new();
        outcomes.par_iter_mut().enumerate().for_each(|(place, outcome)| {
            if held.contains_key(&place) || outcome.has_regard_to_others() {
                *outcome = simulate::simulate(gate, outcome.server, held.get(&place).unwrap_or(&none));
            }
        });
    }
}

/// Updates of which nothing is known and which are offered to nobody in particular: told, never dropped.
fn unplaced(gate: &Gate<'_>) -> Vec<UpdateId> {
    let is_unplaced = |update: &&crate::evaluate::candidate::Candidate<'_>| {
        update.products.is_empty() && update.update.offered_to.is_none()
    };
    gate.candidates.iter().filter(is_unplaced).map(|candidate| candidate.update.id.clone()).collect()
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
