//! `product: {id: dotnet-framework, versions: ">=4.8"}` holds when the server has the product, in the range.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Test;
use crate::model::hypothesis::Hypothesis;
use crate::model::id::ProductId;
use crate::model::trace::Trace;
use crate::model::truth::Truth;
use crate::model::version::Versions;

/// The server has the product, in the range.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// The product's id.
    pub id: ProductId,
    /// The range; left out, every version.
    #[serde(default = "Versions::every", skip_serializing_if = "Versions::is_every")]
    pub versions: Versions,
}

impl Test for Product {
    fn test(&self, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        on.runs_traced(&self.id, &self.versions, trace)
    }
}

impl fmt::Display for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.versions.is_every() {
            true => write!(f, "{}", self.id),
            false => write!(f, "{} {}", self.id, self.versions),
        }
    }
}
