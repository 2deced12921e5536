//! What changes between two decisions about one fleet with different advisory data: all that its renderer may see.

use std::sync::Arc;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::decision::{CountedInput, InventoryInput, Missing, PendingInput, PolicyInput};
use crate::model::effect::Effect;
use crate::model::fact::Fact;
use crate::model::id::{AdvisoryId, ProductId, ServerName, UpdateId};
use crate::model::rule::Rule;
use crate::model::truth::Truth;
use crate::model::verdict::Verdict;
use crate::model::words::words;

/// The schema of the document.
pub const SCHEMA: &str = "patchgate/advisory-diff/v1";

/// Everything that differs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Difference {
    /// `patchgate/advisory-diff/v1`.
    pub schema: String,
    /// The moment of both decisions.
    pub at: Timestamp,
    /// The program and its version.
    pub tool: String,
    /// What was read.
    pub inputs: Inputs,
    /// How much differs.
    pub summary: Summary,
    /// What changed in the data itself, by kind and id.
    pub data: Vec<DataChange>,
    /// The pairs whose verdict differs, by server and update.
    pub changes: Vec<Change>,
    /// The pairs with the verdict as before of which something else differs, by server and update.
    #[serde(rename = "beside")]
    pub also_changed: Vec<Change>,
    /// What servers ought to have and nothing pending brings: what came and what went.
    pub missing: Vec<MissingChange>,
    /// Updates that have no place: what came and what went.
    pub unplaced: Vec<UnplacedChange>,
    /// Notes that came and went.
    pub notes: Vec<NoteChange>,
}

/// What was read, so that a difference can be traced to its inputs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Inputs {
    /// The inventory.
    pub inventory: InventoryInput,
    /// The pending updates of all files.
    pub pending: PendingInput,
    /// The policy.
    pub policy: PolicyInput,
    /// The waivers.
    pub waivers: CountedInput,
    /// The data before.
    pub old: DataInput,
    /// The data after.
    pub new: DataInput,
}

/// The advisory data of one side.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DataInput {
    /// The folder or git revision as it was given.
    pub name: String,
    /// The commit, when it is a git revision.
    pub commit: Option<String>,
    /// SHA-256 of the sorted files' names and contents.
    pub sha256: String,
    /// How many advisories.
    pub advisories: usize,
    /// That it is old, by the policy's measure. Where that only makes a note on every decision, it is told here alone.
    pub stale: Option<String>,
}

/// How much differs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// The pairs that were evaluated on either side.
    pub pairs: usize,
    /// The servers that these pairs are of.
    pub servers: usize,
    /// The pairs whose verdict differs.
    pub changed: usize,
    /// Everything else that differs: pairs, missing, unplaced, notes.
    #[serde(rename = "beside")]
    pub also_changed: usize,
    /// The changed pairs by their verdicts before and after.
    pub transitions: Vec<Transition>,
}

/// How many pairs went from one verdict to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Transition {
    /// Before.
    pub old: Answer,
    /// After.
    pub new: Answer,
    /// How many.
    pub pairs: usize,
}

/// What one side says about a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// Nothing: it is not evaluated there.
    Absent,
    /// May go now.
    Approve,
    /// May go, but not now, not alone or not unseen.
    Sequence,
    /// May not go.
    Block,
}

/// Why a pair is not evaluated on one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Absence {
    /// The update counts as installed there.
    Installed,
    /// The server is neither offered the update nor has one of its products.
    NotOffered,
}

/// What happened to something between the two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// It is on the new side only.
    Added,
    /// It is on the old side only.
    Removed,
    /// It is on both sides and differs.
    Changed,
}

/// The kinds of entries in a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DataKind {
    /// An advisory.
    Advisory,
    /// A product, but for its builds.
    Product,
    /// A build of a product that is known on both sides.
    Build,
    /// A row of `updates/*.csv`.
    Row,
    /// A declared setting.
    Setting,
    /// How far the curators have come with a family of products.
    Coverage,
}

/// One entry of the data that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DataChange {
    /// What kind of entry it is.
    pub kind: DataKind,
    /// What it is called: an id, or product, update and version.
    pub id: String,
    /// What happened to it.
    pub change: ChangeKind,
    /// The advisory's title or the product's name.
    pub title: Option<String>,
    /// The product that a build or row is of.
    pub product: Option<ProductId>,
    /// The update that a build or row is of.
    pub update: Option<UpdateId>,
    /// The top-level keys that differ, when it is on both sides.
    pub keys: Vec<KeyChange>,
    /// Why the advisory speaks on neither side, whatever the server.
    pub silent: Option<Silent>,
    /// How many verdicts it changes, alone or with others.
    pub verdicts: usize,
    /// In how many other places it changes something else: decisions, and what servers ought to have.
    #[serde(rename = "beside")]
    pub also_changed: usize,
}

/// A top-level key that differs. Values are told where they are one word or number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct KeyChange {
    /// The key.
    pub key: String,
    /// Its value before.
    pub old: Option<String>,
    /// Its value after.
    pub new: Option<String>,
}

/// Why an advisory says nothing to anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Silent {
    /// It is being written.
    Draft,
    /// It is on trial: told, without effect.
    Trial,
    /// It was taken back.
    Withdrawn,
    /// It was published after the moment of decision.
    Later,
}

/// A pair of which something differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// The server.
    pub server: ServerName,
    /// The update.
    pub update: UpdateId,
    /// The verdict before.
    pub old: Answer,
    /// The verdict after.
    pub new: Answer,
    /// Why it is not evaluated on the side where it is absent.
    pub absence: Option<Absence>,
    /// The reasons that came, went, or changed in effect, truth, waiver or missing facts.
    pub because: Vec<ReasonChange>,
    /// What else of the decision differs.
    pub details: Vec<Detail>,
    /// The entries of the data that made it differ.
    pub causes: Vec<Cause>,
    /// Whether it only follows from decisions about other updates or servers, which these entries changed.
    pub indirect: bool,
}

/// A reason that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReasonChange {
    /// Where it comes from.
    pub rule: Rule,
    /// The advisory, when it is one.
    pub advisory: Option<AdvisoryId>,
    /// What happened to it.
    pub change: ChangeKind,
    /// What it weighed before.
    pub old: Option<Weight>,
    /// What it weighs now.
    pub new: Option<Weight>,
    /// Its sentence, of the new side where it is there.
    pub message: Arc<str>,
}

/// What a reason weighs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Weight {
    /// What it does to the verdict.
    pub effect: Effect,
    /// Whether it is known to apply.
    pub truth: Truth,
    /// Whether a waiver silences it.
    pub waived: bool,
    /// The facts to collect before it can be decided.
    pub missing: Vec<Fact>,
}

/// Something else of a decision that differs, as words; pairs are written `server/update`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Detail {
    /// The key in the decision.
    pub key: Field,
    /// Before.
    pub old: Vec<String>,
    /// After.
    pub new: Vec<String>,
}

/// The keys of a decision, beside verdict and reasons, that an administrator acts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Whether only missing facts block it.
    Undecided,
    /// Whether it is wanted and blocked.
    Conflict,
    /// Whether it soaks for a shorter time.
    Expedited,
    /// The moment before which it must not go.
    NotBefore,
    /// What has to go first.
    After,
    /// What has to go together with it.
    With,
    /// The step in which it can go.
    Round,
    /// The way out of a block.
    Unblock,
}

/// An entry of the data that made something differ.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Cause {
    /// What kind of entry it is.
    pub kind: DataKind,
    /// What it is called in `data`.
    pub id: String,
}

/// Something that a server ought to have and nothing pending brings, on one side only.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct MissingChange {
    /// The server, and what it ought to have.
    #[serde(flatten)]
    pub missing: Missing,
    /// What happened to it.
    pub change: ChangeKind,
}

/// An update that has no place, on one side only.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct UnplacedChange {
    /// The update.
    pub update: UpdateId,
    /// What happened to it.
    pub change: ChangeKind,
}

/// A note on one side only.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct NoteChange {
    /// The note.
    pub note: String,
    /// What happened to it.
    pub change: ChangeKind,
}

impl Difference {
    /// Whether nobody would act differently, whatever changed in the data.
    pub fn is_empty(&self) -> bool {
        self.summary.changed == 0 && self.summary.also_changed == 0
    }

    /// The entry of the data that a cause names.
    pub fn data_of(&self, cause: &Cause) -> Option<&DataChange> {
        let key = |one: &DataChange| (one.kind, one.id.as_str()).cmp(&(cause.kind, cause.id.as_str()));
        self.data.binary_search_by(key).ok().and_then(|place| self.data.get(place))
    }
}

impl From<Verdict> for Answer {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Approve => Self::Approve,
            Verdict::Sequence => Self::Sequence,
            Verdict::Block => Self::Block,
        }
    }
}

words! { Answer { Absent = "absent", Approve = "approve", Sequence = "sequence", Block = "block" } }
words! { ChangeKind { Added = "added", Removed = "removed", Changed = "changed" } }
words! {
    DataKind {
        Advisory = "advisory", Product = "product", Build = "build", Row = "update row", Setting = "setting",
        Coverage = "coverage",
    }
}
