//! `setting: {name: k, equals: v}` (or `in: […]`, `at_least: n`, `below: n`) holds when the setting is known and compares so.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Test;
use super::claim::{Accepts, Claim};
use super::entries::write_field;
use super::name::Name;
use crate::model::fact::Fact;
use crate::model::hypothesis::Hypothesis;
use crate::model::key_path::KeyPath;
use crate::model::setting::Value;
use crate::model::trace::Trace;
use crate::model::truth::Truth;

/// A setting compares so; all given comparisons must hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// The setting's name.
    name: String,
    /// It has this value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    equals: Option<Value>,
    /// It has one of these values.
    #[serde(default, rename = "in", skip_serializing_if = "Option::is_none")]
    among: Option<Vec<Value>>,
    /// It is at least this number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at_least: Option<f64>,
    /// It is less than this number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    below: Option<f64>,
}

impl Setting {
    fn fact(&self) -> Fact {
        Fact::Setting(self.name.as_str().into())
    }

    /// The values that it names.
    fn values(&self) -> impl Iterator<Item = &Value> {
        self.equals.iter().chain(self.among.iter().flatten())
    }
}

impl Accepts for Setting {
    /// A value of another type than the comparison's decides nothing.
    fn accepts(&self, value: &Value) -> Truth {
        let equals = self.equals.as_ref().map(|wanted| Truth::from(wanted.equals(value)));
        let among = self.among.as_ref().map(|wanted| Truth::any(wanted.iter().map(|one| one.equals(value).into())));
        let number = value.number();
        let at_least = self.at_least.map(|bound| Truth::from(number.map(|number| number >= bound)));
        let below = self.below.map(|bound| Truth::from(number.map(|number| number < bound)));
        Truth::all([equals, among, at_least, below].into_iter().flatten())
    }

    fn turns(&self) -> Vec<Value> {
        let numbers = self.values().filter_map(Value::number).chain(self.at_least).chain(self.below);
        let near = numbers.flat_map(|number| [number - 0.5, number, number + 0.5]).map(Value::Number);
        self.values().cloned().chain(near).collect()
    }
}

impl Test for Setting {
    fn test(&self, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        let truth = on.server().setting(&self.name).map_or(Truth::Unknown, |value| self.accepts(value));
        match on.server().setting(&self.name) {
            Some(value) if truth != Truth::Unknown => trace.read(|| self.fact(), || value.to_string()),
            _ => trace.miss(|| self.fact()),
        }
        truth
    }

    fn names<'a>(&'a self, report: &mut dyn FnMut(KeyPath, Name<'a>)) {
        report(KeyPath::key("name"), Name::Setting(&self.name));
        if let Some(value) = &self.equals {
            report(KeyPath::key("equals"), Name::Value(&self.name, value));
        }
        for (index, value) in self.among.iter().flatten().enumerate() {
            report(KeyPath::key("in").then(index), Name::Value(&self.name, value));
        }
        for (key, bound) in [("at_least", self.at_least), ("below", self.below)] {
            if bound.is_some() {
                report(KeyPath::key(key), Name::Bound(&self.name));
            }
        }
    }

    fn facts(&self, report: &mut dyn FnMut(Fact)) {
        report(self.fact());
    }

    fn claim(&self) -> Claim<'_> {
        Claim::Value(self.fact(), self)
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
