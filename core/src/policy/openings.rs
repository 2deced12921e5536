//! When a window is open: its days and local time as moments.

use jiff::civil::Date;
use jiff::tz::AmbiguousOffset;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::windows::{Nth, Recurrence, Window};

/// One time that a window is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Its first moment.
    pub from: Timestamp,
    /// The first moment after it.
    pub to: Timestamp,
}

impl Opening {
    /// Whether another one lies within it.
    pub fn contains(&self, other: &Self) -> bool {
        self.from <= other.from && other.to <= self.to
    }
}

impl Recurrence {
    /// Whether it comes on a day.
    pub fn is_on(&self, day: Date) -> bool {
        let Ok(counted) = day.checked_sub(i64::from(self.plus_days).days()) else { return false };
        let is_nth = match self.nth {
            None => true,
            Some(Nth::From1(n)) => (counted.day() - 1) / 7 + 1 == n,
            Some(Nth::Last) => counted.day() + 7 > counted.days_in_month(),
        };
        counted.weekday() == self.weekday && is_nth
    }
}

impl Window {
    /// The times that it opens from one moment up to another, in order. A local time that the clock change leaves out does
    /// not come (RFC 5545, section 3.3.10); of one that comes twice it is the first.
    pub fn openings(&self, from: Timestamp, until: Timestamp) -> Vec<Opening> {
        let zone = self.tz.value();
        let opening = |day: Date| {
            let local = zone.to_ambiguous_timestamp(day.to_datetime(*self.at.value()));
            let start = if is_left_out(local.offset()) { None } else { local.compatible().ok() }?;
            let to = start.checked_add(self.length.duration()).unwrap_or(Timestamp::MAX);
            let opening = Opening { from: start, to };
            (from <= start && start < until).then_some(opening)
        };
        self.days(from, until).into_iter().filter_map(opening).collect()
    }

    /// The days from one moment up to another on which the clock change leaves out the time that it would open.
    pub fn left_out(&self, from: Timestamp, until: Timestamp) -> Vec<Date> {
        let zone = self.tz.value();
        let is_lost = |day: &Date| is_left_out(zone.to_ambiguous_timestamp(day.to_datetime(*self.at.value())).offset());
        self.days(from, until).into_iter().filter(is_lost).collect()
    }

    /// The local days that touch a time.
    fn days(&self, from: Timestamp, until: Timestamp) -> Vec<Date> {
        let local = |moment: Timestamp| self.tz.value().to_datetime(moment).date();
        let mut days = Vec::new();
        let (mut day, last) = (local(from), local(until));
        while day <= last {
            days.extend(self.every.is_on(day).then_some(day));
            match day.tomorrow() {
                Ok(next) => day = next,
                Err(_) => break,
            }
        }
        days
    }
}

fn is_left_out(offset: AmbiguousOffset) -> bool {
    matches!(offset, AmbiguousOffset::Gap { .. })
}

/// A moment so many days later, or the last one there is.
pub fn days_after(moment: Timestamp, days: i64) -> Timestamp {
    moment.checked_add(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MAX)
}
