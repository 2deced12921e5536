//! The selectors of windows and waivers, checked against a fleet: names that it does not have, selectors that match nothing.

use std::collections::BTreeMap;

use super::{Found, LintRule};
use crate::diagnostic::{Level, did_you_mean, suggestion};
use crate::model::key_path::KeyPath;
use crate::model::name::{Folded, is_among};
use crate::model::one_or_many::OneOrMany;
use crate::model::server::Server;
use crate::model::wording::{counted, listed};
use crate::policy::Policy;
use crate::policy::servers::Servers;

/// The rule on rings that the policy does not have, by how it is checked.
pub(super) const fn unknown_ring<C: Copy>(check: C) -> LintRule<C> {
    LintRule::error("unknown-ring", "a selector with a ring that the policy does not have", check)
}

/// The rule on names that no server has, by how it is checked.
pub(super) const fn unknown_name<C: Copy>(check: C) -> LintRule<C> {
    let about = "with -i: a selector with a server, group, pool or role that the fleet does not have";
    LintRule::error("unknown-name", about, check)
}

/// The rule on selectors that match no server, by how severe that is and how it is checked.
pub(super) const fn matches_no_server<C: Copy>(level: Level, check: C) -> LintRule<C> {
    LintRule::new(level, "matches-no-server", "with -i: a selector that matches no server of the fleet", check)
        .follows(&["unknown-ring", "unknown-name"])
}

/// How many names a message lists.
pub const MOST_LISTED: usize = 20;

/// A fleet as selectors see it: its servers, indexed by the names that selectors use.
#[derive(Debug)]
pub struct IndexedFleet<'a> {
    /// The servers.
    pub servers: &'a [Server],
    words: [(&'static str, BTreeMap<Folded, &'a str>); 4],
}

impl<'a> IndexedFleet<'a> {
    /// Indexes a fleet.
    pub fn new(servers: &'a [Server]) -> Self {
        let lists = |facts: fn(&'a Server) -> &'a Option<Vec<String>>| {
            let words = servers.iter().flat_map(move |server| facts(server).iter().flatten()).map(String::as_str);
            by_name(words, Folded::loosely)
        };
        let words = [
            ("names", by_name(servers.iter().map(|server| server.name.as_str()), Folded::of)),
            ("groups", lists(|server| &server.groups)),
            ("pool", by_name(servers.iter().filter_map(|server| server.pool.as_deref()), Folded::loosely)),
            ("role", lists(|server| &server.roles)),
        ];
        Self { servers, words }
    }

    /// The servers that a selector matches.
    pub fn chosen(&self, servers: &Servers, policy: &Policy) -> Vec<&'a Server> {
        self.servers.iter().filter(|server| servers.include(server, policy)).collect()
    }

    /// Reports a selector that matches no server of the fleet; `what` names what it belongs to.
    pub fn find_nobody(&self, what: &str, servers: &Servers, policy: &Policy, at: KeyPath, found: &mut Found) {
        if self.chosen(servers, policy).is_empty() {
            let message = format!("{what} matches none of {}", counted(self.servers.len(), "server"));
            found.add(at, message, Some("a server must match every key that is given".to_owned()));
        }
    }

    /// Reports the names in a selector that no server of the fleet has.
    pub fn find_unknown(&self, servers: &Servers, at: &KeyPath, found: &mut Found) {
        for (key, known) in &self.words {
            let written = servers.keys().into_iter().find(|(one, _)| one == key).and_then(|(_, words)| words);
            let fold = if *key == "names" { Folded::of } else { Folded::loosely };
            for (position, word) in numbered(written).filter(|(_, word)| !known.contains_key(&fold(word))) {
                let (verb, noun) = words_of(key);
                let message = format!("no server of the fleet {verb} `{word}`");
                found.add(at.then(key).then(position), message, Some(hint(word, known, noun)));
            }
        }
    }
}

fn by_name<'a>(words: impl Iterator<Item = &'a str>, fold: fn(&str) -> Folded) -> BTreeMap<Folded, &'a str> {
    words.map(|word| (fold(word), word)).collect()
}

fn numbered(words: Option<&OneOrMany>) -> impl Iterator<Item = (usize, &str)> {
    words.into_iter().flat_map(OneOrMany::iter).enumerate()
}

/// The verb and the noun for the words under a key.
fn words_of(key: &str) -> (&'static str, &'static str) {
    match key {
        "groups" => ("is in group", "groups"),
        "pool" => ("is in pool", "pool"),
        "role" => ("has role", "roles"),
        _ => ("is called", "name"),
    }
}

fn hint(word: &str, known: &BTreeMap<Folded, &str>, noun: &str) -> String {
    // A host name where the inventory has the full name is not misspelt, but far from it in letters.
    let host = Folded::of(word);
    let with_domain =
        known.iter().find(|(name, _)| name.as_str().split('.').next() == Some(host.as_str())).map(|(_, name)| *name);
    let meant = with_domain.map(suggestion).or_else(|| did_you_mean(word, known.values().copied()));
    meant.unwrap_or_else(|| match known.is_empty() {
        true => format!("the inventory gives no server's {noun}"),
        false => format!("known are {}", listed(known.values().copied(), MOST_LISTED)),
    })
}

/// Reports the rings in a selector that the policy does not have.
pub fn find_unknown_rings(servers: &Servers, policy: &Policy, at: &KeyPath, found: &mut Found) {
    let is_known = |ring: &str| is_among(ring, policy.rings.iter().map(|one| &one.name));
    for (position, ring) in numbered(servers.ring.as_ref()).filter(|(_, ring)| !is_known(ring)) {
        let message = format!("policy `{}` has no ring `{ring}`", policy.name);
        found.add(at.then("ring").then(position), message, Some(ring_hint(ring, policy)));
    }
}

/// The ring that was probably meant.
pub fn ring_hint(ring: &str, policy: &Policy) -> String {
    let rings = || policy.rings.iter().map(|one| one.name.as_str());
    did_you_mean(ring, rings()).unwrap_or_else(|| format!("its rings are {}", listed(rings(), MOST_LISTED)))
}
