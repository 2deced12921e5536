//! An advisory split by who reads what of it: a new field does not compile until somebody says whose it is.

use std::mem::take;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::case::{Case, Survivor};
use super::{Advisory, Step, Symptoms};
use crate::model::id::AdvisoryId;
use crate::model::time::Day;

/// An advisory in four parts.
#[derive(Clone, Debug)]
pub struct Split {
    /// What verdicts follow from: the advisory without the other parts.
    pub verdict: Advisory,
    /// What decisions show or count; no verdict follows from it.
    pub shown: Shown,
    /// What no decision reads.
    pub prose: Prose,
    /// What proves it; only its curators read that.
    pub proofs: Proofs,
}

/// What decisions show or count of an advisory; no verdict follows from it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// What breaks, where, in one line.
    pub title: Arc<str>,
    /// Other names.
    pub aliases: Vec<String>,
    /// The day on which the vendor confirmed it.
    pub acknowledged: Option<Day>,
    /// The day of its last change.
    pub updated: Option<Day>,
    /// The steps that make it safe.
    pub remedy: Vec<Step>,
    /// Where this is documented.
    pub references: Arc<[String]>,
    /// The id of the advisory that it replaces.
    pub overrides: Option<AdvisoryId>,
}

/// What an advisory tells people who look it up; no decision reads it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Prose {
    /// What it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub impact: Option<String>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// How it shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symptoms: Option<Symptoms>,
    /// What proves the day it was publicly known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published_source: Option<String>,
    /// What a curator should know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
}

/// What proves an advisory.
#[derive(Clone, Debug)]
pub struct Proofs {
    /// Servers and what it says about them.
    pub cases: Vec<Case>,
    /// Faults that no case has to notice.
    pub survivors: Vec<Survivor>,
}

impl Advisory {
    /// Splits it.
    pub fn split(mut self) -> Split {
        let Self {
            // What verdicts follow from stays.
            schema: _,
            id: _,
            statement: _,
            idle: _,
            severity: _,
            confidence: _,
            status: _,
            harm: _,
            published: _,
            affects: _,
            when: _,
            fixed_by: _,
            safe_with: _,
            title,
            aliases,
            acknowledged,
            updated,
            remedy,
            references,
            overrides,
            impact,
            cause,
            symptoms,
            published_source,
            notes,
            cases,
            survivors,
        } = &mut self;
        let shown = Shown {
            title: take(title),
            aliases: take(aliases),
            acknowledged: take(acknowledged),
            updated: take(updated),
            remedy: take(remedy),
            references: take(references),
            overrides: take(overrides),
        };
        let prose = Prose {
            impact: take(impact),
            cause: take(cause),
            symptoms: take(symptoms),
            published_source: take(published_source),
            notes: take(notes),
        };
        let proofs = Proofs { cases: take(cases), survivors: take(survivors) };
        Split { verdict: self, shown, prose, proofs }
    }

    /// The advisory with what decisions show of it.
    #[must_use]
    pub fn with_shown(self, shown: Shown) -> Self {
        let Shown { title, aliases, acknowledged, updated, remedy, references, overrides } = shown;
        Self { title, aliases, acknowledged, updated, remedy, references, overrides, ..self }
    }

    /// The advisory with what it tells people.
    #[must_use]
    pub fn with_prose(self, prose: Prose) -> Self {
        let Prose { impact, cause, symptoms, published_source, notes } = prose;
        Self { impact, cause, symptoms, published_source, notes, ..self }
    }
}
