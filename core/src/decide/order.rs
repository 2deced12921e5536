//! The order of roles: where one update goes to several roles of a product, the servers of earlier ones go first.

use std::collections::BTreeMap;

use hashbrown::HashMap;

use super::draft::Draft;
use super::fleet::Fleet;
use super::line::{Cause, Classes, Line};
use super::outcome::Outcome;
use super::pair::PairId;
use crate::evaluate::candidate::{Candidate, CandidateId};
use crate::evaluate::reason::Reason;
use crate::model::effect::Effect;
use crate::model::id::ProductId;
use crate::model::name::Folded;
use crate::model::rule::Rule;
use crate::policy::OrderMode;

/// One update for one product.
pub(super) type Task<'a> = (CandidateId, &'a ProductId);

/// Pairs by the rank of their server's role in the product's order; those whose roles were not collected come last.
pub(super) type Ranks = BTreeMap<usize, Vec<PairId>>;

/// The pairs of a task by their server's site; under none those of servers that may be in every site.
pub(super) type Sites = BTreeMap<Option<Folded>, Ranks>;

/// Lets servers wait for those of earlier roles in the same site.
pub fn keep_order(fleet: &Fleet<'_>, line: &mut Line) {
    let mode = fleet.gate.question.policy.order;
    if mode == OrderMode::Off {
        return;
    }
    for (task, sites) in tasks(fleet) {
        for (site, ranks) in joined(sites) {
            stop_behind(fleet, line, mode, (task.0, &ranks));
            let going = |pair: &PairId| fleet.draft(*pair).is_some_and(|draft| !line.is_blocked(*pair, draft));
            let classes = ranks.into_values().map(|pairs| pairs.into_iter().filter(going).collect::<Vec<_>>());
            let mut classes: Vec<Vec<PairId>> = classes.filter(|pairs| !pairs.is_empty()).collect();
            match mode {
                OrderMode::Enforce => queue(fleet, line, task, site.as_ref(), classes),
                _ => classes.drain(..).skip(1).flatten().for_each(|pair| {
                    if is_own(fleet, task.0, pair) {
                        line.add(fleet, pair, reason(Effect::Note));
                    }
                }),
            }
        }
    }
}

fn queue(fleet: &Fleet<'_>, line: &mut Line, task: Task<'_>, site: Option<&Folded>, classes: Vec<Vec<PairId>>) {
    let (candidate, product) = task;
    let update = fleet.gate.candidates.get(candidate).map(|one| one.update.id.as_str()).unwrap_or_default();
    let name = format!("order:{}/{update}/{product}", site.map_or("*", Folded::as_str));
    let cause = |pair| match is_own(fleet, candidate, pair) {
        true => Cause::Reason(reason(Effect::Sequence)),
        false => Cause::Nothing,
    };
    line.queue(fleet, Classes { name, rule: Rule::Order, classes, cause: &cause });
}

/// What waits for a server on which the update is blocked is blocked with it.
fn stop_behind(fleet: &Fleet<'_>, line: &mut Line, mode: OrderMode, (task, ranks): (CandidateId, &Ranks)) {
    let mut stopped: Option<Reason> = None;
    for pairs in ranks.values() {
        if let Some(reason) = stopped.as_ref().filter(|_| mode == OrderMode::Enforce) {
            let going = |pair: &&PairId| {
                is_own(fleet, task, **pair) && fleet.draft(**pair).is_some_and(|one| !line.is_blocked(**pair, one))
            };
            let behind: Vec<PairId> = pairs.iter().filter(going).copied().collect();
            behind.into_iter().for_each(|pair| line.stop(fleet, pair, reason.clone()));
        }
        stopped = stopped.or_else(|| pairs.iter().find_map(|pair| stop(fleet, line, *pair)));
    }
}

/// What is said of those behind a pair that is blocked, other than by a newer update.
fn stop(fleet: &Fleet<'_>, line: &Line, pair: PairId) -> Option<Reason> {
    let (outcome, draft) = (fleet.outcomes.get(pair.outcome)?, fleet.draft(pair)?);
    if !line.is_blocked(pair, draft) || draft.is_superseded() || draft.is_for_another() {
        return None;
    }
    let message = format!("{}, of an earlier role, goes first, and there it is blocked", outcome.server().name);
    let reason = Reason::of_policy(Rule::Order, Effect::Block, message);
    let missing = line.missing(pair, draft);
    Some(if missing.is_empty() { reason } else { reason.without(missing) })
}

fn reason(effect: Effect) -> Reason {
    Reason::of_policy(Rule::Order, effect, "servers of earlier roles in this site go first".to_owned())
}

/// Each site with the servers that may be in it.
pub(super) fn joined(mut sites: Sites) -> Sites {
    let Some(everywhere) = sites.remove(&None) else { return sites };
    if sites.is_empty() {
        return Sites::from([(None, everywhere)]);
    }
    for ranks in sites.values_mut() {
        for (rank, pairs) in &everywhere {
            ranks.entry(*rank).or_default().extend(pairs);
        }
    }
    sites
}

/// The pairs of each update and product with an order of roles, by site and rank.
pub(super) fn tasks<'f>(fleet: &'f Fleet<'_>) -> BTreeMap<Task<'f>, Sites> {
    let ordered = ordered_products(fleet);
    let mut tasks: BTreeMap<Task<'f>, Sites> = BTreeMap::new();
    for (pair, outcome, draft) in fleet.drafts() {
        let Some(pair) = stands_for(outcome, pair, draft) else { continue };
        for product in ordered.get(&draft.candidate_id).into_iter().flatten() {
            let Some(rank) = rank(fleet, outcome, product, draft.candidate) else { continue };
            let site = outcome.server().site.as_ref().map(|site| Folded::loosely(site));
            let sites = tasks.entry((draft.candidate_id, product)).or_default();
            sites.entry(site).or_default().entry(rank).or_default().push(pair);
        }
    }
    tasks
}

/// What goes on a server for an update: itself, or the newer one that replaces it.
fn stands_for(outcome: &Outcome<'_>, pair: PairId, draft: &Draft<'_>) -> Option<PairId> {
    if !draft.is_superseded() {
        return Some(pair);
    }
    let newer = |one: &Draft<'_>| !one.is_superseded() && draft.candidate.superseded_by.contains(&one.candidate_id);
    let pending = outcome.drafts.iter().find(|(_, one)| newer(one)).map(|(pending, _)| pending)?;
    Some(PairId { pending, ..pair })
}

/// Whether a pair is of an update, and does not only stand for it on its server.
pub(super) fn is_own(fleet: &Fleet<'_>, candidate: CandidateId, pair: PairId) -> bool {
    fleet.draft(pair).is_some_and(|draft| draft.candidate_id == candidate)
}

/// The rank of a server in a product's order, if it is in it; the last where not all of its roles are known.
///
/// A server to which an update was offered though it lists none of the update's products may have any of them.
fn rank(fleet: &Fleet<'_>, outcome: &Outcome<'_>, product: &ProductId, candidate: &Candidate<'_>) -> Option<usize> {
    let server = outcome.server();
    let lists = |product: &ProductId| server.products.iter().flatten().any(|one| one.product == *product);
    let may_run = lists(product) || !candidate.products.iter().any(lists);
    match &server.roles {
        _ if !may_run => None,
        None => Some(usize::MAX),
        Some(roles) => {
            let known = fleet.gate.question.database.role_rank(product, roles);
            known.or_else(|| server.perhaps.roles.then_some(usize::MAX))
        }
    }
}

/// The products of each update that have an order of roles.
fn ordered_products<'f>(fleet: &'f Fleet<'_>) -> HashMap<CandidateId, Vec<&'f ProductId>> {
    let products = fleet.gate.question.database.products();
    let has_order = |id: &&ProductId| products.get(*id).is_some_and(|product| !product.update_order.is_empty());
    let ordered = fleet.gate.candidates.iter().map(|(id, one)| (id, one.products.iter().filter(has_order).collect()));
    ordered.filter(|(_, products): &(_, Vec<_>)| !products.is_empty()).collect()
}
