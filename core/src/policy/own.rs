//! The house's own words, which say nothing about what the database knows.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::hold::Glob;

/// Roles and products of the house that no database declares.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Own {
    /// Roles.
    pub roles: Vec<String>,
    /// Patterns for the ids of products.
    pub products: Vec<Glob>,
}
