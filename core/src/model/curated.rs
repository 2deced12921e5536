//! Through which day the known issues and the updates of each family of products have been looked at.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::time::Day;
use super::unique_map;

/// The file that says how far the curators have come.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Curated {
    /// `patchgate/coverage/v1`.
    pub schema: String,
    /// The families of products, by the word of the product files.
    #[serde(deserialize_with = "unique_map::deserialize")]
    pub families: BTreeMap<String, CuratedFamily>,
}

/// How far the curators have come with one family.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CuratedFamily {
    /// The day through which every update that the vendor listed is here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updates: Option<Day>,
    /// The day through which every known issue that the vendor listed has been looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_issues: Option<Day>,
    /// Who looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Where.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
}
