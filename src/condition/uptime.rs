//! `uptime: {over: 30d}` holds when the last start lies longer ago than that, at the moment of decision.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Test;
use crate::model::hypothesis::Hypothesis;
use crate::model::period::Period;
use crate::model::trace::Trace;
use crate::model::truth::Truth;

/// The server has been up for longer than a period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Uptime {
    /// Longer than this.
    pub over: Period,
}

impl Test for Uptime {
    fn test(&self, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        let fact = || "last_boot".to_owned();
        let Some(boot) = on.server().last_boot else {
            trace.miss(fact);
            return Truth::Unknown;
        };
        trace.read(fact, || boot.to_string());
        (on.at().duration_since(boot.timestamp()) > self.over.duration()).into()
    }
}

impl fmt::Display for Uptime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "up for more than {}", self.over)
    }
}
