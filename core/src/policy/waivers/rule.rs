//! The policy rules that can be waived.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::id::AdvisoryId;

/// A policy rule that can be waived: `soak`, `hold`, `freeze`, `freshness`, or `unknown:<advisory id>`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub enum WaivedRule {
    /// The age of the update.
    Soak,
    /// What the gate never approves.
    Hold,
    /// A time without changes.
    Freeze,
    /// The age of the inputs.
    Freshness,
    /// The doubt whether an advisory applies.
    Unknown(AdvisoryId),
}

/// The text names no rule that can be waived.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a rule that can be waived: expected soak, hold, freeze, freshness or unknown:<advisory id>")]
pub struct WaivedRuleError(String);

impl FromStr for WaivedRule {
    type Err = WaivedRuleError;

    fn from_str(text: &str) -> Result<Self, WaivedRuleError> {
        let error = || WaivedRuleError(text.chars().take(60).collect());
        match text {
            "soak" => Ok(Self::Soak),
            "hold" => Ok(Self::Hold),
            "freeze" => Ok(Self::Freeze),
            "freshness" => Ok(Self::Freshness),
            _ => {
                let id = text.strip_prefix("unknown:").ok_or_else(error)?;
                AdvisoryId::new(id).map(Self::Unknown).map_err(|_| error())
            }
        }
    }
}

impl TryFrom<String> for WaivedRule {
    type Error = WaivedRuleError;

    fn try_from(text: String) -> Result<Self, WaivedRuleError> {
        text.parse()
    }
}

impl From<WaivedRule> for String {
    fn from(rule: WaivedRule) -> Self {
        rule.to_string()
    }
}

impl fmt::Display for WaivedRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Soak => f.write_str("soak"),
            Self::Hold => f.write_str("hold"),
            Self::Freeze => f.write_str("freeze"),
            Self::Freshness => f.write_str("freshness"),
            Self::Unknown(id) => write!(f, "unknown:{id}"),
        }
    }
}

impl JsonSchema for WaivedRule {
    fn schema_name() -> Cow<'static, str> {
        "WaivedRule".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "pattern": "^(soak|hold|freeze|freshness|unknown:.+)$"})
    }
}
