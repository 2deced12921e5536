//! Ends as the files write them: a moment, or a day, which lasts to its end.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use super::text::text;
use super::time::{Day, Moment, MomentError, end_of};

/// An end: `2027-01-04T00:00:00Z`, or a day, which belongs to what ends on it, in UTC.
#[derive(Clone, Copy, Debug)]
pub enum Deadline {
    /// This is the first moment after it.
    At(Moment),
    /// This is its last day.
    On(Day),
}

text!(Deadline, {
    "type": "string",
    "description": "2014-01-20T08:00:00Z, or a day, which lasts to its end",
    "pattern": r"^\d{4}-\d{2}-\d{2}"
});

impl Deadline {
    /// The first moment after it.
    pub fn timestamp(self) -> Timestamp {
        match self {
            Self::At(moment) => moment.timestamp(),
            Self::On(day) => end_of(day),
        }
    }
}

impl FromStr for Deadline {
    type Err = MomentError;

    fn from_str(text: &str) -> Result<Self, MomentError> {
        text.trim().parse().map(Self::On).or_else(|_| text.parse().map(Self::At))
    }
}

impl fmt::Display for Deadline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(moment) => moment.fmt(f),
            Self::On(day) => day.fmt(f),
        }
    }
}

/// By the moment: `2027-01-03` is the same end as `2027-01-04T00:00:00Z`.
impl PartialEq for Deadline {
    fn eq(&self, other: &Self) -> bool {
        self.timestamp() == other.timestamp()
    }
}

impl Eq for Deadline {}

impl PartialOrd for Deadline {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Deadline {
    fn cmp(&self, other: &Self) -> Ordering {
        self.timestamp().cmp(&other.timestamp())
    }
}
