//! Verdicts: whether one update may go to one server.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::words::words;

/// Whether one update may go to one server, ordered from lenient to strict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// May go now.
    #[default]
    Approve,
    /// May go, but only after or together with something named, or not before a named time, or not unseen.
    Sequence,
    /// May not go.
    Block,
}

words! { Verdict { Approve = "approve", Sequence = "sequence", Block = "block" } }
