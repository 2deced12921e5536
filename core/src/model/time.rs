//! Moments as the files write them: a day, or a time with its offset; always compared in UTC.

use std::fmt;
use std::str::FromStr;

use super::text::text;
use super::truth::Truth;
use super::wording::shorten;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// A moment: `2014-01-20T08:00:00Z`, or a day, which means its first moment in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(Timestamp);

text!(Moment, {"type": "string", "description": "2014-01-20T08:00:00Z, or a day", "pattern": r"^\d{4}-\d{2}-\d{2}"});

/// The text is neither a time with an offset nor a day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a time: expected 2014-01-20T08:00:00Z or 2014-01-20")]
pub struct MomentError(String);

impl Moment {
    /// The instant.
    pub fn timestamp(self) -> Timestamp {
        self.0
    }
}

/// A day of the calendar, such as `2014-01-20`; where a moment is needed, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

text!(Day, {"type": "string", "format": "date"});

/// The text is not a day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a day: expected a form such as 2014-01-20")]
pub struct DayError(String);

impl Day {
    /// The first day of the calendar.
    pub const FIRST: Self = Self(Date::MIN);

    /// The days from 1970-01-01 to this one.
    pub fn number(self) -> i64 {
        self.0.duration_since(Date::constant(1970, 1, 1)).as_hours() / 24
    }

    /// The day of a number; none beyond the calendar's ends.
    pub fn numbered(number: i64) -> Option<Self> {
        Self(Date::constant(1970, 1, 1)).moved(number)
    }

    /// The day of a moment, in UTC.
    pub fn of(moment: Timestamp) -> Self {
        Self(moment.to_zoned(TimeZone::UTC).date())
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The day so many days later, or earlier; none beyond the calendar's ends.
    pub fn moved(self, days: i64) -> Option<Self> {
        self.0.checked_add(Span::new().try_days(days).ok()?).ok().map(Self)
    }
}

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        Self(date)
    }
}

impl FromStr for Day {
    type Err = DayError;

    fn from_str(text: &str) -> Result<Self, DayError> {
        let is_day = text.len() == 10;
        text.parse().ok().filter(|_| is_day).map(Self).ok_or_else(|| DayError(shorten(text)))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// When something was released: a day, or a month where no more is known than that.
///
/// Of a month, what waits for an age counts the last day, so that no wait ends too early.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Released {
    /// On this day.
    On(Day),
    /// In this month.
    In(Month),
}

text!(Released, {
    "type": "string",
    "description": "a day, or a month where the day is not known",
    "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?$"
});

/// A month of the calendar, such as `2014-01`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(Date);

/// The text is neither a day nor a month.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a day or month: expected a form such as 2014-01-20 or 2014-01")]
pub struct ReleasedError(String);

impl Month {
    /// A month by its numbers; none when there is no such month.
    pub fn new(year: i16, month: i8) -> Option<Self> {
        Date::new(year, month, 1).ok().map(Self)
    }

    /// The month of a day.
    pub fn of(day: Day) -> Self {
        Self(day.0.first_of_month())
    }
}

impl Released {
    /// The first day on which it can have been.
    pub fn first(self) -> Day {
        match self {
            Self::On(day) => day,
            Self::In(Month(first)) => Day(first),
        }
    }

    /// The last day on which it can have been.
    pub fn last(self) -> Day {
        match self {
            Self::On(day) => day,
            Self::In(Month(first)) => Day(first.last_of_month()),
        }
    }

    /// Whether it was before a day; unknown when the day is within the month.
    pub fn is_before(self, day: Day) -> Truth {
        if self.last() < day {
            Truth::True
        } else if self.first() >= day {
            Truth::False
        } else {
            Truth::Unknown
        }
    }

    /// Whether two tell the same, one perhaps more precisely.
    pub fn agrees(self, other: Self) -> bool {
        let has = |one: Self, other: Self| one.first() <= other.first() && other.last() <= one.last();
        has(self, other) || has(other, self)
    }

    /// The earlier of two; a day rather than its month.
    #[must_use]
    pub fn earlier(self, other: Self) -> Self {
        // The later first day is the more precise of two that end on the same.
        let key = |one: Self| (one.last(), std::cmp::Reverse(one.first()));
        if key(other) < key(self) { other } else { self }
    }

    /// The later of two; a day rather than its month.
    #[must_use]
    pub fn later(self, other: Self) -> Self {
        if self.agrees(other) { self.earlier(other) } else { std::cmp::max_by_key(self, other, |one| one.last()) }
    }
}

impl From<Day> for Released {
    fn from(day: Day) -> Self {
        Self::On(day)
    }
}

impl FromStr for Released {
    type Err = ReleasedError;

    fn from_str(text: &str) -> Result<Self, ReleasedError> {
        let month = || (text.len() == 7).then(|| format!("{text}-01").parse().ok()).flatten().map(Month::of);
        let day = text.parse::<Day>().ok().map(Self::On);
        day.or_else(|| month().map(Self::In)).ok_or_else(|| ReleasedError(shorten(text)))
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.year(), self.0.month())
    }
}

impl fmt::Display for Released {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::On(day) => day.fmt(f),
            Self::In(month) => month.fmt(f),
        }
    }
}

/// The first moment of a day in UTC.
pub fn start_of(day: Day) -> Timestamp {
    day.0.to_zoned(TimeZone::UTC).map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

/// The first moment after a day in UTC: what is valid to the end of that day ends here.
pub fn end_of(day: Day) -> Timestamp {
    day.0.tomorrow().map_or(Timestamp::MAX, |next| start_of(Day(next)))
}

impl From<Timestamp> for Moment {
    fn from(timestamp: Timestamp) -> Self {
        Self(timestamp)
    }
}

impl FromStr for Moment {
    type Err = MomentError;

    fn from_str(text: &str) -> Result<Self, MomentError> {
        let text = text.trim();
        if let Ok(timestamp) = text.parse::<Timestamp>() {
            return Ok(Self(timestamp));
        }
        // A time without an offset is somebody's local time: accepting it as UTC would be a guess.
        let day = text.parse().map(start_of).map(Self);
        day.map_err(|_: DayError| MomentError(shorten(text)))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
