//! Notes: what else the administrator should know, such as words that nobody knows and waivers that do nothing.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;

use super::fleet::Fleet;
use super::outcome::Outcome;
use crate::advisory::{Advisory, Status};
use crate::diagnostic::nearest;
use crate::document::decision::Decision;
use crate::evaluate::candidate::Candidate;
use crate::evaluate::reason::silences;
use crate::evaluate::{Gate, Question};
use crate::model::id::{ProductId, ServerName, UpdateId};
use crate::model::server::Server;
use crate::policy::waivers::Waiver;

/// All notes, sorted.
pub fn notes(fleet: &Fleet<'_>, decisions: &[Decision]) -> Vec<String> {
    let gate = fleet.gate;
    let servers: Vec<&Server> = fleet.outcomes.values().map(Outcome::server).collect();
    let mut notes: BTreeSet<String> = gate.notes.iter().cloned().collect();
    notes.extend(unknown_words(gate, &servers));
    notes.extend(offers_to_nobody(gate, &servers));
    notes.extend(unknown_builds(gate, &servers));
    notes.extend(wrong_types(gate, &servers));
    notes.extend(waivers(fleet, decisions));
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
    let there: BTreeSet<&ProductId> = own.chain(gate.candidates.values().flat_map(|one| &one.products)).collect();
    let concerns = |advisory: &&Advisory| {
        let mut affected = advisory.affects.iter();
        is_open || advisory.affects.is_empty() || affected.any(|affects| there.contains(&affects.product))
    };
    let unmatched = |candidate: &Candidate<'_>| {
        let goes_by_build = |advisory: &&Advisory| {
            let mut ranges = advisory.builds.iter().filter(|build| !build.is_every_update());
            ranges.any(|build| candidate.products.contains(&build.product))
        };
        let is_named = |advisory: &&Advisory| advisory.updates.iter().any(|one| one.id == candidate.update.id);
        let active = gate.question.database.advisories().iter().filter(|one| one.status == Status::Active);
        let unmatched = active.filter(goes_by_build).filter(|one| !is_named(one) && concerns(one));
        unmatched.map(|one| one.id.as_str()).collect::<Vec<_>>()
    };
    let unknown = gate.candidates.values().filter(|candidate| candidate.update.brings.is_none());
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

/// How many names that nobody has are told one by one: looking for what was meant takes time for each.
const NAMES_TOLD: usize = 20;

/// Names that updates are offered to and that nobody in the inventory has.
fn offers_to_nobody(gate: &Gate<'_>, servers: &[&Server]) -> Vec<String> {
    let names: BTreeSet<String> = servers.iter().map(|server| server.name.folded()).collect();
    let groups: BTreeSet<String> =
        servers.iter().flat_map(|server| server.groups.iter().flatten()).map(|group| group.to_lowercase()).collect();
    let is_known = |name: &str| names.contains(name) || groups.contains(name);
    let mut unknown: BTreeMap<&String, Vec<&UpdateId>> = BTreeMap::new();
    for candidate in gate.candidates.values() {
        for name in candidate.update.offered_to.iter().flatten().filter(|name| !is_known(&name.to_lowercase())) {
            unknown.entry(name).or_default().push(&candidate.update.id);
        }
    }
    let note = |(name, updates): (&&String, &Vec<&UpdateId>)| {
        let near = nearest(name, names.iter().chain(&groups).map(String::as_str));
        let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        let words = format!("offered to `{name}`, which is neither a server nor a group of the inventory{hint}");
        updates.iter().map(move |update| format!("{update}: {words}")).collect::<Vec<_>>()
    };
    let more = unknown.len().saturating_sub(NAMES_TOLD);
    let rest = unknown.keys().nth(NAMES_TOLD).map(|first| {
        format!("{more} more names that updates are offered to, from `{first}` on, are neither servers nor groups of the inventory")
    });
    unknown.iter().take(NAMES_TOLD).flat_map(note).chain(rest).collect()
}

/// What is wrong with waivers: they name an advisory that does not exist, have expired, or silence nothing.
fn waivers(fleet: &Fleet<'_>, decisions: &[Decision]) -> Vec<String> {
    let question = &fleet.gate.question;
    let used = used_waivers(fleet, decisions);
    let note = |(place, waiver): (usize, &Waiver)| {
        let known = &question.database.listing().ids;
        if let Some(id) = waiver.subject().filter(|id| !known.contains(*id)) {
            return Some(format!("{waiver}: no advisory has the id `{id}`"));
        }
        if !waiver.is_valid(question.at) {
            return Some(format!("{waiver}: expired on {}", waiver.expires));
        }
        (!used.contains(&place)).then(|| format!("{waiver}: not used by this decision"))
    };
    question.waivers.iter().enumerate().filter_map(note).collect()
}

/// The waivers that silence a reason. Few reasons are silenced: each is held against all waivers, not the other way round.
fn used_waivers(fleet: &Fleet<'_>, decisions: &[Decision]) -> BTreeSet<usize> {
    let Question { waivers, policy, .. } = fleet.gate.question;
    let servers: HashMap<&ServerName, &Server> =
        fleet.outcomes.values().map(|outcome| (&outcome.server().name, outcome.server())).collect();
    let mut used = BTreeSet::new();
    for decision in decisions {
        let Some(server) = servers.get(&decision.server) else { continue };
        for reason in decision.reasons.iter().filter(|reason| reason.waived.is_some()) {
            let silencing = waivers.iter().enumerate().filter(|(_, waiver)| {
                let says = silences(waiver, reason.rule, reason.advisory.as_ref(), reason.truth);
                says && waiver.covers(server, &decision.update, policy)
            });
            used.extend(silencing.map(|(place, _)| place));
        }
    }
    used
}
