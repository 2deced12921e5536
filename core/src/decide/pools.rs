//! Pools: no more servers that stand in for each other restart at a time than policy and vendor allow; they take turns.
//!
//! A turn is what one server may do from one moment on, with all its rounds. What waits longer takes a later turn, and what
//! waits for steps the last.

use std::collections::BTreeMap;

use hashbrown::HashMap;
use jiff::Timestamp;

use super::fleet::Fleet;
use super::line::{Cause, Classes, Line};
use super::outcome::Outcome;
use super::pair::{OutcomeId, PairId};
use super::when::When;
use crate::evaluate::reason::Reason;
use crate::model::effect::Effect;
use crate::model::fact::Fact;
use crate::model::id::ProductId;
use crate::model::name::Folded;
use crate::model::rule::Rule;
use crate::model::severity::Severity;

/// What one member may do from one moment on.
struct Turn {
    key: Key,
    pairs: Vec<PairId>,
}

/// The place of a turn among those of its pool: what steps hold back is the last, a member that is away already the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    has_steps: bool,
    is_up: bool,
    not_before: Option<Timestamp>,
    round: u32,
    /// By the role of the server.
    rank: usize,
    ring: usize,
    server: OutcomeId,
}

/// Lets no more servers of a pool restart than the policy allows; the others go after them.
pub fn keep_pools(fleet: &Fleet<'_>, line: &mut Line) {
    let mut pools: BTreeMap<Folded, Vec<OutcomeId>> = BTreeMap::new();
    for (id, outcome) in fleet.outcomes.iter() {
        if let Some(pool) = &outcome.server().pool {
            pools.entry(Folded::of(pool)).or_default().push(id);
        }
    }
    if pools.is_empty() {
        return;
    }
    let later = line.later(fleet);
    for (pool, members) in pools {
        let allowed = allowed(fleet, &members);
        let mut turns: Vec<Turn> = members.iter().flat_map(|id| turns(fleet, line, &later, *id)).collect();
        turns.sort_by_key(|turn| turn.key);
        hold_for_restart(fleet, line, &members, &turns);
        if let ([_], false) = (members.as_slice(), fleet.gate.question.is_complete) {
            doubt(fleet, line, &turns);
        }
        if allowed == 0 {
            refuse(fleet, line, members.len(), turns);
        } else if servers(&turns) > allowed {
            take_turns(fleet, line, pool.as_str(), (members.len(), allowed), turns);
        }
    }
}

/// How many members may be away at a time: what the policy allows, and the vendor of every product on them.
fn allowed(fleet: &Fleet<'_>, members: &[OutcomeId]) -> usize {
    let gate = fleet.gate;
    let by_policy = gate.question.policy.pools.max_unavailable.allowed(members.len());
    let outcomes = members.iter().filter_map(|id| fleet.outcomes.get(*id));
    let products = outcomes.flat_map(|outcome| outcome.server().products.iter().flatten()).map(|one| &one.product);
    let by_vendor = products.filter_map(|id| gate.question.database.products().get(id)?.max_unavailable);
    by_vendor.chain([by_policy]).min().unwrap_or(by_policy)
}

/// Of a pool of which one member is known others may be away.
fn doubt(fleet: &Fleet<'_>, line: &mut Line, turns: &[Turn]) {
    let effect = fleet.gate.question.policy.unknown.effect(Severity::High);
    let message = "other servers of the pool may be away: the inventory does not say that it holds the whole fleet";
    let reason = Reason::of_policy(Rule::Pool, effect, message.to_owned()).without(vec![Fact::Complete]);
    for pair in turns.iter().flat_map(|turn| &turn.pairs) {
        match effect {
            Effect::Block => line.stop(fleet, *pair, reason.clone()),
            _ => drop(line.add(fleet, *pair, reason.clone())),
        }
    }
}

fn refuse(fleet: &Fleet<'_>, line: &mut Line, size: usize, turns: Vec<Turn>) {
    let message = format!("the policy spares no server of a pool of {size}, and this update may restart it");
    for pair in turns.into_iter().flat_map(|turn| turn.pairs) {
        line.stop(fleet, pair, Reason::of_policy(Rule::Pool, Effect::Block, message.clone()));
    }
}

/// A member that waits for a restart is away as soon as it happens: while nothing pending restarts it, the others wait.
fn hold_for_restart(fleet: &Fleet<'_>, line: &mut Line, members: &[OutcomeId], turns: &[Turn]) {
    let takes_turn = |id: &OutcomeId| turns.iter().any(|turn| turn.key.server == *id);
    let outcomes = members.iter().filter_map(|id| Some((id, fleet.outcomes.get(*id)?)));
    let waiting = outcomes.filter(|(id, outcome)| outcome.server().reboot_pending == Some(true) && !takes_turn(id));
    for (_, outcome) in waiting {
        let name = &outcome.server().name;
        let message = format!("a restart is pending on {name}, of the same pool: restart it first");
        for pair in turns.iter().flat_map(|turn| &turn.pairs) {
            line.add(fleet, *pair, Reason::of_policy(Rule::Pool, Effect::Sequence, message.clone()));
        }
    }
}

fn servers(turns: &[Turn]) -> usize {
    turns.iter().map(|turn| turn.key.server).collect::<std::collections::BTreeSet<_>>().len()
}

fn take_turns(fleet: &Fleet<'_>, line: &mut Line, pool: &str, (size, allowed): (usize, usize), turns: Vec<Turn>) {
    let message = format!("at most {allowed} of the pool's {size} servers at a time");
    let cause = |_| Cause::Reason(Reason::of_policy(Rule::Pool, Effect::Sequence, message.clone()));
    let (name, classes) = (format!("pool:{pool}"), classes(turns, allowed));
    line.queue(fleet, Classes { name, rule: Rule::Pool, classes, cause: &cause });
}

/// Turns that are taken at one time, as many servers as are allowed; a server that has two in a row takes both.
fn classes(turns: Vec<Turn>, allowed: usize) -> Vec<Vec<PairId>> {
    let mut classes: Vec<(Vec<OutcomeId>, Vec<PairId>)> = Vec::new();
    for turn in turns {
        let server = turn.key.server;
        match classes.last_mut() {
            Some((servers, pairs)) if servers.contains(&server) || servers.len() < allowed => {
                servers.extend((!servers.contains(&server)).then_some(server));
                pairs.extend(turn.pairs);
            }
            _ => classes.push((vec![server], turn.pairs)),
        }
    }
    classes.into_iter().map(|(_, pairs)| pairs).collect()
}

/// The turns of a member: its updates that may restart it and that nothing stops, by the moment from which they may go.
fn turns(fleet: &Fleet<'_>, line: &Line, later: &HashMap<PairId, When>, server: OutcomeId) -> Vec<Turn> {
    let Some(outcome) = fleet.outcomes.get(server) else { return Vec::new() };
    let pairs = outcome.drafts.iter().map(|(pending, draft)| (PairId { outcome: server, pending }, draft));
    let restarting = pairs.filter(|(pair, draft)| draft.candidate.may_restart() && !line.is_blocked(*pair, draft));
    let mut turns: BTreeMap<(bool, Option<Timestamp>), (u32, Vec<PairId>)> = BTreeMap::new();
    for (pair, _) in restarting {
        let Some(when) = later.get(&pair).copied().or_else(|| fleet.when(pair)) else { continue };
        let (round, pairs) = turns.entry((when.has_steps, when.not_before)).or_insert((when.round, Vec::new()));
        *round = (*round).min(when.round);
        pairs.push(pair);
    }
    let (rank, ring) = (rank(fleet, outcome), fleet.gate.question.policy.ring_index(outcome.server()));
    let is_up = outcome.server().reboot_pending != Some(true);
    let turn = |((has_steps, not_before), (round, pairs))| Turn {
        key: Key { has_steps, is_up, not_before, round, rank, ring, server },
        pairs,
    };
    turns.into_iter().map(turn).collect()
}

/// The rank of a server's role in a pool, by the products that its pending updates concern; servers without one go last.
///
/// It must not depend on what is approved: otherwise a server could change its place when another verdict changes.
fn rank(fleet: &Fleet<'_>, outcome: &Outcome<'_>) -> usize {
    let server = outcome.server();
    let roles = server.roles.as_deref().unwrap_or_default();
    let rank = |product: &ProductId| fleet.gate.question.database.role_rank(product, roles);
    let of_updates = outcome.drafts.values().flat_map(|draft| &draft.candidate.products).filter_map(rank).min();
    // An operating system has no order of its roles: then the order of what runs on it counts.
    let own = server.products.iter().flatten().map(|one| &one.product);
    of_updates.or_else(|| own.filter_map(rank).min()).unwrap_or(usize::MAX)
}
