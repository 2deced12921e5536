//! Lengths of time as the files write them: a number and `m`, `h` or `d`.

use std::fmt;
use std::str::FromStr;

use jiff::SignedDuration;

use super::text::text;

use super::wording::shorten;

/// A length of time: whole minutes, hours or days of 24 hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    minutes: u32,
}

text!(Period, {"type": "string", "pattern": "^[0-9]+[mhd]$", "description": "a number and m, h or d"});

/// The text is not a period.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a period: expected a number and m, h or d, such as 90m, 4h or 14d")]
pub struct PeriodError(String);

impl Period {
    /// A period of whole days.
    pub const fn days(days: u32) -> Self {
        Self { minutes: days.saturating_mul(24 * 60) }
    }

    /// As a duration.
    pub fn duration(self) -> SignedDuration {
        SignedDuration::from_mins(i64::from(self.minutes))
    }

    /// Whether it is no time at all.
    pub fn is_zero(self) -> bool {
        self.minutes == 0
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let error = || PeriodError(shorten(text));
        let (number, minutes) = [("m", 1), ("h", 60), ("d", 24 * 60)]
            .iter()
            .find_map(|(unit, minutes)| Some((text.trim().strip_suffix(unit)?, *minutes)))
            .ok_or_else(error)?;
        if !number.bytes().all(|b| b.is_ascii_digit()) {
            return Err(error());
        }
        let count: u32 = number.parse().map_err(|_| error())?;
        Ok(Self { minutes: count.checked_mul(minutes).ok_or_else(error)? })
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.minutes {
            m if m % (24 * 60) == 0 => write!(f, "{}d", m / (24 * 60)),
            m if m % 60 == 0 => write!(f, "{}h", m / 60),
            m => write!(f, "{m}m"),
        }
    }
}
