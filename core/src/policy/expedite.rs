//! What hurries an update: only what is known to be true.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::severity::Severity;

/// What hurries an update.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Expedite {
    /// Whether a hole that it closes is exploited.
    pub exploited: bool,
    /// It makes a true `required` advisory of this severity or worse hold.
    pub required: Severity,
    /// It ends an exposure of this severity or worse.
    pub exposed: Severity,
}

impl Default for Expedite {
    fn default() -> Self {
        Self { exploited: true, required: Severity::High, exposed: Severity::Medium }
    }
}
