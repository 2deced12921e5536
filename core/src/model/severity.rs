//! Severities: how bad it is when what an advisory tells of happens.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::words::words;

/// How bad it is when it happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// A nuisance.
    Low,
    /// Worth knowing.
    Medium,
    /// A feature lost, or data at risk.
    High,
    /// A service lost.
    Critical,
}

words! { Severity { Low = "low", Medium = "medium", High = "high", Critical = "critical" } }
