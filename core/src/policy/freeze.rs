//! Freezes: times in which nothing is changed.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::deadline::Deadline;
use crate::model::time::Moment;

/// A time in which nothing is changed.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Freeze {
    /// Its name, for reports.
    pub name: String,
    /// Its first moment.
    pub from: Moment,
    /// Its end; a day belongs to it.
    pub to: Deadline,
    /// What may go nevertheless.
    #[serde(default)]
    pub except: Vec<Exception>,
    /// Whether it only tells what it would do.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub trial: bool,
}

/// What may go during a freeze.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Exception {
    /// Updates that are exploited, or that a required advisory or an exposure wants.
    Expedited,
}

impl Freeze {
    /// Whether it stops an update at a moment, or would if it were not on trial.
    pub fn stops(&self, is_expedited: bool, at: Timestamp) -> bool {
        let is_excepted = is_expedited && self.except.contains(&Exception::Expedited);
        !is_excepted && self.from.timestamp() <= at && at < self.to.timestamp()
    }
}
