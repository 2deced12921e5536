//! The decision document: all that a renderer may see, and the exit code.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::exit::Exit;
pub use crate::evaluate::reason::{Reason, Waived};
use crate::model::effect::Effect;
use crate::model::fact::Fact;
use crate::model::id::{AdvisoryId, ProductId, ServerName, UpdateId};
use crate::model::rule::Rule;
use crate::model::truth::Truth;
use crate::model::verdict::Verdict;
use crate::model::version::Version;

/// The program and its version, as decisions name it.
pub const TOOL: &str = concat!("patchgate ", env!("CARGO_PKG_VERSION"));

/// The schema of the decision document.
pub const SCHEMA: &str = "patchgate/decision/v1";

/// One server and one update.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Pair {
    /// The server.
    pub server: ServerName,
    /// The update.
    pub update: UpdateId,
}

/// What a pair waits for: a pair, or where these are many, all of a batch and of those before it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Wait {
    /// A pair.
    Pair(Pair),
    /// A batch of the document.
    Batch {
        /// The batch's id.
        batch: String,
    },
}

impl Wait {
    /// The batch's id, when it is one.
    pub fn batch(&self) -> Option<&str> {
        match self {
            Self::Pair(_) => None,
            Self::Batch { batch } => Some(batch),
        }
    }

    /// The pair, when it is one.
    pub fn pair(&self) -> Option<&Pair> {
        match self {
            Self::Pair(pair) => Some(pair),
            Self::Batch { .. } => None,
        }
    }
}

/// As people and tables name it: `server/update`, or `batch <id>`.
impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pair(Pair { server, update }) => write!(f, "{server}/{update}"),
            Self::Batch { batch } => write!(f, "batch {batch}"),
        }
    }
}

/// Pairs that go at one time, and that others wait for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Batch {
    /// The id, by which decisions and the next batch name it.
    pub id: String,
    /// The rule that makes the others wait.
    pub rule: Rule,
    /// The update, where it is the same on all of its servers.
    pub update: Option<UpdateId>,
    /// Its servers.
    pub servers: Vec<ServerName>,
    /// Its pairs, where several updates are among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pairs: Vec<Pair>,
    /// The batch that goes before it.
    pub after: Option<String>,
}

/// The way out of a block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unblock {
    /// What to do.
    #[serde(rename = "do")]
    pub action: String,
    /// The command, where there is one.
    pub command: Option<String>,
    /// Or the moment at which waiting is enough.
    pub or_wait_until: Option<Timestamp>,
}

/// What was decided about one update on one server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Decision {
    /// The server.
    pub server: ServerName,
    /// The update.
    pub update: UpdateId,
    /// The update's id in the system that it came from.
    pub source_id: Option<Arc<str>>,
    /// The verdict: the strictest effect of the reasons that count.
    pub verdict: Verdict,
    /// Whether only missing facts block it.
    pub undecided: bool,
    /// Whether it is wanted and blocked.
    pub conflict: bool,
    /// Whether it is exploited or wanted, so that it soaks for a shorter time.
    pub expedited: bool,
    /// The step of the simulation in which it can go; none when it is blocked.
    pub round: Option<u32>,
    /// What has to go first.
    pub after: Vec<Wait>,
    /// What has to go together with it, before one restart.
    pub with: Vec<Wait>,
    /// The moment before which it must not go.
    pub not_before: Option<Timestamp>,
    /// Why.
    pub reasons: Vec<Reason>,
    /// The way out, when it is blocked.
    pub unblock: Vec<Unblock>,
}

impl Decision {
    /// Whether a newer update replaces it: there is nothing to do about it.
    pub fn is_superseded(&self) -> bool {
        self.reasons.iter().any(|reason| reason.rule == Rule::Superseded && reason.effect == Effect::Block)
    }
}

/// What was read, so that a decision can be traced to its inputs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Inputs {
    /// The inventory.
    pub inventory: InventoryInput,
    /// The pending updates.
    pub pending: PendingInput,
    /// The database.
    pub advisories: CountedInput,
    /// The policy.
    pub policy: PolicyInput,
    /// The waivers.
    pub waivers: CountedInput,
}

/// The inventory that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InventoryInput {
    /// SHA-256 of the file; of several files, of their sorted digests.
    pub sha256: String,
    /// How many servers.
    pub servers: usize,
}

/// The pending updates that were read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PendingInput {
    /// SHA-256 of the file.
    pub sha256: String,
    /// How many updates.
    pub updates: usize,
}

/// A database or waivers that were read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CountedInput {
    /// SHA-256 of the sorted files' names and contents.
    pub sha256: String,
    /// How many entries.
    pub count: usize,
}

/// The policy that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PolicyInput {
    /// SHA-256 of the file.
    pub sha256: String,
    /// Its name.
    pub name: String,
}

/// How many pairs got which verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// The pairs that were evaluated.
    pub pairs: usize,
    /// Approved.
    pub approve: usize,
    /// Sequenced.
    pub sequence: usize,
    /// Blocked, but for those that a newer update replaces.
    pub block: usize,
    /// Replaced by a newer update that may go.
    #[serde(default)]
    pub superseded: usize,
    /// Blocked by missing facts only.
    pub undecided: usize,
    /// Wanted and blocked.
    pub conflict: usize,
    /// Updates of which nothing is known and which are offered to nobody.
    pub unplaced: usize,
    /// Servers and advisories: a bad update is installed, and no fix.
    #[serde(default)]
    pub exposed: usize,
    /// Pairs of an update that is younger than what the curators have looked at.
    #[serde(default)]
    pub unassessed: usize,
    /// Pairs about which a rule on trial would have said something.
    #[serde(default)]
    pub trial: usize,
}

/// The verdict for a group: the strictest of its members'.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GroupVerdict {
    /// The WSUS group or collection.
    pub group: String,
    /// The update.
    pub update: UpdateId,
    /// The strictest verdict of its servers.
    pub verdict: Verdict,
    /// The servers with that verdict, unless it is approve.
    pub because: Vec<ServerName>,
}

/// What is bad on a server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Cause {
    /// An update that is installed.
    Update {
        /// The update.
        update: UpdateId,
    },
    /// A build of a product.
    Product {
        /// The product.
        product: ProductId,
        /// Its version.
        version: Option<Version>,
    },
}

/// A server on which a bad update is installed already, and no fix of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Exposed {
    /// The server.
    pub server: ServerName,
    /// The advisory that calls it bad.
    pub advisory: AdvisoryId,
    /// What is bad.
    pub by: Cause,
    /// Whether it is known that the server has it.
    pub truth: Truth,
    /// What ends it.
    pub fix: Vec<Fix>,
}

/// An update that ends an exposure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fix {
    /// The update.
    pub update: UpdateId,
    /// Whether it is pending on that server.
    pub pending: bool,
    /// Its verdict there.
    pub verdict: Option<Verdict>,
}

/// A server that ought to have something that no pending update brings.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Missing {
    /// The server.
    pub server: ServerName,
    /// The advisory that asks for it.
    pub advisory: AdvisoryId,
    /// What it asks for.
    pub requires: String,
    /// Whether it is known that the server has not got it.
    pub truth: Truth,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = if self.truth.is_true() { " ought to have" } else { ": not known whether it has" };
        write!(f, "{}{words} {} ({})", self.server, self.requires, self.advisory)
    }
}

/// A fact that would decide more if it were collected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Coverage {
    /// The fact.
    pub fact: Fact,
    /// How many servers lack it where it matters.
    pub servers_without: usize,
    /// The advisories that it leaves undecided.
    pub advisories_undecided: Vec<AdvisoryId>,
}

/// Everything that was decided.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Document {
    /// `patchgate/decision/v1`.
    pub schema: String,
    /// The moment of the decision.
    pub at: Timestamp,
    /// The program and its version.
    pub tool: String,
    /// What was read.
    pub inputs: Inputs,
    /// How many pairs got which verdict.
    pub summary: Summary,
    /// The pairs, by server and update.
    pub decisions: Vec<Decision>,
    /// The batches that decisions wait for, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub batches: Vec<Batch>,
    /// The groups, by name and update.
    pub groups: Vec<GroupVerdict>,
    /// The servers on which a bad update is installed, and what ends that.
    #[serde(default)]
    pub exposed: Vec<Exposed>,
    /// What servers ought to have and nothing pending brings.
    pub missing: Vec<Missing>,
    /// Updates of which nothing is known and which are offered to nobody.
    pub unplaced: Vec<UpdateId>,
    /// Facts that would decide more.
    pub coverage: Vec<Coverage>,
    /// What else the administrator should know.
    pub notes: Vec<String>,
}

impl Summary {
    /// Counts verdicts; the updates without a place are not among the decisions.
    pub fn of(decisions: &[Decision], exposed: usize, unplaced: usize) -> Self {
        let with = |is: &dyn Fn(&Reason) -> bool| decisions.iter().filter(|one| one.reasons.iter().any(is)).count();
        let count = |verdict| decisions.iter().filter(|decision| decision.verdict == verdict).count();
        let superseded = decisions.iter().filter(|decision| decision.is_superseded()).count();
        Self {
            pairs: decisions.len(),
            approve: count(Verdict::Approve),
            sequence: count(Verdict::Sequence),
            block: count(Verdict::Block) - superseded,
            superseded,
            undecided: decisions.iter().filter(|decision| decision.undecided).count(),
            conflict: decisions.iter().filter(|decision| decision.conflict).count(),
            unplaced,
            exposed,
            unassessed: with(&|reason| reason.rule == Rule::Unassessed && reason.counts()),
            trial: with(&|reason| reason.trial),
        }
    }

    /// The exit code: 1 wins over 4, 4 over 3.
    pub fn exit(&self) -> Exit {
        match self {
            Self { block, undecided, .. } if block > undecided => Exit::Found,
            Self { block: 1.., .. } | Self { unplaced: 1.., .. } => Exit::Undecided,
            Self { pairs: 0, .. } => Exit::Nothing,
            Self { sequence: 1.., .. } => Exit::Sequenced,
            _ => Exit::Clean,
        }
    }
}
