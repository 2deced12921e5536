//! Which servers a waiver or a window is about.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

use super::Policy;
use crate::model::one_or_many::OneOrMany;
use crate::model::server::Server;

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

impl<'de> Deserialize<'de> for Servers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Written {
            names: Option<OneOrMany>,
            groups: Option<OneOrMany>,
            ring: Option<OneOrMany>,
            pool: Option<OneOrMany>,
            role: Option<OneOrMany>,
        }
        let Written { names, groups, ring, pool, role } = Written::deserialize(deserializer)?;
        let servers = Self { names, groups, ring, pool, role };
        if servers.keys().iter().all(|(_, words)| words.is_none()) {
            return Err(de::Error::custom("say which servers: names, groups, ring, pool or role"));
        }
        Ok(servers)
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

    /// Whether a server is one of them; a fact that was not collected does not match.
    pub fn include(&self, server: &Server, policy: &Policy) -> bool {
        let fits = |wanted: &Option<OneOrMany>, test: &dyn Fn(&OneOrMany) -> bool| wanted.as_ref().is_none_or(test);
        let lists =
            |facts: &Option<Vec<String>>, wanted: &OneOrMany| facts.iter().flatten().any(|one| wanted.contains(one));
        fits(&self.names, &|names| names.contains(server.name.as_str()))
            && fits(&self.groups, &|groups| lists(&server.groups, groups))
            && fits(&self.ring, &|rings| policy.ring(server).is_some_and(|ring| rings.contains(&ring.name)))
            && fits(&self.pool, &|pools| server.pool.as_ref().is_some_and(|pool| pools.contains(pool)))
            && fits(&self.role, &|roles| lists(&server.roles, roles))
    }
}
