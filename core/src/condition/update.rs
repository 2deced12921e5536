//! `update: KB3141114` holds when the update is installed: listed, superseded, or contained in a version.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Test;
use crate::model::hypothesis::Hypothesis;
use crate::model::id::UpdateId;
use crate::model::trace::Trace;
use crate::model::truth::Truth;

/// The update is installed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Update(pub UpdateId);

impl Test for Update {
    fn test(&self, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        on.installed_traced(&self.0, trace)
    }
}

impl fmt::Display for Update {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} installed", self.0)
    }
}
