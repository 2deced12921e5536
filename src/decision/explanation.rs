//! The explanation of one decision: all that its renderer may see.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Decision;
use crate::model::trace::Evidence;

/// A decision and everything that was looked at for it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Explanation {
    /// The update's title.
    pub title: Option<String>,
    /// The decision.
    pub decision: Decision,
    /// Where facts were written: the fact, and `path:line`.
    pub origins: Vec<Origin>,
    /// The advisories that were considered and have nothing to say.
    pub silent: Vec<Silence>,
    /// What else the administrator should know of this server and update.
    pub notes: Vec<String>,
}

/// Where a fact was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Origin {
    /// The fact.
    pub fact: String,
    /// The file and line.
    pub place: String,
}

/// An advisory that has nothing to say, and why.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Silence {
    /// The advisory.
    pub advisory: String,
    /// Its title.
    pub title: String,
    /// The facts that keep it silent.
    pub because: Vec<Evidence>,
}

impl Explanation {
    /// The facts that it mentions.
    pub fn facts(&self) -> Vec<String> {
        let reasons = self.decision.reasons.iter().flat_map(|reason| &reason.evidence);
        let mut facts: Vec<String> =
            reasons.chain(self.silent.iter().flat_map(|one| &one.because)).map(|e| e.fact.clone()).collect();
        facts.sort();
        facts.dedup();
        facts
    }
}
