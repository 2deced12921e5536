//! Event sources: the names that Windows event logs print, declared before an advisory may name them as a symptom.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::unique_map;

/// The file that declares every event source an advisory may name.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EventSources {
    /// `patchgate/event-sources/v1`.
    pub schema: String,
    /// The sources, by the log that they write to.
    #[serde(deserialize_with = "unique_map::deserialize")]
    pub logs: BTreeMap<String, Vec<String>>,
}

impl EventSources {
    /// All sources, of whatever log.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.logs.values().flatten().map(String::as_str)
    }
}
