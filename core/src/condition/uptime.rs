//! `uptime: {over: 30d}` (or `below: …`) holds when the last start lies longer ago than that (or less long), at the moment of
//! decision.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

use super::Test;
use super::entries::write_field;
use crate::model::hypothesis::Hypothesis;
use crate::model::period::Period;
use crate::model::server::ServerFact;
use crate::model::trace::Trace;
use crate::model::truth::Truth;

/// The server has been up for longer, or less long, than a period; all given comparisons must hold.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
pub struct Uptime {
    /// Longer than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    over: Option<Period>,
    /// Less long than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    below: Option<Period>,
}

impl Uptime {
    /// Whether it holds for a time since the last start.
    pub fn accepts(&self, up: jiff::SignedDuration) -> bool {
        self.over.is_none_or(|over| up > over.duration()) && self.below.is_none_or(|below| up < below.duration())
    }

    /// The times at which its outcome may change.
    pub fn ends(&self) -> impl Iterator<Item = jiff::SignedDuration> {
        self.over.into_iter().chain(self.below).map(Period::duration)
    }
}

impl<'de> Deserialize<'de> for Uptime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Written {
            over: Option<Period>,
            below: Option<Period>,
        }
        let Written { over, below } = Written::deserialize(deserializer)?;
        if over.is_none() && below.is_none() {
            return Err(de::Error::custom("an uptime needs `over` or `below`"));
        }
        Ok(Self { over, below })
    }
}

impl Test for Uptime {
    fn test(&self, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        let fact = || ServerFact::LastBoot.into();
        let Some(boot) = on.server().last_boot else {
            trace.miss(fact);
            return Truth::Unknown;
        };
        trace.read(fact, || boot.to_string());
        self.accepts(on.at().duration_since(boot.timestamp())).into()
    }
}

impl fmt::Display for Uptime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("uptime")?;
        write_field(f, "over", self.over.as_ref())?;
        write_field(f, "below", self.below.as_ref())
    }
}
