//! `role: edge` or `role: [edge, director]` holds when the server has one of the roles.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Test;
use super::claim::Claim;
use super::name::Name;
use crate::model::fact::Fact;
use crate::model::hypothesis::Hypothesis;
use crate::model::key_path::KeyPath;
use crate::model::name::is_alike;
use crate::model::one_or_many::OneOrMany;
use crate::model::server::ServerFact;
use crate::model::trace::Trace;
use crate::model::truth::Truth;

/// The server has one of the roles.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Role(OneOrMany);

impl Test for Role {
    fn test(&self, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        super::entries::has_role(on, |role| self.0.iter().any(|wanted| is_alike(wanted, role)), trace)
    }

    fn names<'a>(&'a self, report: &mut dyn FnMut(KeyPath, Name<'a>)) {
        for (index, role) in self.0.iter().enumerate() {
            report(KeyPath::default().then(index), Name::Role(role));
        }
    }

    fn facts(&self, report: &mut dyn FnMut(Fact)) {
        report(ServerFact::Roles.into());
    }

    fn claim(&self) -> Claim<'_> {
        Claim::Roles(self.0.iter().collect())
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "role {}", self.0.iter().collect::<Vec<_>>().join(" or "))
    }
}
