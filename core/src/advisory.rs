//! Advisories: one curated statement about updates or configurations each, and when it speaks.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::condition::Condition;
use crate::model::hypothesis::Hypothesis;
use crate::model::id::{AdvisoryId, ProductId, UpdateId};
use crate::model::pending::{PendingUpdate, Restart};
use crate::model::severity::Severity;
use crate::model::trace::Trace;
use crate::model::truth::Truth;

pub mod asked;
pub mod case;
pub mod selector;
pub mod split;

use crate::model::time::Day;
use case::{Case, Survivor};
use selector::{Affects, BuildSelector, UpdateSelector};

/// An advisory file of the database.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Advisory {
    /// `patchgate/advisory/v1`.
    pub schema: String,
    /// The id, as the file is named.
    pub id: AdvisoryId,
    /// What breaks, where, in one line.
    pub title: Arc<str>,
    /// What kind of statement it is.
    pub kind: Kind,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is.
    #[serde(default)]
    pub confidence: Confidence,
    /// Whether it is in force.
    #[serde(default)]
    pub status: Status,
    /// The day it was publicly known: earlier decisions must not use it.
    pub published: Day,
    /// The day of its last change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<Day>,
    /// Other names: bulletins, CVEs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// The updates it speaks about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub updates: Vec<UpdateSelector>,
    /// Or any update that brings a product into a range.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub builds: Vec<BuildSelector>,
    /// The servers it concerns: any of these; every server when there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub affects: Vec<Affects>,
    /// A further condition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// With one of these installed it no longer applies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixed_by: Vec<UpdateId>,
    /// Harmless when installed together with one of these before one restart.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub safe_with: Vec<UpdateId>,
    /// Kinds required and prerequisite: the condition that must hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requires: Option<Condition>,
    /// Kind hazard: what sets it off.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub triggers: Vec<Trigger>,
    /// How it shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub symptoms: Option<Symptoms>,
    /// What it does, in one or two sentences.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impact: Option<String>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// The steps that make it safe.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remedy: Vec<Step>,
    /// Kind procedure: what to do around the update.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<Steps>,
    /// Where this is documented.
    #[serde(default, skip_serializing_if = "no_references")]
    pub references: Arc<[String]>,
    /// What a curator should know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// In a second database: the id of the advisory that this one replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overrides: Option<AdvisoryId>,
    /// Faults that one may put into it without any case noticing, and why that is right: what `advisory test --mutants`
    /// does not have to report.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub survivors: Vec<Survivor>,
    /// Servers and what the advisory says about them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<Case>,
}

fn no_references(references: &Arc<[String]>) -> bool {
    references.is_empty()
}

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

impl Kind {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::KnownBad => "known-bad",
            Self::Required => "required",
            Self::Prerequisite => "prerequisite",
            Self::Hazard => "hazard",
            Self::Procedure => "procedure",
        }
    }
}

/// How sure the curators are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// By the vendor or by several independent sources.
    #[default]
    Confirmed,
    /// Warns; the policy says whether it may do more.
    Reported,
}

impl Confidence {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Reported => "reported",
        }
    }
}

/// Whether an advisory is in force.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Being written; never speaks.
    Draft,
    /// In force.
    #[default]
    Active,
    /// Taken back; never speaks.
    Withdrawn,
}

impl Status {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Active => "active",
            Self::Withdrawn => "withdrawn",
        }
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

/// How an incident shows on a server.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Symptoms {
    /// Services that stop or do not start.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<String>,
    /// Events in the logs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<Event>,
    /// Error and stop codes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub error_codes: Vec<String>,
}

/// An event in a Windows event log.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// The event source.
    pub source: String,
    /// The event id.
    pub id: u32,
    /// A text that its message contains.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contains: Option<String>,
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

impl Advisory {
    /// Whether it is in force at a moment; advisories published later are silent unless hindsight is asked for.
    pub fn is_in_force(&self, on: Day, hindsight: bool) -> bool {
        self.status == Status::Active && (hindsight || self.published <= on)
    }

    /// The day of the last word in it.
    pub fn last_change(&self) -> Day {
        self.updated.unwrap_or(self.published)
    }

    /// Whether the server is one that it concerns: matches `affects` and `when`, and is not fixed.
    pub fn applies(&self, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        let parts = [Part::Affects, Part::When, Part::NotFixed];
        trace.join(parts, Truth::all, |part, trace| match part {
            Part::Affects => self.affects(on, trace),
            Part::When => self.when.as_ref().map_or(Truth::True, |when| when.test(on, trace)),
            Part::NotFixed => !self.is_fixed(on, trace),
        })
    }

    /// Whether the server is one of those that `affects` names.
    pub fn affects(&self, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        match self.affects.as_slice() {
            [] => Truth::True,
            affects => trace.join(affects, Truth::any, |affects, trace| affects.matches(on, trace)),
        }
    }

    /// Whether it has something to say about the server: it applies, and what it requires is not known to hold.
    pub fn speaks(&self, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        match &self.requires {
            Some(requires) if matches!(self.kind, Kind::Required | Kind::Prerequisite) => {
                trace.join([true, false], Truth::all, |is_applying, trace| match is_applying {
                    true => self.applies(on, trace),
                    false => !requires.test(on, trace),
                })
            }
            _ => self.applies(on, trace),
        }
    }

    /// Whether it speaks about this update: by its id and release, or by a build that it brings this server.
    pub fn names(&self, update: &PendingUpdate, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        let by_id = trace.join(&self.updates, Truth::any, |selector, trace| selector.matches(update, trace));
        if by_id.is_true() {
            return by_id;
        }
        by_id.or(trace.join(&self.builds, Truth::any, |selector, trace| selector.matches(update, on, trace)))
    }

    /// Whether installing an update sets a hazard off.
    ///
    /// The trigger comes after the installation: an update that takes the cause away does not set it off.
    pub fn threatens<'a>(&self, on: &Hypothesis<'a>, update: &'a PendingUpdate) -> Truth {
        if !self.triggers.iter().any(|trigger| self.is_pulled(trigger, update)) {
            return Truth::False;
        }
        let truth = self.speaks(on, &mut Trace::silent());
        if !truth.is_possible() {
            return truth;
        }
        let after = self.speaks(&on.with([&update.id]), &mut Trace::silent());
        if after.is_possible() { truth } else { Truth::False }
    }

    /// Whether an update pulls a trigger.
    fn is_pulled(&self, trigger: &Trigger, update: &PendingUpdate) -> bool {
        let may_restart = update.restart != Some(Restart::Never);
        match trigger {
            Trigger::Restart => may_restart,
            Trigger::ServiceRestart => {
                may_restart || self.affects.iter().any(|affects| update.concerns(&affects.product))
            }
            Trigger::AnyUpdate => true,
            Trigger::Product(product) => update.concerns(product),
        }
    }

    /// Whether every step before the update is known to be done; steps that cannot be verified never are.
    pub fn is_prepared(&self, on: &Hypothesis<'_>) -> bool {
        let before = self.steps.as_ref().map(|steps| steps.before.as_slice()).unwrap_or_default();
        let is_done = |step: &Step| step.verify.as_ref().is_some_and(|v| v.test(on, &mut Trace::silent()).is_true());
        !before.is_empty() && before.iter().all(is_done)
    }

    /// The updates whose installation silences it.
    pub fn cures(&self) -> impl Iterator<Item = &UpdateId> {
        self.fixed_by.iter().chain(&self.safe_with)
    }

    /// All conditions in it, with those inside them.
    pub fn visit_conditions<'a>(&'a self, visit: &mut dyn FnMut(&'a Condition)) {
        let steps = self.steps.iter().flat_map(|steps| steps.before.iter().chain(&steps.after));
        let verified = steps.chain(&self.remedy).filter_map(|step| step.verify.as_ref());
        for condition in self.when.iter().chain(&self.requires).chain(verified) {
            condition.visit(visit);
        }
    }

    fn is_fixed(&self, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        trace.join(self.cures(), Truth::any, |cure, trace| on.installed_traced(cure, trace))
    }
}

/// The three tests that make an advisory apply.
#[derive(Clone, Copy)]
enum Part {
    Affects,
    When,
    NotFixed,
}

/// What the kind speaks about must be there; problems name the key they are about.
pub fn problems(advisory: &Advisory) -> Vec<(&'static str, String)> {
    let mut problems = Vec::new();
    if advisory.title.trim().is_empty() {
        problems.push(("title", "a title must not be empty: it is what the administrator reads".to_owned()));
    }
    let speaks_about_updates = matches!(advisory.kind, Kind::KnownBad | Kind::Prerequisite | Kind::Procedure);
    if speaks_about_updates && advisory.updates.is_empty() && advisory.builds.is_empty() {
        problems.push(("kind", "an advisory of this kind needs `updates` or `builds`".to_owned()));
    }
    let requires = matches!(advisory.kind, Kind::Required | Kind::Prerequisite);
    if requires && advisory.requires.is_none() {
        problems.push(("kind", "an advisory of this kind needs `requires`".to_owned()));
    }
    if advisory.kind == Kind::Hazard && advisory.triggers.is_empty() {
        problems.push(("kind", "a hazard needs `triggers`".to_owned()));
    }
    if advisory.kind == Kind::Procedure && advisory.steps.is_none() {
        problems.push(("kind", "a procedure needs `steps`".to_owned()));
    }
    problems
}
