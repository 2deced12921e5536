//! `update: KB3141114` holds when the update is installed: listed, superseded, or contained in a version.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Test;
use super::claim::Claim;
use super::name::Name;
use crate::model::fact::Fact;
use crate::model::hypothesis::Hypothesis;
use crate::model::id::UpdateId;
use crate::model::key_path::KeyPath;
use crate::model::server::ServerFact;
use crate::model::trace::Trace;
use crate::model::truth::Truth;

/// The update is installed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Update(UpdateId);

impl Test for Update {
    fn test(&self, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        on.installed_traced(&self.0, trace)
    }

    fn names<'a>(&'a self, report: &mut dyn FnMut(KeyPath, Name<'a>)) {
        report(KeyPath::default(), Name::Update(&self.0));
    }

    fn facts(&self, report: &mut dyn FnMut(Fact)) {
        report(Fact::Installed(self.0.clone()));
        // The version of a product may contain it.
        report(ServerFact::Products.into());
    }

    fn claim(&self) -> Claim<'_> {
        Claim::Update(&self.0)
    }
}

impl fmt::Display for Update {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} installed", self.0)
    }
}
