//! What follows when an update is younger than what the curators have looked at.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::effect::Effect;

/// What an update calls for that was released after the last day whose updates the curators have looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Unassessed {
    /// It is told.
    #[default]
    Note,
    /// It goes to earlier rings first.
    Sequence,
    /// It does not go.
    Block,
}

impl Unassessed {
    /// The effect.
    pub fn effect(self) -> Effect {
        match self {
            Self::Note => Effect::Note,
            Self::Sequence => Effect::Sequence,
            Self::Block => Effect::Block,
        }
    }
}
