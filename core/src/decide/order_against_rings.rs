//! Where the order of roles and the wait for earlier rings want opposite things of two servers, somebody has to choose.

use std::collections::BTreeMap;

use super::fleet::Fleet;
use super::line::Line;
use super::order::{Ranks, is_own, joined, tasks};
use super::pair::PairId;
use super::rings;
use crate::evaluate::reason::Reason;
use crate::model::effect::Effect;
use crate::model::rule::Rule;
use crate::policy::OrderMode;

/// Stops what has to wait for a server of an earlier ring that, by its role, goes after it.
pub fn stop_torn(fleet: &Fleet<'_>, line: &mut Line) {
    if fleet.gate.question.policy.order != OrderMode::Enforce {
        return;
    }
    let waiting: BTreeMap<PairId, usize> = rings::waiting(fleet, line).collect();
    if waiting.is_empty() {
        return;
    }
    for ((candidate, _), sites) in tasks(fleet) {
        for mut ranks in joined(sites).into_values() {
            ranks.values_mut().for_each(|pairs| pairs.retain(|pair| is_own(fleet, candidate, *pair)));
            for (pair, pilot) in torn(fleet, line, &waiting, &ranks) {
                line.stop(fleet, pair, reason(fleet, pair, pilot));
            }
        }
    }
}

/// The pairs that wait for a pilot of a later role, each with that pilot.
fn torn(fleet: &Fleet<'_>, line: &Line, waiting: &BTreeMap<PairId, usize>, ranks: &Ranks) -> Vec<(PairId, PairId)> {
    let ring = |pair: PairId| {
        let server = fleet.outcomes.get(pair.outcome).map(|outcome| outcome.server());
        server.map_or(usize::MAX, |server| fleet.gate.question.policy.ring_index(server))
    };
    let keeps_order = |pair: &PairId| {
        let goes = fleet.draft(*pair).is_some_and(|draft| !line.is_blocked(*pair, draft));
        goes && fleet.waive(*pair, Reason::of_policy(Rule::Order, Effect::Sequence, String::new())).counts()
    };
    let mut first: Option<(usize, PairId)> = None;
    let mut found = Vec::new();
    for pairs in ranks.values().rev() {
        let waits = pairs.iter().filter_map(|pair| Some((*pair, *waiting.get(pair)?)));
        found.extend(
            waits.filter_map(|(pair, own)| {
                first.filter(|(earliest, _)| *earliest < own).map(|(_, pilot)| (pair, pilot))
            }),
        );
        let pilots = pairs.iter().copied().filter(keeps_order).map(|pair| (ring(pair), pair));
        first = pilots.chain(first).min();
    }
    found
}

fn reason(fleet: &Fleet<'_>, pair: PairId, pilot: PairId) -> Reason {
    let name = |pair: PairId| {
        let server = fleet.outcomes.get(pair.outcome).map(|outcome| outcome.server());
        server.map(|server| server.name.to_string()).unwrap_or_default()
    };
    let (own, pilot) = (name(pair), name(pilot));
    let message = format!("{own} waits for {pilot} by the rings, and {pilot} for {own} by the order of roles");
    Reason::of_policy(Rule::Ring, Effect::Block, message)
}
