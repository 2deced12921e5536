//! What each kind of advisory calls for, by severity.

use std::fmt::{self, Debug};

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::advisory::{Advisory, Confidence, Kind};
use crate::model::effect::Effect;
use crate::model::severity::Severity;
use crate::model::truth::Truth;

/// What an advisory may call for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Tell.
    Note,
    /// Not unseen: pilot servers first, people decide.
    Sequence,
    /// Sequence, or block when nothing pending helps.
    Enforce,
    /// Do not install.
    Block,
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Note => "note",
            Self::Sequence => "sequence",
            Self::Enforce => "enforce",
            Self::Block => "block",
        })
    }
}

impl Action {
    /// The effect as long as nothing pending has helped.
    pub fn effect(self) -> Effect {
        match self {
            Self::Note => Effect::Note,
            Self::Sequence => Effect::Sequence,
            Self::Enforce | Self::Block => Effect::Block,
        }
    }
}

/// Four calls, one for each severity; what is left out has the kind's default.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default, bound(deserialize = "D: Defaults"))]
#[schemars(bound = "D: Defaults")]
pub struct Levels<D: Defaults> {
    /// A service lost.
    pub critical: Action,
    /// A feature lost, or data at risk.
    pub high: Action,
    /// Worth knowing.
    pub medium: Action,
    /// A nuisance.
    pub low: Action,
    #[serde(skip)]
    #[schemars(skip)]
    kind: std::marker::PhantomData<D>,
}

/// The built-in calls of one kind.
pub trait Defaults: Clone + Debug + Serialize + DeserializeOwned + JsonSchema {
    /// Critical, high, medium, low.
    const ACTIONS: [Action; 4];
}

impl<D: Defaults> Default for Levels<D> {
    fn default() -> Self {
        let [critical, high, medium, low] = D::ACTIONS;
        Self { critical, high, medium, low, kind: std::marker::PhantomData }
    }
}

impl<D: Defaults> Levels<D> {
    /// The calls with the names of their severities, gravest first.
    pub fn actions(&self) -> [(&'static str, Action); 4] {
        let all = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];
        all.map(|severity| (severity.word(), self.action(severity)))
    }

    /// The effect for a severity.
    pub fn effect(&self, severity: Severity) -> Effect {
        self.action(severity).effect()
    }

    fn action(&self, severity: Severity) -> Action {
        match severity {
            Severity::Critical => self.critical,
            Severity::High => self.high,
            Severity::Medium => self.medium,
            Severity::Low => self.low,
        }
    }
}

macro_rules! defaults {
    ($($(#[$doc:meta])* $name:ident: $actions:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
        pub struct $name;

        impl Defaults for $name {
            const ACTIONS: [Action; 4] = $actions;
        }
    )+};
}

use Action::{Block, Enforce, Note, Sequence};
defaults! {
    /// Known-bad updates are blocked, but for nuisances.
    KnownBadLevels: [Block, Block, Block, Note];
    /// Prerequisites are enforced, but for nuisances.
    PrerequisiteLevels: [Enforce, Enforce, Enforce, Note];
    /// Hazards block when a service or a feature is at stake.
    HazardLevels: [Block, Block, Note, Note];
    /// Procedures are not approved unseen, but for nuisances.
    ProcedureLevels: [Sequence, Sequence, Sequence, Note];
    /// Doubt blocks when a service or a feature is at stake.
    UnknownLevels: [Block, Block, Note, Note];
}

/// What each kind of advisory calls for.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Effects {
    /// Do not install this here.
    pub known_bad: Levels<KnownBadLevels>,
    /// Something must hold first.
    pub prerequisite: Levels<PrerequisiteLevels>,
    /// A configuration that breaks at the next trigger.
    pub hazard: Levels<HazardLevels>,
    /// Steps before and after.
    pub procedure: Levels<ProcedureLevels>,
    /// Any advisory with `confidence: reported`.
    pub reported: Action,
}

impl Default for Effects {
    fn default() -> Self {
        Self {
            known_bad: Levels::default(),
            prerequisite: Levels::default(),
            hazard: Levels::default(),
            procedure: Levels::default(),
            reported: Note,
        }
    }
}

impl Effects {
    /// The calls of each kind by severity, with the names of both.
    pub fn kinds(&self) -> [(&'static str, [(&'static str, Action); 4]); 4] {
        [
            ("known-bad", self.known_bad.actions()),
            ("prerequisite", self.prerequisite.actions()),
            ("hazard", self.hazard.actions()),
            ("procedure", self.procedure.actions()),
        ]
    }

    /// What an advisory with this outcome calls for.
    ///
    /// A required advisory is only ever a note. Reported ones never do more than the policy's `reported` says, not even
    /// in doubt: otherwise an unsure advisory would weigh more where less is known.
    pub fn effect(&self, advisory: &Advisory, truth: Truth, unknown: &Levels<UnknownLevels>) -> Effect {
        if advisory.kind() == Kind::Required {
            return Effect::Note;
        }
        let doubt = unknown.effect(advisory.severity);
        match (advisory.confidence, truth) {
            (Confidence::Reported, Truth::Unknown) => doubt.min(self.reported.effect()),
            (Confidence::Reported, _) => self.reported.effect(),
            (Confidence::Confirmed, Truth::Unknown) => doubt,
            (Confidence::Confirmed, _) => self.of_kind(advisory),
        }
    }

    fn of_kind(&self, advisory: &Advisory) -> Effect {
        match advisory.kind() {
            Kind::KnownBad => self.known_bad.effect(advisory.severity),
            Kind::Prerequisite => self.prerequisite.effect(advisory.severity),
            Kind::Hazard => self.hazard.effect(advisory.severity),
            Kind::Procedure => self.procedure.effect(advisory.severity),
            Kind::Required => Effect::Note,
        }
    }
}
