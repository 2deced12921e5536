//! `any: [{…}, {…}]` holds when one part holds: the strongest of them.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Condition, Parts, Test};
use crate::model::fact::Fact;
use crate::model::hypothesis::Hypothesis;
use crate::model::trace::Trace;
use crate::model::truth::Truth;

/// One part holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Any(Vec<Condition>);

impl Test for Any {
    fn test(&self, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        trace.any(&self.0, |part, trace| part.test(on, trace))
    }

    fn facts(&self, _: &mut dyn FnMut(Fact)) {}

    fn parts(&self) -> Parts<'_> {
        Parts::Any(&self.0)
    }
}

impl fmt::Display for Any {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        super::entries::write_joined(f, &self.0, " or ")
    }
}
