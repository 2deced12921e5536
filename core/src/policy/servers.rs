//! Which servers a waiver, a window, a hold or a rule on absences is about.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

use super::Policy;
use crate::model::name::is_alike;
use crate::model::one_or_many::OneOrMany;
use crate::model::server::{Server, ServerFact};
use crate::model::trace::Trace;
use crate::model::truth::Truth;

/// Servers by name, group, ring, pool or role: at least one key, and all given ones must match.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, default)]
pub struct Servers {
    /// These servers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub names: Option<OneOrMany>,
    /// Servers in one of these groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<OneOrMany>,
    /// Servers of one of these rings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ring: Option<OneOrMany>,
    /// Servers of one of these pools.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool: Option<OneOrMany>,
    /// Servers with one of these roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<OneOrMany>,
}

/// As reports call them: each key with its words.
impl fmt::Display for Servers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.keys().into_iter().filter_map(|(key, words)| Some(format!("{key} {}", words?.joined())));
        f.write_str(&keys.collect::<Vec<_>>().join(" and "))
    }
}

/// The keys as they are written, before it is known whether there is one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    pub(super) names: Option<OneOrMany>,
    pub(super) groups: Option<OneOrMany>,
    pub(super) ring: Option<OneOrMany>,
    pub(super) pool: Option<OneOrMany>,
    pub(super) role: Option<OneOrMany>,
}

impl Written {
    /// The selector that they make; without any key it would be everybody.
    pub(super) fn selector<E: de::Error>(self) -> Result<Servers, E> {
        let Self { names, groups, ring, pool, role } = self;
        let servers = Servers { names, groups, ring, pool, role };
        match servers.keys().iter().all(|(_, words)| words.is_none()) {
            true => Err(E::custom("say which servers: names, groups, ring, pool or role")),
            false => Ok(servers),
        }
    }
}

impl<'de> Deserialize<'de> for Servers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Written::deserialize(deserializer)?.selector()
    }
}

impl Servers {
    /// The keys with what is written under them.
    pub fn keys(&self) -> [(&'static str, Option<&OneOrMany>); 5] {
        let Self { names, groups, ring, pool, role } = self;
        let keys = [("names", names), ("groups", groups), ("ring", ring), ("pool", pool), ("role", role)];
        keys.map(|(key, words)| (key, words.as_ref()))
    }

    /// Whether, by what is written, another one has every server that this one has, whatever the fleet.
    pub fn is_within(&self, wider: &Self) -> bool {
        let fits = |(narrow, wide): (Option<&OneOrMany>, Option<&OneOrMany>)| match (narrow, wide) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(narrow), Some(wide)) => narrow.iter().all(|word| wide.contains(word)),
        };
        let pairs = self.keys().into_iter().zip(wider.keys());
        pairs.map(|((_, narrow), (_, wide))| (narrow, wide)).all(fits)
    }

    /// Whether a server is one of them for certain.
    pub fn include(&self, server: &Server, policy: &Policy) -> bool {
        self.matches(server, policy, &mut Trace::silent()).is_true()
    }

    /// Whether a server is one of them; unknown where the facts that are asked for were not collected. A server without a
    /// ring is in the last one, one without a pool in none.
    pub fn matches(&self, server: &Server, policy: &Policy, trace: &mut Trace) -> Truth {
        let is = |wanted: &Option<OneOrMany>, word: Option<&str>, is_one: fn(&OneOrMany, &str) -> bool| {
            let fits = |wanted: &OneOrMany| word.is_some_and(|word| is_one(wanted, word));
            Truth::from(wanted.as_ref().is_none_or(fits))
        };
        let ring = policy.ring(server).map(|ring| ring.name.as_str());
        trace.all_of(&[
            &|_| is(&self.names, Some(server.name.as_str()), OneOrMany::contains),
            &|_| is(&self.ring, ring, OneOrMany::contains),
            &|_| is(&self.pool, server.pool.as_deref(), names_alike),
            &|trace| is_in(self.groups.as_ref(), server.groups.as_deref(), false, ServerFact::Groups, trace),
            &|trace| is_in(self.role.as_ref(), server.roles.as_deref(), server.perhaps.roles, ServerFact::Roles, trace),
        ])
    }
}

/// Whether one of the words of a fact is wanted; unknown where there may be more of them.
fn is_in(
    wanted: Option<&OneOrMany>,
    words: Option<&[String]>,
    may_have_more: bool,
    fact: ServerFact,
    trace: &mut Trace,
) -> Truth {
    let Some(wanted) = wanted else { return Truth::True };
    let truth = Truth::from(words.map(|words| words.iter().any(|word| names_alike(wanted, word))));
    let truth = if may_have_more { truth.or(Truth::Unknown) } else { truth };
    if truth == Truth::Unknown {
        trace.miss(|| fact.into());
    }
    truth
}

/// Whether a word is among some, however people write it.
fn names_alike(words: &OneOrMany, word: &str) -> bool {
    words.iter().any(|one| is_alike(one, word))
}
