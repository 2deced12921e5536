//! What hurries an update: only what is known to be true.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::severity::Severity;

/// What hurries an update.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Expedite {
    /// Whether one does whose fixed hole is exploited, as the pending file or the database says.
    pub exploited: bool,
    /// One does that a required advisory of this severity or a worse one asks for.
    pub required: Severity,
    /// One does that ends an exposure of this severity or a worse one.
    pub exposed: Severity,
}

impl Default for Expedite {
    fn default() -> Self {
        Self { exploited: true, required: Severity::High, exposed: Severity::Medium }
    }
}
