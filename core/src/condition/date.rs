//! `date: {from: 2026-06-24}` (or `before: …`) holds when the day of decision, in UTC, is that day or later (or earlier).
//!
//! What is true of a server only until or since a day: a certificate of others that ends, a phase of a hardening, a
//! service that is switched off. It is known for every decision.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

use super::Test;
use super::entries::write_field;
use crate::model::fact::Fact;
use crate::model::hypothesis::Hypothesis;
use crate::model::time::Day;
use crate::model::trace::Trace;
use crate::model::truth::Truth;

/// The day of decision is in a span; all given ends must hold.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
pub struct Date {
    /// This day or a later one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<Day>,
    /// A day before this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<Day>,
}

impl Date {
    /// Whether a day is in the span.
    pub fn contains(&self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && self.before.is_none_or(|before| day < before)
    }

    /// Its first day, where it has one.
    pub fn from(&self) -> Option<Day> {
        self.from
    }

    /// The days at which its outcome may change.
    pub fn ends(&self) -> impl Iterator<Item = Day> {
        self.from.into_iter().chain(self.before)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Written {
            from: Option<Day>,
            before: Option<Day>,
        }
        let Written { from, before } = Written::deserialize(deserializer)?;
        if from.is_none() && before.is_none() {
            return Err(de::Error::custom("a date needs `from` or `before`"));
        }
        Ok(Self { from, before })
    }
}

impl Test for Date {
    fn test(&self, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        let today = Day::of(on.at());
        trace.read(|| Fact::At, || today.to_string());
        self.contains(today).into()
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("date")?;
        write_field(f, "from", self.from.as_ref())?;
        write_field(f, "before", self.before.as_ref())
    }
}
