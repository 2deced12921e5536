//! Settings: facts beside the standard ones, declared in the database before an advisory may test them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

use super::name::is_same;
use super::unique_map;

/// The value of a setting on a server.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// A truth.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
}

impl Value {
    /// Whether two values are the same; `None` when they are of different types and cannot be compared.
    ///
    /// Texts ignore case, as the systems that emit them do.
    pub fn equals(&self, other: &Self) -> Option<bool> {
        match (self, other) {
            (Self::Bool(one), Self::Bool(two)) => Some(one == two),
            (Self::Number(one), Self::Number(two)) => Some(one == two),
            (Self::Text(one), Self::Text(two)) => Some(is_same(one, two)),
            _ => None,
        }
    }

    /// The word for its type.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Bool(_) => "bool",
            Self::Number(_) => "number",
            Self::Text(_) => "text",
        }
    }

    /// The number, when it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => value.fmt(f),
            Self::Number(value) => value.fmt(f),
            Self::Text(value) => value.fmt(f),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Value;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true or false, a number or a text")
            }

            fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
                Ok(Value::Bool(value))
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
                self.visit_f64(value as f64)
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
                self.visit_f64(value as f64)
            }

            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
                if value.is_finite() { Ok(Value::Number(value)) } else { Err(E::custom("expected a finite number")) }
            }

            fn visit_str<E: de::Error>(self, value: &str) -> Result<Value, E> {
                Ok(Value::Text(value.to_owned()))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

impl JsonSchema for Value {
    fn schema_name() -> Cow<'static, str> {
        "Value".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": ["boolean", "number", "string"]})
    }
}

/// The file that declares every setting an advisory may test.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// `patchgate/settings/v1`.
    pub schema: String,
    /// The settings, by name.
    #[serde(deserialize_with = "unique_map::deserialize")]
    pub settings: BTreeMap<String, Setting>,
}

/// What a setting means and how it is collected.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// The type of its values.
    #[serde(rename = "type")]
    pub kind: SettingType,
    /// What it says about the server.
    pub meaning: String,
    /// For numbers: what is counted, such as `days` or `MB`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// For texts with few values: the values that occur.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// The PowerShell expression that collects it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collect: Option<String>,
}

/// The type of a setting's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SettingType {
    /// `true` or `false`.
    Bool,
    /// A number.
    Number,
    /// A text.
    Text,
}

impl SettingType {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Number => "number",
            Self::Text => "text",
        }
    }
}
