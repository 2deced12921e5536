//! When windows open in the coming year: what the rules on windows share.

use super::CheckedPolicy;
use crate::policy::openings::{Opening, days_after};
use crate::policy::windows::{Recurrence, Window};

/// How far ahead windows are computed, in days: a year, with every month and both changes of the clocks.
pub(super) const AHEAD: i64 = 366;

/// The openings of a window in the coming year.
pub(super) fn openings(checked: &CheckedPolicy<'_>, window: &Window) -> Vec<Opening> {
    window.openings(checked.at, days_after(checked.at, AHEAD))
}

/// The shortest time between two openings, in days.
pub(super) fn interval(every: &Recurrence) -> u32 {
    if every.nth.is_some() { 28 } else { 7 }
}
