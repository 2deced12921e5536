//! Updates that are offered by name to servers that have none of their products: then the inventory does not tell all.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::told::Told;
use crate::database::near::likest;
use crate::database::vocabulary::Vocabulary;
use crate::evaluate::Gate;
use crate::evaluate::candidate::Candidate;
use crate::model::id::ProductId;
use crate::model::server::{InstalledProduct, Server};

/// Adds the products that such offers prove, and gives the notes. One product is there, of several each may be.
pub fn settle(gate: &Gate<'_>, servers: &mut [Cow<'_, Server>]) -> Vec<String> {
    let vocabulary = Vocabulary::of(gate.question.database.products().values());
    let mut told = Told::default();
    for server in servers {
        // All are held against the server as it was listed, so that their order does not matter.
        let contradicting = contradicting(gate, &vocabulary, server);
        for candidate in &contradicting {
            let before = format!("{} is offered to a server by name", candidate.update.id);
            told.with_more(&server.name, before, behind(&candidate.products), nearest(server, &candidate.products));
        }
        contradicting.into_iter().for_each(|candidate| add(server, &candidate.products));
    }
    told.notes()
}

/// The updates that are offered to a server of whose products it has none for certain. That it has another operating system
/// is a reason of its own.
fn contradicting<'g>(gate: &'g Gate<'_>, vocabulary: &Vocabulary<'_>, server: &Server) -> Vec<&'g Candidate<'g>> {
    let (offered, Some(listed)) = (gate.offers.by_name(server), &server.products) else { return Vec::new() };
    if offered.is_empty() {
        return Vec::new();
    }
    let unlisted = vocabulary.unlisted_on(server);
    let there: BTreeSet<&ProductId> = listed.iter().map(|one| &one.product).chain(unlisted).collect();
    let has_system = listed.iter().any(|one| vocabulary.is_system(&one.product));
    let contradicts = |candidate: &&Candidate<'_>| {
        let products = &candidate.products;
        let is_foreign = has_system && products.iter().all(|product| vocabulary.is_system(product));
        let is_news = !products.is_empty() && !products.iter().any(|product| there.contains(product));
        is_news && !is_foreign
    };
    offered.iter().filter_map(|id| gate.candidates.get(*id)).filter(contradicts).collect()
}

fn behind(products: &[ProductId]) -> String {
    let names: Vec<&str> = products.iter().map(ProductId::as_str).collect();
    let counts = if names.len() == 1 { "it counts as there" } else { "one of them is there" };
    format!("that does not list `{}`: {counts}, in an unknown version", names.join("` or `"))
}

/// What the first server lists that may be meant by one of some products.
fn nearest(server: &Server, products: &[ProductId]) -> String {
    let listed = server.products.iter().flatten().map(|one| one.product.as_str());
    let near = products.first().and_then(|product| likest(product.as_str(), listed));
    near.map(|near| format!("; of what it lists, `{near}` is nearest")).unwrap_or_default()
}

fn add(server: &mut Cow<'_, Server>, products: &[ProductId]) {
    let server = server.to_mut();
    match products {
        [one] => {
            let all = server.products.get_or_insert_default();
            if !all.iter().any(|listed| listed.product == *one) {
                all.push(InstalledProduct { product: one.clone(), version: None });
            }
        }
        several => server.perhaps.products.extend(several.iter().cloned()),
    }
}
