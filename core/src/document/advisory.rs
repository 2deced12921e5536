//! Advisories as curators read them: those that fit a search, and each with what is known of its updates.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

pub use crate::advisory::{Advisory, Confidence, Kind, Status, Step, Trigger};
use crate::model::catalogue::UpdateKnowledge;
use crate::model::id::{AdvisoryId, ProductId, UpdateId};
use crate::model::severity::Severity;
use crate::model::time::Day;

/// The advisories that fit a search; as JSON the list of them.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct Listing {
    /// Those that fit, by id.
    pub entries: Vec<Entry>,
    /// How many were searched.
    #[serde(skip)]
    pub searched: usize,
}

/// What a list says of one advisory.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// Its id.
    pub id: AdvisoryId,
    /// What breaks, where, in one line.
    pub title: Arc<str>,
    /// What kind of statement it is.
    pub kind: Kind,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// Whether it is in force.
    pub status: Status,
    /// The day it was publicly known.
    pub published: Day,
    /// The day of its last change.
    pub updated: Day,
    /// The products that it names, in its selectors and in its conditions.
    pub products: BTreeSet<ProductId>,
    /// The updates that it names as what it speaks about.
    pub updates: Vec<UpdateId>,
}

/// Advisories to be read one after the other.
#[derive(Clone, Debug)]
pub struct Sheets(pub Vec<Sheet>);

/// An advisory with what is known of the updates that it names.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The advisory.
    pub advisory: Advisory,
    /// What the database knows of the updates that it speaks about.
    pub known: BTreeMap<UpdateId, UpdateKnowledge>,
}
