//! `date: {from: 2026-06-24}` (or `before: …`) holds when the day of decision, in UTC, is that day or later (or earlier).
//!
//! What is true of a server only until or since a day: a certificate of others that ends, a phase of a hardening, a
//! service that is switched off. It is known for every decision.

use super::Test;
use super::claim::{Accepts, Claim};
use super::name::Name;
use super::span::span;
use crate::model::fact::Fact;
use crate::model::hypothesis::Hypothesis;
use crate::model::key_path::KeyPath;
use crate::model::setting::Value;
use crate::model::time::Day;
use crate::model::trace::Trace;
use crate::model::truth::Truth;

span! {
    /// The day of decision is in a span; all given ends must hold.
    Date("date") of Day {
        /// This day or a later one.
        from,
        /// A day before this one.
        before,
    } else "a date needs `from` or `before`"
}

impl Date {
    /// Whether a day is in the span.
    fn contains(&self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && self.before.is_none_or(|before| day < before)
    }
}

impl Test for Date {
    fn test(&self, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        let today = Day::of(on.at());
        trace.read(|| Fact::At, || today.to_string());
        self.contains(today).into()
    }

    fn names<'a>(&'a self, report: &mut dyn FnMut(KeyPath, Name<'a>)) {
        if let Some(from) = self.from {
            report(KeyPath::key("from"), Name::Since(from));
        }
    }

    fn facts(&self, report: &mut dyn FnMut(Fact)) {
        report(Fact::At);
    }

    fn claim(&self) -> Claim<'_> {
        Claim::Value(Fact::At, self)
    }
}

/// Days as their numbers.
impl Accepts for Date {
    fn accepts(&self, value: &Value) -> Truth {
        value.number().and_then(|number| Day::numbered(number as i64)).map(|day| self.contains(day)).into()
    }

    fn turns(&self) -> Vec<Value> {
        let days = self.ends().chain([Day::FIRST]);
        days.map(|day| Value::Number(day.number() as f64)).collect()
    }
}
