//! Notes: what else the administrator should know, such as words that nobody knows and waivers that do nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::outcome::Outcome;
use crate::advisory::{Advisory, Status};
use crate::diagnostic::nearest;
use crate::document::decision::Decision;
use crate::evaluate::Gate;
use crate::evaluate::candidate::Candidate;
use crate::evaluate::reason::{Reason, silences as is_silenced_by};
use crate::model::id::ProductId;
use crate::model::server::Server;
use crate::policy::waivers::Waiver;

/// All notes, sorted.
pub fn notes(gate: &Gate<'_>, servers: &[&Server], outcomes: &[Outcome<'_>]) -> Vec<String> {
    let mut notes: BTreeSet<String> = gate.notes.iter().cloned().collect();
    notes.extend(unknown_words(gate, servers));
    notes.extend(offers_to_nobody(gate, servers));
    notes.extend(unknown_builds(gate, servers));
    notes.extend(wrong_types(gate, servers));
    notes.extend(gate.question.waivers.iter().filter_map(|waiver| of_waiver(gate, waiver, outcomes)));
    notes.into_iter().collect()
}

/// Products, rings and settings that database or policy do not know.
fn unknown_words(gate: &Gate<'_>, servers: &[&Server]) -> Vec<String> {
    let products = gate.question.database.products();
    let settings = gate.question.database.settings();
    let rings = &gate.question.policy.rings;
    let mut unknown: BTreeMap<(&str, &str), (&str, usize)> = BTreeMap::new();
    let mut count = |kind, word, server| unknown.entry((kind, word)).or_insert((server, 0)).1 += 1;
    for server in servers {
        let name = server.name.as_str();
        for product in server.products.iter().flatten().filter(|one| !products.contains_key(&one.product)) {
            count("product", product.product.as_str(), name);
        }
        if let Some(ring) =
            server.ring.as_deref().filter(|ring| !rings.iter().any(|one| one.name.eq_ignore_ascii_case(ring)))
        {
            count("ring", ring, name);
        }
        for setting in server.settings.iter().flatten().map(|(key, _)| key).filter(|key| !settings.contains_key(*key)) {
            count("setting", setting, name);
        }
    }
    let words = unknown.into_iter().map(|((kind, word), (server, count))| {
        let near = match kind {
            "product" => nearest(word, products.keys().map(|id| id.as_str())),
            "ring" => nearest(word, rings.iter().map(|ring| ring.name.as_str())),
            _ => nearest(word, settings.keys().map(String::as_str)),
        };
        let more = if count > 1 { format!(" and {} more", count - 1) } else { String::new() };
        let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        format!("{kind} `{word}` ({server}{more}) is not known{hint}")
    });
    words.collect()
}

/// Updates that bring nobody knows what, where advisories on these servers' products go by builds and do not name them.
fn unknown_builds(gate: &Gate<'_>, servers: &[&Server]) -> Vec<String> {
    let is_open = servers.iter().any(|server| server.products.is_none());
    let own = servers.iter().flat_map(|server| &server.products).flatten().map(|one| &one.product);
    let there: BTreeSet<&ProductId> = own.chain(gate.candidates.iter().flat_map(|one| &one.products)).collect();
    let concerns = |advisory: &&Advisory| {
        let mut affected = advisory.affects.iter();
        is_open || advisory.affects.is_empty() || affected.any(|affects| there.contains(&affects.product))
    };
    let unmatched = |candidate: &Candidate<'_>| {
        let goes_by_build = |advisory: &&Advisory| {
            let mut ranges = advisory.builds().iter().filter(|build| !build.is_every_update());
            ranges.any(|build| candidate.products.contains(&build.product))
        };
        let is_named = |advisory: &&Advisory| advisory.updates().iter().any(|one| one.id == candidate.update.id);
        let active = gate.question.database.advisories().iter().filter(|one| one.status == Status::Active);
        let unmatched = active.filter(goes_by_build).filter(|one| !is_named(one) && concerns(one));
        unmatched.map(|one| one.id.as_str()).collect::<Vec<_>>()
    };
    let unknown = gate.candidates.iter().filter(|candidate| candidate.update.brings.is_none());
    let found = unknown.map(|candidate| (candidate, unmatched(candidate))).filter(|(_, ids)| !ids.is_empty());
    let note = |(candidate, ids): (&Candidate<'_>, Vec<&str>)| {
        let id = &candidate.update.id;
        format!(
            "{id}: the build that it brings is not known, so advisories that go by build could not be matched: {}",
            ids.join(", ")
        )
    };
    found.map(note).collect()
}

/// Settings whose value is not of the type that the database declares: conditions on them cannot be decided.
fn wrong_types(gate: &Gate<'_>, servers: &[&Server]) -> Vec<String> {
    let settings = gate.question.database.settings();
    let collected = servers
        .iter()
        .flat_map(|server| server.settings.iter().flatten().map(move |(key, value)| (server, key, value)));
    let wrong = collected.filter_map(|(server, key, value)| {
        let (setting, value) = (settings.get(key)?, value.as_ref()?);
        let word = setting.kind.word();
        (value.word() != word)
            .then(|| format!("{}: setting `{key}` is `{value}`, but it is declared as {word}", server.name))
    });
    wrong.collect()
}

fn offers_to_nobody(gate: &Gate<'_>, servers: &[&Server]) -> Vec<String> {
    let names: BTreeSet<String> = servers.iter().map(|server| server.name.folded()).collect();
    let groups: BTreeSet<String> =
        servers.iter().flat_map(|server| server.groups.iter().flatten()).map(|group| group.to_lowercase()).collect();
    let offers = gate
        .candidates
        .iter()
        .flat_map(|candidate| candidate.update.offered_to.iter().flatten().map(move |name| (candidate, name)));
    let unknown =
        offers.filter(|(_, name)| !names.contains(&name.to_lowercase()) && !groups.contains(&name.to_lowercase()));
    let note = |(candidate, name): (&Candidate<'_>, &String)| {
        let near = nearest(name, names.iter().chain(&groups).map(String::as_str));
        let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        format!(
            "{}: offered to `{name}`, which is neither a server nor a group of the inventory{hint}",
            candidate.update.id
        )
    };
    unknown.map(note).collect()
}

fn of_waiver(gate: &Gate<'_>, waiver: &Waiver, outcomes: &[Outcome<'_>]) -> Option<String> {
    let known = &gate.question.database.listing().ids;
    if let Some(id) = waiver.subject().filter(|id| !known.contains(*id)) {
        return Some(format!("{waiver}: no advisory has the id `{id}`"));
    }
    if !waiver.is_valid(gate.question.at) {
        return Some(format!("{waiver}: expired on {}", waiver.expires));
    }
    let policy = gate.question.policy;
    let silences = |reason: &Reason| reason.waived.is_some() && is_silenced_by(waiver, reason);
    let is_used = |decision: &Decision, server: &Server| {
        waiver.covers(server, &decision.update, policy) && decision.reasons.iter().any(silences)
    };
    let mut all =
        outcomes.iter().flat_map(|outcome| outcome.decisions.iter().map(move |(_, one)| (one, outcome.server)));
    (!all.any(|(decision, server)| is_used(decision, server))).then(|| format!("{waiver}: not used by this decision"))
}
