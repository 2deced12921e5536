//! The policy rules that can be waived.

use std::fmt;
use std::str::FromStr;

use crate::model::id::AdvisoryId;
use crate::model::text::text;
use crate::model::wording::shorten;

/// A policy rule that can be waived: `soak`, `hold`, `freeze`, `freshness`, or `unknown:<advisory id>`.
#[derive(Clone, Debug, PartialEq, Eq)]
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

text!(WaivedRule, {"type": "string", "pattern": "^(soak|hold|freeze|freshness|unknown:.+)$"});

/// The text names no rule that can be waived.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a rule that can be waived: expected soak, hold, freeze, freshness or unknown:<advisory id>")]
pub struct WaivedRuleError(String);

impl FromStr for WaivedRule {
    type Err = WaivedRuleError;

    fn from_str(text: &str) -> Result<Self, WaivedRuleError> {
        let error = || WaivedRuleError(shorten(text));
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
