//! Soak: how old an update must be before a ring gets it.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Ring;
use crate::model::pending::PendingUpdate;
use crate::model::period::Period;
use crate::model::time::{Released, start_of};

/// How updates age.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Soak {
    /// For updates that cannot wait: exploited, or wanted by a required advisory.
    pub expedited: Period,
    /// What the age is counted from.
    pub count_from: CountFrom,
}

/// What an update's age is counted from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CountFrom {
    /// The day of its first release.
    #[default]
    Release,
    /// The day its current revision was published.
    Revision,
}

impl Default for Soak {
    fn default() -> Self {
        Self { expedited: Period::days(2), count_from: CountFrom::Release }
    }
}

/// How an update's age compares with what its ring asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// Old enough.
    Soaked,
    /// Not before this moment.
    Until(Timestamp),
    /// Its day of release is not known.
    Unknown,
}

impl Soak {
    /// What the ring asks of the update; the shorter of two periods when it is expedited.
    pub fn period(&self, ring: &Ring, is_expedited: bool) -> Period {
        if is_expedited { ring.soak.min(self.expedited) } else { ring.soak }
    }

    /// Compares an update's age with a period.
    pub fn age(&self, update: &PendingUpdate, period: Period, at: Timestamp) -> Age {
        if period.is_zero() {
            return Age::Soaked;
        }
        let Some(released) = self.counted_from(update) else { return Age::Unknown };
        match start_of(released.last()).checked_add(period.duration()) {
            Ok(soaked) if soaked <= at => Age::Soaked,
            Ok(soaked) => Age::Until(soaked),
            Err(_) => Age::Until(Timestamp::MAX),
        }
    }

    fn counted_from(&self, update: &PendingUpdate) -> Option<Released> {
        match self.count_from {
            CountFrom::Release => update.released,
            CountFrom::Revision => update.revised.map(Released::On).or(update.released),
        }
    }
}
