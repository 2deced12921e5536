//! Pools: no more servers that stand in for each other restart at a time than policy and vendor allow; they take turns.
//!
//! A turn is what one server may do from one moment on, with all its rounds. What waits longer takes a later turn, and what
//! waits for steps the last.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;
use jiff::Timestamp;

use super::away::{self, Pool};
use super::draft::Draft;
use super::fleet::Fleet;
use super::line::{Cause, Classes, Line};
use super::outcome::Outcome;
use super::pair::{OutcomeId, PairId};
use super::turn_order::in_turn;
use super::when::When;
use crate::evaluate::reason::Reason;
use crate::model::effect::Effect;
use crate::model::fact::Fact;
use crate::model::id::ProductId;
use crate::model::rule::Rule;
use crate::model::server::ServerFact;
use crate::model::severity::Severity;

/// How many servers are named of those that wait for a restart.
const NAMED: usize = 5;

/// What one member may do from one moment on.
struct Turn {
    key: Key,
    pairs: Vec<PairId>,
}

/// The place of a turn among those of its pool: what steps hold back is the last, a member that is away already the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    /// Nobody else is to be away when it is restarted at last.
    is_up: bool,
    has_steps: bool,
    not_before: Option<Timestamp>,
    rank: Rank,
    ring: usize,
    server: OutcomeId,
}

/// The rank of a server by its role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Of(usize),
    None,
    NotCollected,
}

/// Lets no more servers of a pool restart than the policy allows; the others go after them.
pub fn keep_pools(fleet: &Fleet<'_>, line: &mut Line) {
    for pools in away::pools(fleet).into_iter().filter(|pools| !pools.is_empty()) {
        let later = line.later(fleet);
        pools.into_iter().for_each(|pool| keep_pool(fleet, line, &later, &pool));
    }
}

fn keep_pool(fleet: &Fleet<'_>, line: &mut Line, later: &HashMap<PairId, When>, pool: &Pool) {
    if pool.allowed == 0 {
        return refuse(fleet, line, pool);
    }
    let mut turns: Vec<Turn> = pool.members.iter().flat_map(|id| turns(fleet, line, later, *id)).collect();
    turns.sort_by_key(|turn| turn.key);
    hold_for_restart(fleet, line, &pool.members, &turns);
    if let ([_], false) = (pool.members.as_slice(), fleet.gate.question.is_complete) {
        doubt(fleet, line, &turns);
    }
    if servers(&turns) > pool.allowed {
        take_turns(fleet, line, pool, turns);
    }
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

fn refuse(fleet: &Fleet<'_>, line: &mut Line, pool: &Pool) {
    let size = pool.members.len();
    let message = format!("the policy spares no server of a pool of {size}, and this update may restart it");
    let outcomes = pool.members.iter().filter_map(|id| Some((*id, fleet.outcomes.get(*id)?)));
    // What a pool refused before is decided again as blocked.
    let is_refused = |draft: &Draft<'_>| draft.reasons.iter().any(|reason| reason.rule == Rule::Pool);
    let all = outcomes.flat_map(|(id, outcome)| restarting(id, outcome));
    for (pair, _) in all.filter(|(_, draft)| !is_refused(draft)) {
        line.stop(fleet, pair, Reason::of_policy(Rule::Pool, Effect::Block, message.clone()));
    }
}

/// A member that waits for a restart is away as soon as it happens: while nothing pending restarts it, the others wait.
fn hold_for_restart(fleet: &Fleet<'_>, line: &mut Line, members: &[OutcomeId], turns: &[Turn]) {
    let with_turns: BTreeSet<OutcomeId> = turns.iter().map(|turn| turn.key.server).collect();
    let servers = members.iter().filter(|id| !with_turns.contains(id)).filter_map(|id| fleet.outcomes.get(*id));
    let waiting = servers.map(Outcome::server).filter(|server| server.reboot_pending == Some(true));
    let names: Vec<&str> = waiting.map(|server| server.name.as_str()).collect();
    if names.is_empty() {
        return;
    }
    let names = some_of(&names);
    let message = format!("a restart is pending on {names}, of the same pool: restart it first");
    let reason = Reason::of_policy(Rule::Pool, Effect::Sequence, message);
    let reason = reason.with(ServerFact::RebootPending.into(), names);
    for pair in turns.iter().flat_map(|turn| &turn.pairs) {
        line.add(fleet, *pair, reason.clone());
    }
}

/// A few names, and how many there are beside them.
fn some_of(names: &[&str]) -> String {
    let shown = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn servers(turns: &[Turn]) -> usize {
    turns.iter().map(|turn| turn.key.server).collect::<BTreeSet<_>>().len()
}

fn take_turns(fleet: &Fleet<'_>, line: &mut Line, pool: &Pool, turns: Vec<Turn>) {
    let pairs: Vec<&[PairId]> = turns.iter().map(|turn| turn.pairs.as_slice()).collect();
    let order = in_turn(fleet, line, &pairs);
    let mut turns: Vec<Option<Turn>> = turns.into_iter().map(Some).collect();
    let turns = order.into_iter().filter_map(|place| turns.get_mut(place).and_then(Option::take)).collect();
    let reason = Reason::of_policy(
        Rule::Pool,
        Effect::Sequence,
        format!("at most {} of {} at a time", pool.allowed, pool.servers),
    );
    let cause = |_| Cause::Reason(reason.clone());
    let (name, classes) = (pool.name.clone(), classes(turns, pool.allowed));
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
    let going = |(pair, draft): &(PairId, &Draft<'_>)| !line.is_blocked(*pair, draft);
    let mut turns: BTreeMap<(bool, Option<Timestamp>), Vec<PairId>> = BTreeMap::new();
    for (pair, _) in restarting(server, outcome).filter(going) {
        let Some(when) = later.get(&pair).copied().or_else(|| fleet.when(pair)) else { continue };
        turns.entry((when.has_steps, when.not_before)).or_default().push(pair);
    }
    let (rank, ring) = (rank(fleet, outcome), fleet.gate.question.policy.ring_index(outcome.server()));
    let is_pending = outcome.server().reboot_pending == Some(true);
    // Its first turn restarts it.
    let turn = |(number, ((has_steps, not_before), pairs))| Turn {
        key: Key { is_up: number > 0 || !is_pending, has_steps, not_before, rank, ring, server },
        pairs,
    };
    turns.into_iter().enumerate().map(turn).collect()
}

/// The updates that may restart a server.
fn restarting<'o, 'a>(
    server: OutcomeId,
    outcome: &'o Outcome<'a>,
) -> impl Iterator<Item = (PairId, &'o Draft<'a>)> + use<'o, 'a> {
    let pairs = outcome.drafts.iter().map(move |(pending, draft)| (PairId { outcome: server, pending }, draft));
    pairs.filter(|(_, draft)| draft.candidate.may_restart())
}

/// The rank of a server's role in a pool, by the products that its pending updates concern; servers without one go after
/// those, and servers whose roles were not collected last.
///
/// It must not depend on what is approved: otherwise a server could change its place when another verdict changes.
fn rank(fleet: &Fleet<'_>, outcome: &Outcome<'_>) -> Rank {
    let server = outcome.server();
    let Some(roles) = server.roles.as_deref() else { return Rank::NotCollected };
    let rank = |product: &ProductId| fleet.gate.question.database.role_rank(product, roles);
    let of_updates = outcome.drafts.values().flat_map(|draft| &draft.candidate.products).filter_map(rank).min();
    of_updates.map_or(Rank::None, Rank::Of)
}
