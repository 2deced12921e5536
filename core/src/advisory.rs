//! Advisories: one curated statement about updates or configurations each, and when it speaks.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::condition::Condition;
use crate::condition::name::Name;
use crate::model::flaw::Flaws;
use crate::model::hypothesis::Hypothesis;
use crate::model::id::{AdvisoryId, UpdateId};
use crate::model::key_path::KeyPath;
use crate::model::pending::{PendingUpdate, Restart};
use crate::model::severity::Severity;
use crate::model::time::Day;
use crate::model::trace::Trace;
use crate::model::truth::Truth;

pub mod asked;
pub mod case;
pub mod file;
pub mod harm;
pub mod selector;
pub mod split;
pub mod statement;
pub mod status;
pub mod symptoms;

pub use statement::{Kind, Statement, Step, Steps, Trigger};
pub use status::{Confidence, Harm, Status};
pub use symptoms::{Event, Symptoms};

use case::{Case, Survivor};
use file::AdvisoryFile;
use selector::{Affects, BuildSelector, KindSelector, UpdateSelector};
use statement::{About, Idle};

/// An advisory of the database.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(try_from = "AdvisoryFile", into = "AdvisoryFile")]
pub struct Advisory {
    /// `patchgate/advisory/v1`.
    pub schema: String,
    /// The id, as the file is named.
    pub id: AdvisoryId,
    /// What breaks, where, in one line.
    pub title: Arc<str>,
    /// What it states.
    pub statement: Statement,
    /// What its file says besides, without effect.
    pub idle: Idle,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// Whether it is in force.
    pub status: Status,
    /// How long an update that is known to be bad does harm, where the file says so.
    pub harm: Option<Harm>,
    /// The day it was publicly known: earlier decisions must not use it.
    pub published: Day,
    /// The day on which the vendor confirmed it.
    pub acknowledged: Option<Day>,
    /// What proves the day it was publicly known.
    pub published_source: Option<String>,
    /// The day of its last change.
    pub updated: Option<Day>,
    /// Other names: bulletins, CVEs.
    pub aliases: Vec<String>,
    /// The servers it concerns: any of these; every server when there are none.
    pub affects: Vec<Affects>,
    /// A further condition.
    pub when: Option<Condition>,
    /// With one of these installed it no longer applies.
    pub fixed_by: Vec<UpdateId>,
    /// Harmless when installed together with one of these before one restart.
    pub safe_with: Vec<UpdateId>,
    /// How it shows.
    pub symptoms: Option<Symptoms>,
    /// What it does, in one or two sentences.
    pub impact: Option<String>,
    /// Why.
    pub cause: Option<String>,
    /// The steps that make it safe.
    pub remedy: Vec<Step>,
    /// Where this is documented.
    pub references: Arc<[String]>,
    /// What a curator should know.
    pub notes: Option<String>,
    /// In a second database: the id of the advisory that this one replaces.
    pub overrides: Option<AdvisoryId>,
    /// Faults that one may put into it without any case noticing, and why that is right: what `advisory test --mutants`
    /// does not have to report.
    pub survivors: Vec<Survivor>,
    /// Servers and what the advisory says about them.
    pub cases: Vec<Case>,
}

impl Advisory {
    /// What kind of statement it is.
    pub fn kind(&self) -> Kind {
        self.statement.kind()
    }

    /// The updates that it names, even where its kind does not read them.
    pub fn updates(&self) -> &[UpdateSelector] {
        self.statement.about().map_or(&self.idle.updates, About::updates)
    }

    /// The builds that it names, even where its kind does not read them.
    pub fn builds(&self) -> &[BuildSelector] {
        self.statement.about().map_or(&self.idle.builds, About::builds)
    }

    /// The classes of updates that it names, even where its kind does not read them.
    pub fn kinds(&self) -> &[KindSelector] {
        self.statement.about().map_or(&self.idle.kinds, About::kinds)
    }

    /// Whether whoever has one of its updates installed is exposed.
    pub fn harms_while_installed(&self) -> bool {
        self.kind() == Kind::KnownBad && self.harm != Some(Harm::Installing)
    }

    /// The condition that it requires, even where its kind does not read it.
    pub fn requires(&self) -> Option<&Condition> {
        self.statement.requires().or(self.idle.requires.as_ref())
    }

    /// The triggers that it names, even where its kind does not read them.
    pub fn triggers(&self) -> &[Trigger] {
        match &self.statement {
            Statement::Hazard { .. } => self.statement.triggers(),
            _ => &self.idle.triggers,
        }
    }

    /// The steps that it names, even where its kind does not read them.
    pub fn steps(&self) -> Option<&Steps> {
        self.statement.steps().or(self.idle.steps.as_ref())
    }

    /// Whether it is in force at a moment; advisories published later are silent unless hindsight is asked for.
    pub fn is_in_force(&self, on: Day, hindsight: bool) -> bool {
        matches!(self.status, Status::Active | Status::Trial) && (hindsight || self.published <= on)
    }

    /// Whether it is on trial: it is told what it would have done, and counts for nothing.
    pub fn is_on_trial(&self) -> bool {
        self.status == Status::Trial
    }

    /// The day of the last word in it.
    pub fn last_change(&self) -> Day {
        self.updated.unwrap_or(self.published)
    }

    /// Whether the server is one that it concerns: matches `affects` and `when`, and is not fixed.
    pub fn applies(&self, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        trace.all_of(&[
            &|trace| self.affects(on, trace),
            &|trace| self.when.as_ref().map_or(Truth::True, |when| when.test(on, trace)),
            &|trace| !self.is_fixed(&on.opposite(), trace),
        ])
    }

    /// Whether the server is one of those that `affects` names.
    pub fn affects(&self, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        match self.affects.as_slice() {
            [] => Truth::True,
            affects => trace.any(affects, |affects, trace| affects.matches(on, trace)),
        }
    }

    /// Whether it has something to say about the server: it applies, and what it requires is not known to hold.
    pub fn speaks(&self, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        match self.statement.requires() {
            Some(requires) => {
                trace.all_of(&[&|trace| self.applies(on, trace), &|trace| !requires.test(&on.opposite(), trace)])
            }
            None => self.applies(on, trace),
        }
    }

    /// Whether it speaks about this update: by its id and release, or by a build that it brings this server.
    pub fn names(&self, update: &PendingUpdate, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        let Some(about) = self.statement.about() else { return Truth::False };
        let by_id = trace.any(about.updates(), |selector, trace| selector.matches(update, trace));
        if by_id.is_true() {
            return by_id;
        }
        let by_build = trace.any(about.builds(), |selector, trace| selector.matches(update, on, trace));
        let named = by_id.or(by_build);
        if named.is_true() {
            return named;
        }
        // What ends the trouble is not in doubt because nobody knows its build. Which release of it is meant may be.
        if !by_id.is_possible()
            && by_build == Truth::Unknown
            && self.fixes().any(|fix| *fix == update.id || on.replaces(&update.id, fix))
        {
            return Truth::False;
        }
        named.or(trace.any(about.kinds(), |selector, trace| selector.matches(update, on, trace)))
    }

    /// Whether installing an update sets a hazard off.
    ///
    /// The trigger comes after the installation: an update that takes the cause away does not set it off.
    pub fn threatens<'a>(&self, on: &Hypothesis<'a>, update: &'a PendingUpdate) -> Truth {
        let pulled = self.is_pulled_by(update);
        if !pulled.is_possible() {
            return pulled;
        }
        let truth = pulled.and(self.speaks(on, &mut Trace::silent()));
        if !truth.is_possible() {
            return truth;
        }
        let after = self.speaks(&on.with_just(&update.id), &mut Trace::silent());
        if after.is_possible() { truth } else { Truth::False }
    }

    /// Whether an update pulls one of its triggers, if it has any.
    pub fn is_pulled_by(&self, update: &PendingUpdate) -> Truth {
        Truth::any(self.statement.triggers().iter().map(|trigger| self.is_pulled(trigger, update)))
    }

    /// Whether an update pulls a trigger. One whose products are not known may be for any.
    fn is_pulled(&self, trigger: &Trigger, update: &PendingUpdate) -> Truth {
        let may_restart = Truth::from(update.restart != Some(Restart::Never));
        let is_for = |product| match update.concerns(product) {
            false if update.products.is_none() && update.brings.is_none() => Truth::Unknown,
            concerns => concerns.into(),
        };
        match trigger {
            Trigger::Restart => may_restart,
            Trigger::ServiceRestart => {
                may_restart.or(Truth::any(self.affects.iter().map(|affects| is_for(&affects.product))))
            }
            Trigger::AnyUpdate => Truth::True,
            Trigger::Product(product) => is_for(product),
        }
    }

    /// Whether every step is known to be done: all are before the update, and each can be verified. For steps after it somebody
    /// must be there.
    pub fn is_prepared(&self, on: &Hypothesis<'_>) -> bool {
        let Some(Steps { before, after }) = self.statement.steps() else { return false };
        let weakest = on.opposite();
        let is_done =
            |step: &Step| step.verify.as_ref().is_some_and(|v| v.test(&weakest, &mut Trace::silent()).is_true());
        after.is_empty() && !before.is_empty() && before.iter().all(is_done)
    }

    /// The updates whose installation silences it.
    pub fn fixes(&self) -> impl Iterator<Item = &UpdateId> {
        self.fixed_by.iter().chain(&self.safe_with)
    }

    /// What its conditions name, those of its steps included.
    pub fn named<'a>(&'a self, report: &mut dyn FnMut(Name<'a>)) {
        let steps = self.steps().into_iter().flat_map(|steps| steps.before.iter().chain(&steps.after));
        let verified = steps.chain(&self.remedy).filter_map(|step| step.verify.as_ref());
        self.when.iter().chain(self.requires()).chain(verified).for_each(|condition| condition.names(report));
    }

    /// Whether one of its fixes is installed, or goes together with what is asked about.
    pub fn is_fixed(&self, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        if self.safe_with.iter().any(|company| on.goes_with(company)) {
            return Truth::True;
        }
        trace.any(self.fixes(), |fix, trace| on.installed_traced(fix, trace))
    }
}

impl TryFrom<AdvisoryFile> for Advisory {
    type Error = Flaws;

    fn try_from(mut file: AdvisoryFile) -> Result<Self, Flaws> {
        let mut flaws = Flaws::default();
        if file.title.trim().is_empty() {
            flaws.add(KeyPath::key("title"), "a title must not be empty: it is what the administrator reads");
        }
        let statement = file.statement(&mut flaws);
        let statement = flaws.or(statement)?;
        let AdvisoryFile { updates, builds, kinds, requires, triggers, steps, .. } = file;
        Ok(Self {
            statement,
            idle: Idle { updates, builds, kinds, requires, triggers, steps },
            schema: file.schema,
            id: file.id,
            title: file.title,
            severity: file.severity,
            confidence: file.confidence,
            status: file.status,
            harm: file.harm,
            published: file.published,
            acknowledged: file.acknowledged,
            published_source: file.published_source,
            updated: file.updated,
            aliases: file.aliases,
            affects: file.affects,
            when: file.when,
            fixed_by: file.fixed_by,
            safe_with: file.safe_with,
            symptoms: file.symptoms,
            impact: file.impact,
            cause: file.cause,
            remedy: file.remedy,
            references: file.references,
            notes: file.notes,
            overrides: file.overrides,
            survivors: file.survivors,
            cases: file.cases,
        })
    }
}

impl From<Advisory> for AdvisoryFile {
    fn from(advisory: Advisory) -> Self {
        Self {
            kind: advisory.kind(),
            updates: advisory.updates().to_vec(),
            builds: advisory.builds().to_vec(),
            kinds: advisory.kinds().to_vec(),
            requires: advisory.requires().cloned(),
            triggers: advisory.triggers().to_vec(),
            steps: advisory.steps().cloned(),
            schema: advisory.schema,
            id: advisory.id,
            title: advisory.title,
            severity: advisory.severity,
            confidence: advisory.confidence,
            status: advisory.status,
            harm: advisory.harm,
            published: advisory.published,
            acknowledged: advisory.acknowledged,
            published_source: advisory.published_source,
            updated: advisory.updated,
            aliases: advisory.aliases,
            affects: advisory.affects,
            when: advisory.when,
            fixed_by: advisory.fixed_by,
            safe_with: advisory.safe_with,
            symptoms: advisory.symptoms,
            impact: advisory.impact,
            cause: advisory.cause,
            remedy: advisory.remedy,
            references: advisory.references,
            notes: advisory.notes,
            overrides: advisory.overrides,
            survivors: advisory.survivors,
            cases: advisory.cases,
        }
    }
}
