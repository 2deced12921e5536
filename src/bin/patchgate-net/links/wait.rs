//! How long a host is left alone.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;

/// The pause after so many troubles in a row: twice the one before, up to the longest.
pub fn backoff(first: Duration, longest: Duration, troubles: usize) -> Duration {
    let doublings = u32::try_from(troubles.saturating_sub(1)).unwrap_or(u32::MAX);
    first.saturating_mul(2_u32.saturating_pow(doublings)).min(longest)
}

/// What `Retry-After` asks for (RFC 9110, section 10.2.3): a number of seconds, or a date, which counts from the
/// server's own `Date`, because its clock may not be ours.
pub fn asked(retry_after: &str, date: Option<&str>, now: Timestamp) -> Option<Duration> {
    let text = retry_after.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let moment = |text: &str| DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text.trim()).ok();
    let here = date.and_then(moment).unwrap_or(now);
    // A date that is past asks for no wait.
    Some(moment(text)?.duration_since(here).try_into().unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::{asked, backoff};
    use jiff::Timestamp;
    use std::time::Duration;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let wait = |troubles| backoff(Duration::from_secs(1), Duration::from_secs(10), troubles).as_secs();
        assert_eq!([0, 1, 2, 3, 4, 5, usize::MAX].map(wait), [1, 1, 2, 4, 8, 10, 10]);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = Timestamp::UNIX_EPOCH;
        let seconds = |text, date| asked(text, date, now).map(|wait| wait.as_secs());
        assert_eq!(seconds(" 120 ", None), Some(120));
        assert_eq!(seconds("99999999999999999999999", None), Some(u64::MAX));
        assert_eq!(seconds("Thu, 01 Jan 1970 00:01:00 GMT", None), Some(60));
        let date = Some("Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(seconds("Sun, 06 Nov 1994 08:49:40 GMT", date), Some(3));
        assert_eq!(seconds("Sun, 06 Nov 1994 08:49:30 GMT", date), Some(0));
        for wrong in ["", "soon", "-1", "1.5"] {
            assert_eq!(seconds(wrong, date), None, "{wrong}");
        }
    }
}
