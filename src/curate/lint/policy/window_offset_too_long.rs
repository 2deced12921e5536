//! Offsets that lead past the next such day.

use jiff::civil::Weekday;

use super::windows::interval;
use super::{Check, CheckedPolicy, item};
use crate::curate::lint::{Found, LintRule};
use crate::policy::windows::Recurrence;

/// The rule.
pub const RULE: LintRule<Check> = LintRule::warning(
    "window-offset-too-long",
    "`+ Nd` leads past the next such day, such as `saturday + 7d`",
    Check(check),
);

fn check(checked: &CheckedPolicy<'_>, found: &mut Found) {
    for (index, window) in checked.windows() {
        let (every, days) = (&window.every, interval(&window.every));
        if u32::from(every.plus_days) < days {
            continue;
        }
        let message =
            format!("`{every}` leads past the next such day: `+ {}d` is {days} days or more", every.plus_days);
        let help = match every.nth {
            None => format!(
                "write `{}`",
                Recurrence { weekday: later(every.weekday, every.plus_days), plus_days: 0, ..*every }
            ),
            Some(_) => "count from a day of the same month".to_owned(),
        };
        found.add(item("windows", index).then("every"), message, Some(help));
    }
}

fn later(weekday: Weekday, days: u16) -> Weekday {
    weekday.wrapping_add(i64::from(days))
}
