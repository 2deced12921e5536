//! Waivers: dated, signed exceptions to one advisory or policy rule on named servers.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Policy;
use super::servers::Servers;
use crate::model::id::{AdvisoryId, UpdateId};
use crate::model::server::Server;
use crate::model::text::text;
use crate::model::time::{Day, end_of};

/// A file of waivers.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waivers {
    /// `patchgate/waivers/v1`.
    pub schema: String,
    /// The waivers.
    pub waivers: Vec<Waiver>,
}

/// An exception to one advisory or policy rule on named servers.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// The advisory that it silences.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advisory: Option<AdvisoryId>,
    /// Or the policy rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<WaivedRule>,
    /// On which servers.
    pub servers: Servers,
    /// For which updates; left out, for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updates: Option<Vec<UpdateId>>,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub approved_by: String,
    /// The change record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// Its last day, in UTC.
    pub expires: Day,
}

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

impl Waiver {
    /// Whether it still holds at a moment: valid to the end of its last day, UTC.
    pub fn is_valid(&self, at: Timestamp) -> bool {
        at < end_of(self.expires)
    }

    /// Whether it is about this update on this server.
    pub fn covers(&self, server: &Server, update: &UpdateId, policy: &Policy) -> bool {
        self.updates.as_ref().is_none_or(|updates| updates.contains(update)) && self.servers.include(server, policy)
    }

    /// The advisory that it is about, whether it waives it or the doubt about it.
    pub fn subject(&self) -> Option<&AdvisoryId> {
        match &self.rule {
            Some(WaivedRule::Unknown(id)) => Some(id),
            _ => self.advisory.as_ref(),
        }
    }
}

impl fmt::Display for Waiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.advisory, &self.rule) {
            (Some(advisory), _) => write!(f, "waiver of {advisory}")?,
            (None, Some(rule)) => write!(f, "waiver of {rule}")?,
            (None, None) => f.write_str("waiver")?,
        }
        match &self.ticket {
            Some(ticket) => write!(f, " ({ticket}, {})", self.approved_by),
            None => write!(f, " ({})", self.approved_by),
        }
    }
}

/// What must hold beyond the types; problems name the waiver by its place and the key they are about.
pub fn problems(waivers: &Waivers) -> Vec<(usize, Option<&'static str>, String)> {
    let mut problems = Vec::new();
    for (index, waiver) in waivers.waivers.iter().enumerate() {
        match (&waiver.advisory, &waiver.rule) {
            (None, None) => problems.push((index, None, "a waiver needs `advisory` or `rule`".to_owned())),
            (Some(_), Some(_)) => {
                problems.push((index, Some("rule"), "a waiver has either `advisory` or `rule`, not both".to_owned()));
            }
            _ => {}
        }
        for (key, text) in [("reason", &waiver.reason), ("approved_by", &waiver.approved_by)] {
            if text.trim().is_empty() {
                problems.push((index, Some(key), format!("`{key}` must not be empty: a waiver is signed")));
            }
        }
    }
    problems
}
