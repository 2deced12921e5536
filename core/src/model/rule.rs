//! Rules: what a reason comes from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::words::words;

/// The rule that a reason comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// An advisory: do not install this here.
    KnownBad,
    /// An advisory: something must hold first.
    Prerequisite,
    /// An advisory: the server ought to have this.
    Required,
    /// An advisory: the server has what it warns of, and this ends it.
    Exposed,
    /// An advisory: the server's configuration breaks at the next trigger.
    Hazard,
    /// An advisory: steps before and after.
    Procedure,
    /// A newer pending update replaces it.
    Superseded,
    /// Policy: the update is too young for the ring.
    Soak,
    /// Policy: never approved by the gate.
    Hold,
    /// It is not for this server: another system, branch or train.
    WrongProduct,
    /// Policy: a time without changes.
    Freeze,
    /// Policy: the inputs are too old.
    Freshness,
    /// Policy: released after the last day whose updates the curators have looked at.
    Unassessed,
    /// Policy: other servers of the pool go first.
    Pool,
    /// Policy: servers of earlier roles go first.
    Order,
    /// Policy: servers of earlier rings go first.
    Ring,
    /// Policy: the ring before has to have it, and to be well.
    Promote,
}

words! {
    Rule {
        KnownBad = "known-bad", Prerequisite = "prerequisite", Required = "required", Exposed = "exposed", Hazard = "hazard",
        Procedure = "procedure", Superseded = "superseded", Soak = "soak", Hold = "hold", WrongProduct = "wrong-product",
        Freeze = "freeze", Freshness = "freshness", Unassessed = "unassessed", Pool = "pool", Order = "order", Ring = "ring",
        Promote = "promote",
    }
}
