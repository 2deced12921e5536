//! `not: {…}` swaps true and false; what is unknown stays unknown.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Condition, Parts, Test};
use crate::model::fact::Fact;
use crate::model::hypothesis::Hypothesis;
use crate::model::trace::Trace;
use crate::model::truth::Truth;

/// The part does not hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Not(Box<Condition>);

impl Test for Not {
    fn test(&self, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        !self.0.test(&on.opposite(), trace)
    }

    fn facts(&self, _: &mut dyn FnMut(Fact)) {}

    fn parts(&self) -> Parts<'_> {
        Parts::Not(&self.0)
    }
}

impl fmt::Display for Not {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not ({})", self.0)
    }
}
