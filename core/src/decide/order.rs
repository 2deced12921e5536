//! The order of roles: where one update is pending on several roles in a site, servers of earlier roles go first.

use std::collections::BTreeMap;

use hashbrown::HashMap;

use super::fleet::Fleet;
use super::line::{Classes, Line};
use super::pair::PairId;
use crate::evaluate::candidate::CandidateId;
use crate::evaluate::reason::Reason;
use crate::model::effect::Effect;
use crate::model::id::ProductId;
use crate::model::name::Folded;
use crate::model::rule::Rule;
use crate::policy::OrderMode;

/// One update for one product in one site.
type Site<'a> = (CandidateId, &'a ProductId, Option<Folded>);

/// Pairs by the rank of their server's role in the product's order.
type Ranks = BTreeMap<usize, Vec<PairId>>;

/// Lets servers wait for those of earlier roles in the same site.
pub fn keep_order(fleet: &Fleet<'_>, line: &mut Line) {
    let mode = fleet.gate.question.policy.order;
    if mode == OrderMode::Off {
        return;
    }
    for (site, ranks) in ranks_by_site(fleet) {
        let mut classes = ranks.into_values();
        match mode {
            OrderMode::Enforce => queue(fleet, line, &site, classes.collect()),
            _ => classes.by_ref().skip(1).flatten().for_each(|pair| line.add(pair, reason(Effect::Note))),
        }
    }
}

fn queue(fleet: &Fleet<'_>, line: &mut Line, (candidate, product, site): &Site<'_>, classes: Vec<Vec<PairId>>) {
    let update = fleet.gate.candidates.get(*candidate).map(|one| one.update.id.as_str()).unwrap_or_default();
    let name = format!("order:{}/{update}/{product}", site.as_ref().map(Folded::as_str).unwrap_or("*"));
    let reason = || reason(Effect::Sequence);
    line.queue(fleet, Classes { name, rule: Rule::Order, classes, reason: Some(&reason) });
}

fn reason(effect: Effect) -> Reason {
    Reason::of_policy(Rule::Order, effect, "servers of earlier roles in this site go first".to_owned())
}

/// The pairs on each site and update that are not blocked, by the rank of the server's role in the product.
fn ranks_by_site<'f>(fleet: &'f Fleet<'_>) -> BTreeMap<Site<'f>, Ranks> {
    let ordered = ordered_products(fleet);
    let mut sites: BTreeMap<Site<'f>, Ranks> = BTreeMap::new();
    for (pair, outcome, draft) in fleet.drafts().filter(|(_, _, draft)| !draft.is_blocked()) {
        let server = outcome.server();
        let runs = |product: &&&ProductId| server.products.iter().flatten().any(|one| one.product == ***product);
        for product in ordered.get(&draft.candidate_id).into_iter().flatten().filter(runs) {
            let roles = server.roles.as_deref().unwrap_or_default();
            if let Some(rank) = fleet.gate.question.database.role_rank(product, roles) {
                let site = server.site.as_ref().map(|site| Folded::of(site));
                let ranks = sites.entry((draft.candidate_id, product, site)).or_default();
                ranks.entry(rank).or_default().push(pair);
            }
        }
    }
    sites
}

/// The products of each update that have an order of roles.
fn ordered_products<'f>(fleet: &'f Fleet<'_>) -> HashMap<CandidateId, Vec<&'f ProductId>> {
    let products = fleet.gate.question.database.products();
    let has_order = |id: &&ProductId| products.get(*id).is_some_and(|product| !product.update_order.is_empty());
    let ordered = fleet.gate.candidates.iter().map(|(id, one)| (id, one.products.iter().filter(has_order).collect()));
    ordered.filter(|(_, products): &(_, Vec<_>)| !products.is_empty()).collect()
}
