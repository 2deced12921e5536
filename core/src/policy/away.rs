//! Which servers must not be away at the same time, beside those of one pool.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use super::servers::{Servers, Written};
use crate::model::one_or_many::OneOrMany;

/// Servers of which one is away at a time.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct OneAtATime {
    /// The servers.
    #[serde(flatten)]
    pub servers: Servers,
    /// What counts by itself; all of them together where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per: Option<Per>,
}

/// What counts by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Per {
    /// Each site.
    Site,
}

impl<'de> Deserialize<'de> for OneAtATime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// With `per` beside the keys of a selector, so that an unknown key is still refused.
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct WithPer {
            names: Option<OneOrMany>,
            groups: Option<OneOrMany>,
            ring: Option<OneOrMany>,
            pool: Option<OneOrMany>,
            role: Option<OneOrMany>,
            per: Option<Per>,
        }
        let WithPer { names, groups, ring, pool, role, per } = WithPer::deserialize(deserializer)?;
        let servers = Written { names, groups, ring, pool, role }.selector()?;
        Ok(Self { servers, per })
    }
}
