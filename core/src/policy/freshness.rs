//! Freshness: how old the database and the inventory may be.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::effect::Effect;
use crate::model::period::Period;
use crate::model::truth::Truth;

/// How old the inputs may be, and what follows when they are older.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Freshness {
    /// How long ago the known issues of a server's products may have been looked at.
    pub advisories: Period,
    /// The age of a server's facts.
    pub inventory: Period,
    /// What follows.
    pub stale: Stale,
}

/// What follows from inputs that are too old.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Stale {
    /// It is told.
    #[default]
    Note,
    /// Nothing is approved.
    Block,
}

impl Default for Freshness {
    fn default() -> Self {
        Self { advisories: Period::days(30), inventory: Period::days(7), stale: Stale::Note }
    }
}

impl Freshness {
    /// The effect of inputs that are, or may be, too old.
    pub fn effect(&self) -> Effect {
        match self.stale {
            Stale::Note => Effect::Note,
            Stale::Block => Effect::Block,
        }
    }
}

/// Whether something of a moment is older than it may be; unknown when its moment is.
pub fn is_stale(moment: Option<Timestamp>, limit: Period, at: Timestamp) -> Truth {
    moment.map(|moment| at.duration_since(moment) > limit.duration()).into()
}
