//! An advisory as its file has it: any key that a kind may have, before it is known whether the kind has what it must.

use std::mem::take;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::case::{Case, Survivor};
use super::selector::{Affects, BuildSelector, KindSelector, UpdateSelector};
use super::statement::{About, Kind, Statement, Step, Steps, Trigger, Triggers};
use super::status::{Confidence, Harm, Status};
use super::symptoms::Symptoms;
use crate::condition::Condition;
use crate::model::flaw::Flaws;
use crate::model::id::{AdvisoryId, UpdateId};
use crate::model::key_path::KeyPath;
use crate::model::severity::Severity;
use crate::model::time::Day;

/// An advisory file of the database.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Advisory")]
pub struct AdvisoryFile {
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
    /// Kind known-bad: how long an update does harm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub harm: Option<Harm>,
    /// The day it was publicly known: earlier decisions must not use it.
    pub published: Day,
    /// The day on which the vendor confirmed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<Day>,
    /// What proves the day it was publicly known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_source: Option<String>,
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
    /// Or any update of a class, so that the next one is meant too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<KindSelector>,
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

impl AdvisoryFile {
    /// Takes the keys that its kind reads; what is left of them is idle.
    pub(super) fn statement(&mut self, flaws: &mut Flaws) -> Option<Statement> {
        match self.kind {
            Kind::KnownBad => Some(Statement::KnownBad { about: self.about(flaws)? }),
            Kind::Required => Some(Statement::Required { requires: self.requires(flaws)? }),
            Kind::Prerequisite => {
                let (about, requires) = (self.about(flaws), self.requires(flaws));
                Some(Statement::Prerequisite { about: about?, requires: requires? })
            }
            Kind::Hazard => {
                let triggers = needed(Triggers::new(take(&mut self.triggers)), "a hazard needs `triggers`", flaws);
                Some(Statement::Hazard { triggers: triggers? })
            }
            Kind::Procedure => {
                let about = self.about(flaws);
                let steps = needed(self.steps.take(), "a procedure needs `steps`", flaws);
                Some(Statement::Procedure { about: about?, steps: steps? })
            }
        }
    }

    fn about(&mut self, flaws: &mut Flaws) -> Option<About> {
        let about = About::new(take(&mut self.updates), take(&mut self.builds), take(&mut self.kinds));
        needed(about, "an advisory of this kind needs `updates`, `builds` or `kinds`", flaws)
    }

    fn requires(&mut self, flaws: &mut Flaws) -> Option<Condition> {
        needed(self.requires.take(), "an advisory of this kind needs `requires`", flaws)
    }
}

/// What the kind must have; it is the kind that is wrong without it.
fn needed<T>(value: Option<T>, problem: &str, flaws: &mut Flaws) -> Option<T> {
    if value.is_none() {
        flaws.add(KeyPath::key("kind"), problem);
    }
    value
}
