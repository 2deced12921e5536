//! What an advisory states, by its kind: each kind holds what it must have.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::selector::{BuildSelector, KindSelector, UpdateSelector};
use crate::condition::Condition;
use crate::model::id::ProductId;
use crate::model::words::words;

/// The five kinds of advisory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Do not install this here.
    KnownBad,
    /// Something ought to hold on the server; an update that makes it hold is expedited.
    Required,
    /// Something must hold before this is installed.
    Prerequisite,
    /// A configuration that breaks at the next trigger, whatever the update.
    Hazard,
    /// May go, with steps before and after.
    Procedure,
}

words! { Kind { KnownBad = "known-bad", Required = "required", Prerequisite = "prerequisite", Hazard = "hazard", Procedure = "procedure" } }

/// What an advisory states.
#[derive(Clone, Debug)]
pub enum Statement {
    /// These updates must not be installed here.
    KnownBad {
        /// The updates.
        about: About,
    },
    /// Something ought to hold on the server; an update that makes it hold is expedited.
    Required {
        /// What ought to hold.
        requires: Condition,
    },
    /// Something must hold before these updates are installed.
    Prerequisite {
        /// The updates.
        about: About,
        /// What must hold.
        requires: Condition,
    },
    /// A configuration breaks at the next trigger, whatever the update.
    Hazard {
        /// What sets it off.
        triggers: Triggers,
    },
    /// These updates may go, with steps before and after.
    Procedure {
        /// The updates.
        about: About,
        /// What to do around them.
        steps: Steps,
    },
}

impl Statement {
    /// Its kind.
    pub fn kind(&self) -> Kind {
        match self {
            Self::KnownBad { .. } => Kind::KnownBad,
            Self::Required { .. } => Kind::Required,
            Self::Prerequisite { .. } => Kind::Prerequisite,
            Self::Hazard { .. } => Kind::Hazard,
            Self::Procedure { .. } => Kind::Procedure,
        }
    }

    /// The updates that it is about; none when it is about servers, whatever the update.
    pub fn about(&self) -> Option<&About> {
        match self {
            Self::KnownBad { about } | Self::Prerequisite { about, .. } | Self::Procedure { about, .. } => Some(about),
            Self::Required { .. } | Self::Hazard { .. } => None,
        }
    }

    /// The condition that must hold, where it asks for one.
    pub fn requires(&self) -> Option<&Condition> {
        match self {
            Self::Required { requires } | Self::Prerequisite { requires, .. } => Some(requires),
            Self::KnownBad { .. } | Self::Hazard { .. } | Self::Procedure { .. } => None,
        }
    }

    /// What sets it off, when it is a hazard.
    pub fn triggers(&self) -> &[Trigger] {
        match self {
            Self::Hazard { triggers } => &triggers.0,
            _ => &[],
        }
    }

    /// What to do around the updates, when it is a procedure.
    pub fn steps(&self) -> Option<&Steps> {
        match self {
            Self::Procedure { steps, .. } => Some(steps),
            _ => None,
        }
    }
}

/// The updates that an advisory is about: by their ids, by what they bring or by their class, one at least.
#[derive(Clone, Debug)]
pub struct About {
    updates: Vec<UpdateSelector>,
    builds: Vec<BuildSelector>,
    kinds: Vec<KindSelector>,
}

impl About {
    /// These updates, those that bring these builds and those of these classes; none when that is nothing at all.
    pub fn new(updates: Vec<UpdateSelector>, builds: Vec<BuildSelector>, kinds: Vec<KindSelector>) -> Option<Self> {
        let is_nothing = updates.is_empty() && builds.is_empty() && kinds.is_empty();
        (!is_nothing).then_some(Self { updates, builds, kinds })
    }

    /// The updates by their ids.
    pub fn updates(&self) -> &[UpdateSelector] {
        &self.updates
    }

    /// The builds that updates bring.
    pub fn builds(&self) -> &[BuildSelector] {
        &self.builds
    }

    /// The classes of updates.
    pub fn kinds(&self) -> &[KindSelector] {
        &self.kinds
    }
}

/// What sets a hazard off: one trigger at least.
#[derive(Clone, Debug)]
pub struct Triggers(Vec<Trigger>);

impl Triggers {
    /// These triggers; none when there is none.
    pub fn new(triggers: Vec<Trigger>) -> Option<Self> {
        (!triggers.is_empty()).then_some(Self(triggers))
    }
}

/// What sets a hazard off.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Trigger {
    /// A restart of the server.
    Restart,
    /// A restart of the affected service.
    ServiceRestart,
    /// Any update.
    AnyUpdate,
    /// An update of a product.
    Product(ProductId),
}

/// Something to do.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What, as people say it.
    #[serde(rename = "do")]
    pub action: String,
    /// The command, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// A condition that holds once it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verify: Option<Condition>,
}

/// What to do around an update.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Steps {
    /// Before it is installed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<Step>,
    /// After it is installed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<Step>,
}

/// Keys that a file has although an advisory of its kind does not read them.
#[derive(Clone, Debug, Default)]
pub struct Idle {
    pub(super) updates: Vec<UpdateSelector>,
    pub(super) builds: Vec<BuildSelector>,
    pub(super) kinds: Vec<KindSelector>,
    pub(super) requires: Option<Condition>,
    pub(super) triggers: Vec<Trigger>,
    pub(super) steps: Option<Steps>,
}

impl Idle {
    /// The keys.
    pub fn keys(&self) -> impl Iterator<Item = &'static str> {
        let keys = [
            ("updates", !self.updates.is_empty()),
            ("builds", !self.builds.is_empty()),
            ("kinds", !self.kinds.is_empty()),
            ("requires", self.requires.is_some()),
            ("triggers", !self.triggers.is_empty()),
            ("steps", self.steps.is_some()),
        ];
        keys.into_iter().filter(|(_, is_written)| *is_written).map(|(key, _)| key)
    }
}
