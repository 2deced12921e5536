//! Pools: no more servers that stand in for each other restart at a time than the policy allows.

use std::collections::BTreeMap;

use super::fleet::Fleet;
use super::line::{Classes, Line};
use super::outcome::Outcome;
use super::pair::{OutcomeId, PairId};
use crate::evaluate::reason::Reason;
use crate::model::effect::Effect;
use crate::model::id::ProductId;
use crate::model::name::Folded;
use crate::model::rule::Rule;

/// A member of a pool with updates that may restart it now, by the rank of its role.
type Restarting = (usize, OutcomeId, Vec<PairId>);

/// Lets no more servers of a pool restart than the policy allows; the others go after them.
pub fn keep_pools(fleet: &Fleet<'_>, line: &mut Line) {
    let mut pools: BTreeMap<Folded, Vec<OutcomeId>> = BTreeMap::new();
    for (id, outcome) in fleet.outcomes.iter() {
        if let Some(pool) = &outcome.server().pool {
            pools.entry(Folded::of(pool)).or_default().push(id);
        }
    }
    for (pool, members) in pools {
        let allowed = fleet.gate.question.policy.pools.max_unavailable.allowed(members.len());
        let mut restarting: Vec<Restarting> = members.iter().filter_map(|id| restarting(fleet, line, *id)).collect();
        restarting.sort();
        if restarting.len() > allowed {
            take_turns(fleet, line, pool.as_str(), members.len(), allowed, restarting);
        }
    }
}

fn take_turns(fleet: &Fleet<'_>, line: &mut Line, pool: &str, size: usize, allowed: usize, servers: Vec<Restarting>) {
    if allowed == 0 {
        let message = format!("the policy spares no server of a pool of {size}, and this update may restart it");
        for pair in servers.into_iter().flat_map(|(_, _, pairs)| pairs) {
            line.add(pair, Reason::of_policy(Rule::Pool, Effect::Block, message.clone()));
        }
        return;
    }
    let turn = |turn: &[Restarting]| turn.iter().flat_map(|(_, _, pairs)| pairs).copied().collect();
    let message = format!("at most {allowed} of the pool's {size} servers at a time");
    let reason = || Reason::of_policy(Rule::Pool, Effect::Sequence, message.clone());
    let (name, classes) = (format!("pool:{pool}"), servers.chunks(allowed).map(turn).collect());
    line.queue(fleet, Classes { name, rule: Rule::Pool, classes, reason: Some(&reason) });
}

/// The updates of a server that may restart it and go now: approved, or with nothing before them but their steps.
fn restarting(fleet: &Fleet<'_>, line: &Line, id: OutcomeId) -> Option<Restarting> {
    let outcome = fleet.outcomes.get(id)?;
    let pairs = outcome.drafts.iter().map(|(pending, draft)| (PairId { outcome: id, pending }, draft));
    let goes_now =
        pairs.filter(|(pair, draft)| draft.candidate.may_restart() && draft.goes_now() && !line.is_held(*pair));
    let pairs: Vec<PairId> = goes_now.map(|(pair, _)| pair).collect();
    (!pairs.is_empty()).then(|| (rank(fleet, outcome), id, pairs))
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
