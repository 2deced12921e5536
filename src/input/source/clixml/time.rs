//! Moments and days as exports write them: ISO, or the datetime of CIM with its offset in minutes.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::Offset;

use super::Problem;
use super::tree::value::Value;
use crate::model::time::Moment;

/// The moment of a property; nothing when it was not exported.
///
/// # Errors
/// When it is no moment. A time without an offset is somebody's local time, so it is none.
pub fn moment_of(object: Value<'_>, name: &str) -> Result<Option<Moment>, Problem> {
    let Some(value) = object.property(name) else { return Ok(None) };
    let text = value.text();
    let moment = cim(text.trim()).or_else(|| text.trim().parse().ok());
    match moment {
        Some(timestamp) => Ok(Some(Moment::from(timestamp))),
        None => Err(value.bad(&format!("`{name}`: expected a time with its offset"))),
    }
}

/// `20210929122136.101000-420`: local time, and the minutes it is ahead of UTC (DMTF DSP0004, datetime type).
fn cim(text: &str) -> Option<Timestamp> {
    let (digits, rest) = text.split_at_checked(14)?;
    let (micros, offset) = rest.strip_prefix('.')?.split_at_checked(6)?;
    let part = |from: usize, to: usize| number::<i8>(digits.get(from..to)?);
    let date = Date::new(number(digits.get(..4)?)?, part(4, 6)?, part(6, 8)?).ok()?;
    let nanos = number::<i32>(micros)?.checked_mul(1000)?;
    let time = Time::new(part(8, 10)?, part(10, 12)?, part(12, 14)?, nanos).ok()?;
    let (sign, minutes) = offset.split_at_checked(1)?;
    let minutes: i32 = number(minutes)?;
    let seconds = match sign {
        "+" => minutes.checked_mul(60)?,
        "-" => minutes.checked_mul(-60)?,
        _ => return None,
    };
    Offset::from_seconds(seconds).ok()?.to_timestamp(date.to_datetime(time)).ok()
}

fn number<T: std::str::FromStr>(digits: &str) -> Option<T> {
    let is_number = digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

/// The day of a text: `2020-02-27T00:00:00`, whatever its offset, or WMI's `2/27/2020`, month first in every culture.
pub fn day(text: &str) -> Option<Date> {
    if let Some(day) = text.get(..10).and_then(|day| day.parse().ok()) {
        return Some(day);
    }
    let mut parts = text.split_whitespace().next()?.split('/');
    let (month, day, year) = (number(parts.next()?)?, number(parts.next()?)?, number(parts.next()?)?);
    parts.next().is_none().then(|| Date::new(year, month, day).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::{cim, day};

    #[test]
    fn cim_datetimes_are_local_times_with_an_offset_in_minutes() {
        let utc = |text| cim(text).map(|moment| moment.to_string());
        assert_eq!(utc("20210929122136.101000-420").as_deref(), Some("2021-09-29T19:21:36.101Z"));
        assert_eq!(utc("20240229000000.000000+060").as_deref(), Some("2024-02-28T23:00:00Z"));
        for wrong in
            ["", "20210929", "20210929122136.101000-***", "20210931122136.101000+000", "2021092912213ä.101000-420"]
        {
            assert_eq!(utc(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn days_are_iso_or_month_first() {
        let iso = |text| day(text).map(|day| day.to_string());
        assert_eq!(iso("2020-02-27T00:00:00").as_deref(), Some("2020-02-27"));
        assert_eq!(iso("2/27/2020").as_deref(), Some("2020-02-27"));
        assert_eq!(iso("10/29/2018 12:00:00 AM").as_deref(), Some("2018-10-29"));
        for wrong in ["", "27/2/2020", "2/27", "01d5d5d5d5d5d5d5", "2/2/2020/2"] {
            assert_eq!(iso(wrong), None, "{wrong}");
        }
    }
}
