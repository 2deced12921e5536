//! The explanation of one decision: all that its renderer may see.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::decision::Decision;
use crate::model::fact::Fact;
use crate::model::id::AdvisoryId;
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
    /// What the procedures among the reasons ask for around the update.
    pub procedures: Vec<Procedure>,
    /// The advisories that were considered and have nothing to say.
    pub silent: Vec<Silence>,
    /// What else the administrator should know of this server and update.
    pub notes: Vec<String>,
}

/// Where a fact was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Origin {
    /// The fact.
    pub fact: Fact,
    /// The file and line.
    pub place: String,
}

/// The steps of a procedure.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Procedure {
    /// The advisory.
    pub advisory: AdvisoryId,
    /// What to do before the update is installed.
    pub before: Vec<Task>,
    /// What to do after.
    pub after: Vec<Task>,
}

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Task {
    /// What, as people say it.
    #[serde(rename = "do")]
    pub action: String,
    /// The command, where there is one.
    pub command: Option<String>,
    /// Of what comes before the update, whether the facts show that it is done; none where no fact tells.
    pub done: Option<bool>,
}

/// An advisory that has nothing to say, and why.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Silence {
    /// The advisory.
    pub advisory: String,
    /// Its title.
    pub title: String,
    /// Whether it is about servers with this one's products and roles, and something else keeps it silent.
    pub concerns: bool,
    /// The facts that keep it silent.
    pub because: Vec<Evidence>,
}

impl Explanation {
    /// The facts that it mentions.
    pub fn facts(&self) -> Vec<Fact> {
        let reasons = self.decision.reasons.iter().flat_map(|reason| &reason.evidence);
        let mut facts: Vec<Fact> =
            reasons.chain(self.silent.iter().flat_map(|one| &one.because)).map(|e| e.fact.clone()).collect();
        facts.sort();
        facts.dedup();
        facts
    }
}
