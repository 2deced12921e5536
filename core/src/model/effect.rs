//! Effects: what a reason does to the verdict.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::verdict::Verdict;
use super::words::words;

/// What a reason does to the verdict, ordered from lenient to strict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// Tells.
    Note,
    /// Makes it wait.
    Sequence,
    /// Stops it.
    Block,
}

words! { Effect { Note = "note", Sequence = "sequence", Block = "block" } }

impl Effect {
    /// The verdict that it alone makes.
    pub fn verdict(self) -> Verdict {
        match self {
            Self::Note => Verdict::Approve,
            Self::Sequence => Verdict::Sequence,
            Self::Block => Verdict::Block,
        }
    }
}
