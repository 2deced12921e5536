//! Which servers a waiver or a window is about.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Policy;
use crate::model::one_or_many::OneOrMany;
use crate::model::server::Server;

/// Servers by name, group, ring, pool or role; all given keys must match.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
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

impl Servers {
    /// Whether no key is given.
    pub fn is_empty(&self) -> bool {
        [&self.names, &self.groups, &self.ring, &self.pool, &self.role].iter().all(|key| key.is_none())
    }

    /// Whether a server is one of them; a fact that was not collected does not match.
    pub fn include(&self, server: &Server, policy: &Policy) -> bool {
        let fits = |wanted: &Option<OneOrMany>, test: &dyn Fn(&OneOrMany) -> bool| wanted.as_ref().is_none_or(test);
        let lists =
            |facts: &Option<Vec<String>>, wanted: &OneOrMany| facts.iter().flatten().any(|one| wanted.contains(one));
        !self.is_empty()
            && fits(&self.names, &|names| names.contains(server.name.as_str()))
            && fits(&self.groups, &|groups| lists(&server.groups, groups))
            && fits(&self.ring, &|rings| policy.ring(server).is_some_and(|ring| rings.contains(&ring.name)))
            && fits(&self.pool, &|pools| server.pool.as_ref().is_some_and(|pool| pools.contains(pool)))
            && fits(&self.role, &|roles| lists(&server.roles, roles))
    }
}
