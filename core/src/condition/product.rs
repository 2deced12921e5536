//! `product: {id: dotnet-framework, versions: ">=4.8"}` holds when the server has the product, in the range.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Test;
use super::claim::Claim;
use super::name::Name;
use crate::model::fact::Fact;
use crate::model::hypothesis::Hypothesis;
use crate::model::id::ProductId;
use crate::model::key_path::KeyPath;
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

    fn names<'a>(&'a self, report: &mut dyn FnMut(KeyPath, Name<'a>)) {
        report(KeyPath::key("id"), Name::Product(&self.id));
        report(KeyPath::key("versions"), Name::Versions(&self.id, &self.versions));
    }

    fn facts(&self, report: &mut dyn FnMut(Fact)) {
        report(Fact::Version(self.id.clone()));
    }

    fn claim(&self) -> Claim<'_> {
        Claim::Product(&self.id, &self.versions)
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
