//! Pools: how many servers that stand in for each other may be away at a time.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::text::text;
use crate::model::unique_map;
use crate::model::wording::shorten;

/// How many servers of a pool may be away at a time.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Pools {
    /// A number, a share, or a table by pool size.
    pub max_unavailable: MaxUnavailable,
}

/// A number, `{share: 25%}`, or `{table: {2: 1, 3: 0}}` by pool size.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MaxUnavailable {
    /// A share of the size, rounded down, but at least one unless it is 0%.
    Share(Percent),
    /// By size; a size that is not listed takes the entry of the next smaller one, or one server.
    Table(BTreeMap<usize, usize>),
    /// So many, whatever the size.
    #[serde(untagged)]
    Number(usize),
}

/// A whole number of hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Percent(u8);

text!(Percent, {"type": "string", "pattern": "^[0-9]{1,3}%$"});

/// The text is not a percentage.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a share: expected a number from 0 to 100 and %, such as 25%")]
pub struct PercentError(String);

impl Default for MaxUnavailable {
    fn default() -> Self {
        Self::Number(1)
    }
}

impl MaxUnavailable {
    /// How many servers of a pool of this size may be away.
    pub fn allowed(&self, size: usize) -> usize {
        match self {
            Self::Number(number) => *number,
            Self::Share(Percent(0)) => 0,
            Self::Share(Percent(percent)) => (size * usize::from(*percent) / 100).max(1),
            Self::Table(table) => table.range(..=size).next_back().map_or(1, |(_, allowed)| *allowed),
        }
    }
}

impl FromStr for Percent {
    type Err = PercentError;

    fn from_str(text: &str) -> Result<Self, PercentError> {
        let error = || PercentError(shorten(text));
        let number = text.trim().strip_suffix('%').ok_or_else(error)?;
        match number.trim().parse() {
            Ok(percent) if percent <= 100 => Ok(Self(percent)),
            _ => Err(error()),
        }
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", self.0)
    }
}

impl<'de> Deserialize<'de> for MaxUnavailable {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = MaxUnavailable;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, {share: 25%} or {table: {2: 1}}")
            }

            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<MaxUnavailable, E> {
                usize::try_from(number).map(MaxUnavailable::Number).map_err(E::custom)
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<MaxUnavailable, A::Error> {
                match Written::deserialize(serde::de::value::MapAccessDeserializer::new(map))? {
                    Written { share: Some(percent), table: None } => Ok(MaxUnavailable::Share(percent)),
                    Written { share: None, table: Some(Table(table)) } => Ok(MaxUnavailable::Table(table)),
                    _ => Err(serde::de::Error::custom("expected either `share` or `table`")),
                }
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// The two forms with a key.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    share: Option<Percent>,
    table: Option<Table>,
}

/// Allowed servers by pool size.
#[derive(Deserialize)]
#[serde(transparent)]
struct Table(#[serde(deserialize_with = "unique_map::deserialize")] BTreeMap<usize, usize>);

impl JsonSchema for MaxUnavailable {
    fn schema_name() -> Cow<'static, str> {
        "MaxUnavailable".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"anyOf": [
            {"type": "integer", "minimum": 0},
            {"type": "object", "additionalProperties": false, "required": ["share"],
             "properties": {"share": Percent::json_schema(generator)}},
            {"type": "object", "additionalProperties": false, "required": ["table"],
             "properties": {"table": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}}}}
        ]})
    }
}
