//! Soak: how old an update must be before a ring gets it.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Ring;
use crate::model::id::UpdateId;
use crate::model::pending::{Classification, PendingUpdate};
use crate::model::period::Period;
use crate::model::time::{Released, start_of};

/// How updates age.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Soak {
    /// For updates that cannot wait, where it is shorter than the ring's.
    pub expedited: Period,
    /// What does not soak.
    pub except: Vec<Exemption>,
    /// Whether an update that mends another one soaks with it.
    pub repairs: Repairs,
    /// What the age is counted from.
    pub count_from: CountFrom,
}

/// Updates that do not soak.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exemption {
    /// One of these classifications.
    pub classification: Vec<Classification>,
    /// Whether it only tells what it would do.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub trial: bool,
}

/// From when an update soaks that was made to mend the fault of another one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Repairs {
    /// From the release of the one that it mends.
    #[default]
    Inherit,
    /// From its own, as every other update.
    Anew,
}

/// What an update's age is counted from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CountFrom {
    /// The day of its first release.
    #[default]
    Release,
    /// The day its current revision was published; not known where a revision is told without its day.
    Revision,
}

impl Default for Soak {
    fn default() -> Self {
        let except = vec![Exemption { classification: vec![Classification::Definition], trial: false }];
        Self { expedited: Period::days(2), except, repairs: Repairs::Inherit, count_from: CountFrom::Release }
    }
}

/// From when an update's age counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Since<'a> {
    /// The day, or the month.
    pub day: Released,
    /// The update that it mends, where the day is that one's.
    pub repaired: Option<&'a UpdateId>,
}

/// How an update's age compares with what its ring asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age<'a> {
    /// Old enough.
    Soaked,
    /// Not before this moment.
    Until(Timestamp, Since<'a>),
    /// The day from which it counts is not known.
    Unknown,
}

impl Exemption {
    /// Whether an update is known to be of these.
    pub fn frees(&self, update: &PendingUpdate) -> bool {
        update.classifications().iter().flatten().any(|one| self.classification.contains(one))
    }
}

impl Soak {
    /// What the ring asks of the update; the shorter of two periods when it is expedited.
    pub fn period(&self, ring: &Ring, is_expedited: bool) -> Period {
        if is_expedited { ring.soak.min(self.expedited) } else { ring.soak }
    }

    /// Whether an update need not soak.
    pub fn exempts(&self, update: &PendingUpdate) -> bool {
        self.except.iter().any(|one| !one.trial && one.frees(update))
    }

    /// From when an update counts, which mends the faults of these, released on these days.
    pub fn since<'a>(
        &self,
        update: &PendingUpdate,
        mends: impl Iterator<Item = (&'a UpdateId, Option<Released>)>,
    ) -> Option<Since<'a>> {
        let own = self.counted_from(update).map(|day| Since { day, repaired: None });
        let inherited = (self.repairs == Repairs::Inherit).then(|| inherited(mends)).flatten();
        inherited.or(own)
    }

    /// Compares an update's age with a period.
    pub fn age<'a>(&self, since: Option<Since<'a>>, period: Period, at: Timestamp) -> Age<'a> {
        if period.is_zero() {
            return Age::Soaked;
        }
        let Some(since) = since else { return Age::Unknown };
        match start_of(since.day.last()).checked_add(period.duration()) {
            Ok(soaked) if soaked <= at => Age::Soaked,
            Ok(soaked) => Age::Until(soaked, since),
            Err(_) => Age::Until(Timestamp::MAX, since),
        }
    }

    fn counted_from(&self, update: &PendingUpdate) -> Option<Released> {
        match (self.count_from, update.revised) {
            (CountFrom::Release, _) => update.released,
            (CountFrom::Revision, Some(revised)) => Some(Released::On(revised)),
            (CountFrom::Revision, None) => update.released.filter(|_| update.revision.is_none()),
        }
    }
}

/// The last of the days of what is mended; none where one of them is not known, for doubt shortens no wait.
fn inherited<'a>(mends: impl Iterator<Item = (&'a UpdateId, Option<Released>)>) -> Option<Since<'a>> {
    let known = mends.map(|(id, day)| Some(Since { day: day?, repaired: Some(id) }));
    known.collect::<Option<Vec<_>>>()?.into_iter().max_by_key(|since| (since.day.last(), since.repaired))
}
