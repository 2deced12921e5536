//! What each kind of advisory calls for, by severity.

use std::fmt::{self, Debug};
use std::marker::PhantomData;

use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, DeserializeOwned, IntoDeserializer};
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
    kind: PhantomData<D>,
}

/// The built-in calls of one kind.
pub trait Defaults: Clone + Debug + Serialize + DeserializeOwned + JsonSchema {
    /// Critical, high, medium, low.
    const ACTIONS: [Action; 4];
}

impl<D: Defaults> Default for Levels<D> {
    fn default() -> Self {
        let [critical, high, medium, low] = D::ACTIONS;
        Self { critical, high, medium, low, kind: PhantomData }
    }
}

impl<D: Defaults> Levels<D> {
    /// The same call for every severity.
    fn all(action: Action) -> Self {
        Self { critical: action, high: action, medium: action, low: action, kind: PhantomData }
    }

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
    /// What is only reported goes to earlier rings first when a service or a feature is at stake.
    ReportedLevels: [Sequence, Sequence, Note, Note];
    /// Doubt blocks when a service or a feature is at stake.
    UnknownLevels: [Block, Block, Note, Note];
}

/// What each kind of advisory calls for.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
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
    /// Any advisory with `confidence: reported`, which never does more than its kind calls for. One word, as in 0.2, is for
    /// all severities.
    #[serde(deserialize_with = "word_or_levels")]
    #[schemars(with = "WordOrLevels")]
    pub reported: Levels<ReportedLevels>,
}

/// How calls may be written; only the schema needs it.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes the two spellings to the schema generator")]
enum WordOrLevels {
    Word(Action),
    Levels(Levels<ReportedLevels>),
}

fn word_or_levels<'de, D, L>(deserializer: D) -> Result<Levels<L>, D::Error>
where
    D: de::Deserializer<'de>,
    L: Defaults,
{
    struct Visitor<L>(PhantomData<L>);
    impl<'de, L: Defaults> de::Visitor<'de> for Visitor<L> {
        type Value = Levels<L>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a word for each severity, such as {critical: sequence}")
        }

        fn visit_str<E: de::Error>(self, word: &str) -> Result<Levels<L>, E> {
            Action::deserialize(word.into_deserializer()).map(Levels::all)
        }

        fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Levels<L>, A::Error> {
            Levels::deserialize(MapAccessDeserializer::new(map))
        }
    }
    deserializer.deserialize_any(Visitor(PhantomData))
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
    /// Doubt calls for at most what certainty does: otherwise an update would be held back harder where less is known. Steps
    /// that may be needed are shown as those that are.
    pub fn effect(&self, advisory: &Advisory, truth: Truth, unknown: &Levels<UnknownLevels>) -> Effect {
        let certain = self.certain(advisory);
        match truth {
            Truth::Unknown if advisory.kind() != Kind::Procedure => certain.min(unknown.effect(advisory.severity)),
            _ => certain,
        }
    }

    /// What an advisory calls for that is known to speak. What is only reported does no more than if it were confirmed.
    fn certain(&self, advisory: &Advisory) -> Effect {
        let of_kind = self.of_kind(advisory);
        match advisory.confidence {
            Confidence::Reported => of_kind.min(self.reported.effect(advisory.severity)),
            Confidence::Confirmed => of_kind,
        }
    }

    /// A required advisory is only ever a note.
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
