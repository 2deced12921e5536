//! `all: [{…}, {…}]` holds when every part holds: the weakest of them.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Condition, Parts, Test};
use crate::model::fact::Fact;
use crate::model::hypothesis::Hypothesis;
use crate::model::trace::Trace;
use crate::model::truth::Truth;

/// Every part holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct All(Vec<Condition>);

impl Test for All {
    fn test(&self, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        trace.all(&self.0, |part, trace| part.test(on, trace))
    }

    fn facts(&self, _: &mut dyn FnMut(Fact)) {}

    fn parts(&self) -> Parts<'_> {
        Parts::All(&self.0)
    }
}

impl fmt::Display for All {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        super::entries::write_joined(f, &self.0, " and ")
    }
}
