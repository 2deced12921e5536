//! `role: edge` or `role: [edge, director]` holds when the server has one of the roles.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Test;
use crate::model::hypothesis::Hypothesis;
use crate::model::one_or_many::OneOrMany;
use crate::model::trace::Trace;
use crate::model::truth::Truth;

/// The server has one of the roles.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Role(OneOrMany);

impl Role {
    /// The roles.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        self.0.iter()
    }
}

impl Test for Role {
    fn test(&self, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        super::entries::has_role(on, |role| self.0.contains(role), trace)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "role {}", self.0.iter().collect::<Vec<_>>().join(" or "))
    }
}
