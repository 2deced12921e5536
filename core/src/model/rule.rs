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
    /// Policy: a time without changes.
    Freeze,
    /// Policy: the inputs are too old.
    Freshness,
    /// Policy: other servers of the pool go first.
    Pool,
    /// Policy: servers of earlier roles go first.
    Order,
}

words! {
    Rule {
        KnownBad = "known-bad", Prerequisite = "prerequisite", Required = "required", Hazard = "hazard",
        Procedure = "procedure", Superseded = "superseded", Soak = "soak", Hold = "hold", Freeze = "freeze",
        Freshness = "freshness", Pool = "pool", Order = "order",
    }
}
