//! Waivers as their file has them, before it is known whether each waives one thing and is signed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::rule::WaivedRule;
use crate::model::flaw::Flaws;
use crate::model::id::{AdvisoryId, UpdateId};
use crate::model::key_path::KeyPath;
use crate::model::time::Day;
use crate::policy::servers::Servers;

/// A file of waivers.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Waivers")]
pub struct WaiversFile {
    /// `patchgate/waivers/v1`.
    pub schema: String,
    /// The waivers.
    pub waivers: Vec<WaiverFile>,
}

/// An exception to one advisory or policy rule on named servers.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Waiver")]
pub struct WaiverFile {
    /// The advisory that it silences.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advisory: Option<AdvisoryId>,
    /// Or the policy rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<WaivedRule>,
    /// On which servers.
    pub servers: Servers,
    /// For which updates; left out, for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updates: Option<Vec<UpdateId>>,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub approved_by: String,
    /// The change record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// Its last day, in UTC.
    pub expires: Day,
}

impl WaiverFile {
    /// Tells what of a signature is missing.
    pub(super) fn check_signature(&self, flaws: &mut Flaws) {
        for (key, text) in [("reason", &self.reason), ("approved_by", &self.approved_by)] {
            if text.trim().is_empty() {
                flaws.add(KeyPath::key(key), format!("`{key}` must not be empty: a waiver is signed"));
            }
        }
    }
}
