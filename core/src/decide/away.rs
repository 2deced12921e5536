//! Which servers must not be away at the same time: those of a pool, and what the policy says across pools.

use std::collections::BTreeMap;

use super::fleet::Fleet;
use super::outcome::Outcome;
use super::pair::OutcomeId;
use crate::model::name::Folded;
use crate::model::server::Server;
use crate::model::trace::Trace;
use crate::policy::away::{OneAtATime, Per};
use crate::policy::servers::Servers;

/// Servers of which no more than some may be away at a time.
#[derive(Debug)]
pub struct Pool {
    /// What its batches are called before their numbers.
    pub name: String,
    /// What its servers are called.
    pub servers: String,
    /// Its servers.
    pub members: Vec<OutcomeId>,
    /// How many may be away.
    pub allowed: usize,
}

/// The pools, then those that the policy makes of servers of several, one rule after the other: turns depend on turns that
/// are taken before.
pub fn pools(fleet: &Fleet<'_>) -> Vec<Vec<Pool>> {
    let policy = fleet.gate.question.policy;
    let not_together = policy.not_together.iter().enumerate().map(|(index, all)| not_together(fleet, index, all));
    let one_at_a_time = policy.one_at_a_time.iter().enumerate().map(|(index, one)| one_at_a_time(fleet, index, one));
    std::iter::once(of_inventory(fleet)).chain(not_together).chain(one_at_a_time).collect()
}

/// The pools that servers are in.
fn of_inventory(fleet: &Fleet<'_>) -> Vec<Pool> {
    let mut pools: BTreeMap<Folded, (Folded, Vec<OutcomeId>)> = BTreeMap::new();
    for (id, outcome) in fleet.outcomes.iter() {
        if let Some(pool) = &outcome.server().pool {
            let (_, members) = pools.entry(Folded::loosely(pool)).or_insert_with(|| (Folded::of(pool), Vec::new()));
            members.push(id);
        }
    }
    let pool = |(name, members): (Folded, Vec<OutcomeId>)| {
        let servers = format!("the pool's {} servers", members.len());
        Pool { name: format!("pool:{}", name.as_str()), servers, allowed: allowed(fleet, &members), members }
    };
    pools.into_values().map(pool).collect()
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

fn not_together(fleet: &Fleet<'_>, index: usize, selectors: &[Servers]) -> Vec<Pool> {
    let members = matching(fleet, |server| selectors.iter().any(|one| may_include(fleet, one, server)));
    let named = selectors.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    one_of(format!("not-together:{}", index + 1), &named, members).into_iter().collect()
}

fn one_at_a_time(fleet: &Fleet<'_>, index: usize, rule: &OneAtATime) -> Vec<Pool> {
    let members = matching(fleet, |server| may_include(fleet, &rule.servers, server));
    let (name, named) = (format!("one-at-a-time:{}", index + 1), rule.servers.to_string());
    let of_site = |(site, members): (Folded, Vec<OutcomeId>)| {
        one_of(format!("{name}/{}", site.as_str()), &format!("{named}, site {}", site.as_str()), members)
    };
    match rule.per.map(|Per::Site| by_site(fleet, &members)).filter(|sites| !sites.is_empty()) {
        Some(sites) => sites.into_iter().filter_map(of_site).collect(),
        None => one_of(name, &named, members).into_iter().collect(),
    }
}

fn one_of(name: String, named: &str, members: Vec<OutcomeId>) -> Option<Pool> {
    let servers = format!("the {} servers of {named}", members.len());
    (!members.is_empty()).then_some(Pool { name, servers, members, allowed: 1 })
}

/// The servers of each site; those without one are in every one.
fn by_site(fleet: &Fleet<'_>, members: &[OutcomeId]) -> BTreeMap<Folded, Vec<OutcomeId>> {
    let mut sites: BTreeMap<Folded, Vec<OutcomeId>> = BTreeMap::new();
    let mut everywhere = Vec::new();
    for id in members {
        match fleet.outcomes.get(*id).and_then(|outcome| outcome.server().site.as_ref()) {
            Some(site) => sites.entry(Folded::loosely(site)).or_default().push(*id),
            None => everywhere.push(*id),
        }
    }
    sites.values_mut().for_each(|members| members.extend(&everywhere));
    sites
}

fn matching(fleet: &Fleet<'_>, is_one: impl Fn(&Server) -> bool) -> Vec<OutcomeId> {
    let server = |(_, outcome): &(OutcomeId, &Outcome<'_>)| is_one(outcome.server());
    fleet.outcomes.iter().filter(server).map(|(id, _)| id).collect()
}

/// Whether a server is, or may be, one of some.
fn may_include(fleet: &Fleet<'_>, servers: &Servers, server: &Server) -> bool {
    servers.matches(server, fleet.gate.question.policy, &mut Trace::silent()).is_possible()
}
