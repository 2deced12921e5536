//! What servers mean to each other: the order of roles in a site, and how many of a pool may be away.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;

use super::outcome::Outcome;
use super::simulate::sort;
use super::unblock;
use crate::document::decision::{Decision, Pair};
use crate::evaluate::Gate;
use crate::evaluate::candidate::Candidate;
use crate::evaluate::policy_rules::house;
use crate::evaluate::reason::verdict;
use crate::model::effect::Effect;
use crate::model::id::ProductId;
use crate::model::pending::Restart;
use crate::model::rule::Rule;
use crate::model::verdict::Verdict;
use crate::policy::OrderMode;

/// The place of one decision: the server's, and the decision's on it.
type Spot = (usize, usize);

/// Decisions with the rank of their server's role.
type Ranked = Vec<(usize, Spot)>;

/// Lets servers wait for those of earlier roles in the same site, where one update is pending on several roles.
pub fn keep_order(gate: &Gate<'_>, outcomes: &mut [Outcome<'_>]) {
    let mode = gate.question.policy.order;
    if mode == OrderMode::Off {
        return;
    }
    for ranked in ranked_by_site(gate, outcomes) {
        for (rank, spot) in &ranked {
            let earlier = ranked.iter().filter(|(other, _)| other < rank);
            let after: BTreeSet<Pair> = earlier.filter_map(|(_, other)| decision(outcomes, *other)).map(pair).collect();
            if after.is_empty() {
                continue;
            }
            let message = "servers of earlier roles in this site go first".to_owned();
            let effect = if mode == OrderMode::Enforce { Effect::Sequence } else { Effect::Note };
            let after = if mode == OrderMode::Enforce { after } else { BTreeSet::new() };
            wait(outcomes, *spot, house(Rule::Order, effect, message), after);
        }
    }
    settle_rounds(outcomes);
}

/// Lets no more servers of a pool restart than the policy allows; the others go after them.
pub fn keep_pools(gate: &Gate<'_>, outcomes: &mut [Outcome<'_>]) {
    let mut pools: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, outcome) in outcomes.iter().enumerate() {
        if let Some(pool) = &outcome.server.pool {
            pools.entry(pool.to_lowercase()).or_default().push(place);
        }
    }
    for members in pools.values() {
        let allowed = gate.question.policy.pools.max_unavailable.allowed(members.len());
        let mut restarting: Vec<(usize, usize, Vec<Spot>)> = members
            .iter()
            .map(|&place| {
                let spots = restarting(gate, outcomes, place);
                (pool_rank(gate, outcomes, place), place, spots)
            })
            .filter(|(_, _, spots)| !spots.is_empty())
            .collect();
        restarting.sort();
        if restarting.len() > allowed {
            sequence_pool(gate, outcomes, &restarting, allowed, members.len());
        }
    }
    settle_rounds(outcomes);
}

fn sequence_pool(
    gate: &Gate<'_>,
    outcomes: &mut [Outcome<'_>],
    servers: &[(usize, usize, Vec<Spot>)],
    allowed: usize,
    size: usize,
) {
    if allowed == 0 {
        let message = format!("the policy spares no server of a pool of {size}, and this update may restart it");
        for spot in servers.iter().flat_map(|(_, _, spots)| spots) {
            block(gate, outcomes, *spot, &message);
        }
        return;
    }
    let mut before: BTreeSet<Pair> = BTreeSet::new();
    for batch in servers.chunks(allowed) {
        let own: Vec<Spot> = batch.iter().flat_map(|(_, _, spots)| spots).copied().collect();
        if !before.is_empty() {
            for spot in &own {
                let message = format!("at most {allowed} of the pool's {size} servers at a time");
                wait(outcomes, *spot, house(Rule::Pool, Effect::Sequence, message), before.clone());
            }
        }
        before.extend(own.iter().filter_map(|spot| decision(outcomes, *spot)).map(pair));
    }
}

/// The decisions on each site and update that are not blocked, with the rank of the server's role in the product.
fn ranked_by_site(gate: &Gate<'_>, outcomes: &[Outcome<'_>]) -> Vec<Ranked> {
    let mut sites: BTreeMap<(usize, &ProductId, Option<String>), Ranked> = BTreeMap::new();
    let has_order = |product: &&ProductId| {
        gate.question.database.products().get(*product).is_some_and(|product| !product.update_order.is_empty())
    };
    let ordered: HashMap<usize, &ProductId> = gate
        .candidates
        .iter()
        .enumerate()
        .flat_map(|(place, candidate)| candidate.products.iter().filter(has_order).map(move |product| (place, product)))
        .collect();
    for (server, outcome) in outcomes.iter().enumerate() {
        for (index, (candidate, one)) in outcome.decisions.iter().enumerate() {
            if !ordered.contains_key(candidate) || one.verdict == Verdict::Block {
                continue;
            }
            let products =
                gate.candidates.get(*candidate).map(|candidate| candidate.products.as_slice()).unwrap_or_default();
            for product in products.iter().filter(|product| runs(outcome, product)) {
                let roles = outcome.server.roles.as_deref().unwrap_or_default();
                if let Some(rank) = gate.question.database.role_rank(product, roles) {
                    let site = outcome.server.site.as_ref().map(|site| site.to_lowercase());
                    sites.entry((*candidate, product, site)).or_default().push((rank, (server, index)));
                }
            }
        }
    }
    sites.into_values().collect()
}

fn runs(outcome: &Outcome<'_>, product: &ProductId) -> bool {
    outcome.server.products.iter().flatten().any(|one| one.product == *product)
}

/// The updates of a server that may restart it and go now: approved, or with nothing before them but their steps.
fn restarting(gate: &Gate<'_>, outcomes: &[Outcome<'_>], server: usize) -> Vec<Spot> {
    let may_restart = |candidate: &usize| {
        gate.candidates.get(*candidate).is_some_and(|candidate| candidate.update.restart != Some(Restart::Never))
    };
    let Some(outcome) = outcomes.get(server) else { return Vec::new() };
    let decisions = outcome.decisions.iter().enumerate();
    decisions
        .filter(|(_, (candidate, one))| goes_now(one) && may_restart(candidate))
        .map(|(index, _)| (server, index))
        .collect()
}

/// Whether nothing but the steps of a procedure, which somebody takes at a time of their own, holds an update back.
fn goes_now(one: &Decision) -> bool {
    let waits = one
        .reasons
        .iter()
        .any(|reason| reason.counts() && reason.effect == Effect::Sequence && reason.rule != Rule::Procedure);
    one.verdict != Verdict::Block && one.after.is_empty() && one.not_before.is_none() && !waits
}

/// The rank of a server's role in a pool, by the products that its pending updates concern; servers without one go last.
///
/// It must not depend on what is approved: otherwise a server could change its place when another verdict changes.
fn pool_rank(gate: &Gate<'_>, outcomes: &[Outcome<'_>], server: usize) -> usize {
    let Some(outcome) = outcomes.get(server) else { return usize::MAX };
    let roles = outcome.server.roles.as_deref().unwrap_or_default();
    let pending = outcome.decisions.iter().filter_map(|(place, _)| gate.candidates.get(*place));
    let own = outcome.server.products.iter().flatten().map(|one| &one.product);
    // An operating system has no order of its roles: then the order of what runs on it counts.
    let rank = |product: &ProductId| gate.question.database.role_rank(product, roles);
    let of_updates = pending.flat_map(|candidate: &Candidate<'_>| &candidate.products).filter_map(rank).min();
    of_updates.or_else(|| own.filter_map(rank).min()).unwrap_or(usize::MAX)
}

fn decision<'d>(outcomes: &'d [Outcome<'_>], (server, index): Spot) -> Option<&'d Decision> {
    Some(&outcomes.get(server)?.decisions.get(index)?.1)
}

fn pair(decision: &Decision) -> Pair {
    Pair { server: decision.server.clone(), update: decision.update.clone() }
}

fn wait(
    outcomes: &mut [Outcome<'_>],
    (server, index): Spot,
    reason: crate::evaluate::reason::Reason,
    after: BTreeSet<Pair>,
) {
    let Some((_, one)) = outcomes.get_mut(server).and_then(|outcome| outcome.decisions.get_mut(index)) else { return };
    one.reasons.push(reason);
    sort(&mut one.reasons);
    let all: BTreeSet<Pair> = one.after.drain(..).chain(after).collect();
    one.after = all.into_iter().collect();
    one.verdict = verdict(&one.reasons);
}

fn block(gate: &Gate<'_>, outcomes: &mut [Outcome<'_>], spot: Spot, message: &str) {
    wait(outcomes, spot, house(Rule::Pool, Effect::Block, message.to_owned()), BTreeSet::new());
    let Some((_, one)) = outcomes.get_mut(spot.0).and_then(|outcome| outcome.decisions.get_mut(spot.1)) else { return };
    one.round = None;
    one.conflict = one.reasons.iter().any(|reason| reason.rule == Rule::Required && reason.counts());
    one.unblock = unblock::ways_out(gate, one);
}

/// A decision goes in the round after everything it waits for.
fn settle_rounds(outcomes: &mut [Outcome<'_>]) {
    let mut rounds: HashMap<Pair, u32> = HashMap::new();
    let all = || outcomes.iter().flat_map(|outcome| &outcome.decisions).map(|(_, one)| one);
    let waiting = all().filter(|one| !one.after.is_empty() || !one.with.is_empty()).count();
    if waiting == 0 {
        return;
    }
    for one in all() {
        if let Some(round) = one.round {
            rounds.insert(pair(one), round);
        }
    }
    // Waiting has no circles, so every pass settles at least one more link of the longest chain.
    for _ in 0..=waiting {
        let mut has_changed = false;
        for (_, one) in outcomes.iter_mut().flat_map(|outcome| &mut outcome.decisions) {
            let Some(round) = one.round else { continue };
            let first = one.after.iter().filter_map(|pair| rounds.get(pair)).map(|round| round + 1);
            let together = one.with.iter().filter_map(|pair| rounds.get(pair)).copied();
            let latest = first.chain(together).max().unwrap_or(0);
            if latest > round {
                one.round = Some(latest);
                rounds.insert(pair(one), latest);
                has_changed = true;
            }
        }
        if !has_changed {
            break;
        }
    }
}
