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
        found.add(item("windows", index).then("every"), message, Some(help(every)));
    }
}

fn help(every: &Recurrence) -> String {
    match every.nth {
        None => {
            let weekday = later(every.weekday, every.plus_days);
            format!("write `{}`", Recurrence { weekday, plus_days: 0, ..*every })
        }
        Some(_) => "count from a day of the same month".to_owned(),
    }
}

fn later(weekday: Weekday, days: u16) -> Weekday {
    weekday.wrapping_add(i64::from(days))
}
