//! Maintenance windows: when servers may be changed. They are checked here and used by the plan.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::servers::Servers;
use crate::model::period::Period;
use crate::model::text::text;
use crate::model::wording::shorten;

/// A window that comes again and again.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// The servers it is for.
    pub servers: Servers,
    /// The days it opens.
    pub every: Recurrence,
    /// The local time it opens.
    pub at: Clock,
    /// How long it is open.
    #[serde(rename = "for")]
    pub length: Period,
    /// The time zone of the local time.
    pub tz: Zone,
}

/// Days: `saturday`, `second tuesday`, `last friday`, each with `+ 4d` if need be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recurrence {
    /// Which of the month's such weekdays; `None` means every week.
    pub nth: Option<Nth>,
    /// The weekday.
    pub weekday: Weekday,
    /// So many days later.
    pub plus_days: u16,
}

text!(Recurrence, {"type": "string", "description": "saturday, second tuesday, last friday or second tuesday + 4d"});

/// Which of a month's weekdays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nth {
    /// Counted from the month's first, from 1.
    From1(i8),
    /// The month's last.
    Last,
}

/// The text names no days.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a recurrence: expected `saturday`, `second tuesday`, `last friday` or `second tuesday + 4d`")]
pub struct RecurrenceError(String);

const ORDINALS: [(&str, Nth); 6] = [
    ("first", Nth::From1(1)),
    ("second", Nth::From1(2)),
    ("third", Nth::From1(3)),
    ("fourth", Nth::From1(4)),
    ("fifth", Nth::From1(5)),
    ("last", Nth::Last),
];

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

impl FromStr for Recurrence {
    type Err = RecurrenceError;

    fn from_str(text: &str) -> Result<Self, RecurrenceError> {
        let error = || RecurrenceError(shorten(text));
        let (days, plus) = text.split_once('+').map_or((text, None), |(days, plus)| (days, Some(plus)));
        let plus_days = match plus {
            None => 0,
            Some(plus) => plus.trim().strip_suffix('d').and_then(|n| n.trim().parse().ok()).ok_or_else(error)?,
        };
        let lower = days.to_ascii_lowercase();
        let words: Vec<&str> = lower.split_whitespace().collect();
        let (nth, weekday) = match words.as_slice() {
            [weekday] => (None, *weekday),
            [nth, weekday] => (Some(lookup(&ORDINALS, nth).ok_or_else(error)?), *weekday),
            _ => return Err(error()),
        };
        Ok(Self { nth, weekday: lookup(&WEEKDAYS, weekday).ok_or_else(error)?, plus_days })
    }
}

fn lookup<T: Copy>(words: &[(&str, T)], word: &str) -> Option<T> {
    words.iter().find(|(name, _)| *name == word).map(|(_, value)| *value)
}

impl fmt::Display for Recurrence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nth = self.nth.and_then(|nth| ORDINALS.iter().find(|(_, one)| *one == nth));
        if let Some((word, _)) = nth {
            write!(f, "{word} ")?;
        }
        if let Some((word, _)) = WEEKDAYS.iter().find(|(_, one)| *one == self.weekday) {
            f.write_str(word)?;
        }
        if self.plus_days > 0 {
            write!(f, " + {}d", self.plus_days)?;
        }
        Ok(())
    }
}

/// A value that is kept with the text that it was parsed from.
macro_rules! parsed_text {
    ($(#[$doc:meta])* $name:ident($inner:ty), $parse:expr, $expected:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            text: String,
            value: $inner,
        }

        text!($name, {"type": "string", "description": $expected});

        impl $name {
            /// The value.
            pub fn value(&self) -> &$inner {
                &self.value
            }
        }

        impl FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                let parse: fn(&str) -> Option<$inner> = $parse;
                match parse(text) {
                    Some(value) => Ok(Self { text: text.to_owned(), value }),
                    None => Err(format!("`{}` is not {}", shorten(text), $expected)),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.text)
            }
        }
    };
}

parsed_text!(
    /// A local time of day.
    Clock(Time), |text| Time::strptime("%H:%M", text).ok(), "a time of day: expected hours and minutes, such as \"22:00\""
);
parsed_text!(
    /// A time zone of the IANA database.
    Zone(TimeZone), |text| TimeZone::get(text).ok(), "a time zone: expected a name such as Europe/Berlin or UTC"
);
