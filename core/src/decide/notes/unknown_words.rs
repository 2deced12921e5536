//! Rings and settings of servers that policy or database do not know. Products and roles are told where they are recognised.

use std::collections::BTreeMap;

use crate::diagnostic::nearest;
use crate::evaluate::Gate;
use crate::model::name::is_among;
use crate::model::server::Server;

/// What a word stands for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Ring,
    Setting,
}

/// Unknown words, each with the first server that has it and how many have.
type Unknown<'a> = BTreeMap<(Kind, &'a str), (&'a str, usize)>;

/// A note for each unknown word.
pub fn notes(gate: &Gate<'_>, servers: &[&Server]) -> Vec<String> {
    let mut unknown = Unknown::new();
    for server in servers {
        for word in unknown_words(gate, server) {
            unknown.entry(word).or_insert((server.name.as_str(), 0)).1 += 1;
        }
    }
    unknown.into_iter().map(|((kind, word), (server, count))| note(gate, kind, word, server, count)).collect()
}

fn unknown_words<'s>(gate: &Gate<'_>, server: &'s Server) -> Vec<(Kind, &'s str)> {
    let database = gate.question.database;
    let is_ring = |ring: &str| is_among(ring, gate.question.policy.rings.iter().map(|one| &one.name));
    let ring = server.ring.as_deref().filter(|ring| !is_ring(ring)).map(|ring| (Kind::Ring, ring));
    let settings = server.settings.iter().flatten().map(|(name, _)| name.as_str());
    let settings = settings.filter(|name| !database.settings().contains_key(*name)).map(|name| (Kind::Setting, name));
    ring.into_iter().chain(settings).collect()
}

fn note(gate: &Gate<'_>, kind: Kind, word: &str, server: &str, count: usize) -> String {
    let database = gate.question.database;
    let (kind, near) = match kind {
        Kind::Ring => ("ring", nearest(word, gate.question.policy.rings.iter().map(|ring| ring.name.as_str()))),
        Kind::Setting => ("setting", nearest(word, database.settings().keys().map(String::as_str))),
    };
    let more = if count > 1 { format!(" and {} more", count - 1) } else { String::new() };
    let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    format!("{kind} `{word}` ({server}{more}) is not known{hint}")
}
