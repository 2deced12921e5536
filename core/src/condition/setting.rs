//! `setting: {name: k, equals: v}` (or `in: […]`, `at_least: n`, `below: n`) holds when the setting is known and compares so.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Test;
use super::entries::write_field;
use crate::model::fact::Fact;
use crate::model::hypothesis::Hypothesis;
use crate::model::setting::Value;
use crate::model::trace::Trace;
use crate::model::truth::Truth;

/// A setting compares so; all given comparisons must hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// The setting's name.
    pub name: String,
    /// It has this value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub equals: Option<Value>,
    /// It has one of these values.
    #[serde(default, rename = "in", skip_serializing_if = "Option::is_none")]
    pub among: Option<Vec<Value>>,
    /// It is at least this number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    /// It is less than this number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<f64>,
}

impl Setting {
    /// Compares a known value; a value of another type than the comparison's decides nothing.
    pub fn compare(&self, value: &Value) -> Truth {
        let equals = self.equals.as_ref().map(|wanted| Truth::from(wanted.equals(value)));
        let among = self.among.as_ref().map(|wanted| Truth::any(wanted.iter().map(|one| one.equals(value).into())));
        let number = value.number();
        let at_least = self.at_least.map(|bound| Truth::from(number.map(|number| number >= bound)));
        let below = self.below.map(|bound| Truth::from(number.map(|number| number < bound)));
        Truth::all([equals, among, at_least, below].into_iter().flatten())
    }
}

impl Test for Setting {
    fn test(&self, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        let fact = || Fact::Setting(self.name.as_str().into());
        let truth = on.server().setting(&self.name).map_or(Truth::Unknown, |value| self.compare(value));
        match on.server().setting(&self.name) {
            Some(value) if truth != Truth::Unknown => trace.read(fact, || value.to_string()),
            _ => trace.miss(fact),
        }
        truth
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "setting {}", self.name)?;
        write_field(f, "=", self.equals.as_ref())?;
        let among = self.among.as_ref().map(|all| all.iter().map(Value::to_string).collect::<Vec<_>>().join(", "));
        write_field(f, "in", among.as_ref())?;
        write_field(f, ">=", self.at_least.as_ref())?;
        write_field(f, "<", self.below.as_ref())
    }
}
