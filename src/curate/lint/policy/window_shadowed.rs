//! Windows that are open only while another one is.

use super::windows::openings;
use super::{Check, CheckedPolicy, item};
use crate::curate::lint::{Found, LintRule};
use crate::policy::openings::Opening;
use crate::policy::windows::Window;

/// The rule.
pub const RULE: LintRule<Check> = LintRule::warning(
    "window-shadowed",
    "a window without effect, because another one is open for the same servers at those times",
    Check(check),
)
.follows(&["window-never-opens"]);

fn check(checked: &CheckedPolicy<'_>, found: &mut Found) {
    let all: Vec<(usize, &Window, Vec<Opening>)> =
        checked.windows().map(|(index, window)| (index, window, openings(checked, window))).collect();
    for (index, window, openings) in &all {
        let is_within = |narrow: (&Window, &[Opening]), wide: (&Window, &[Opening])| {
            narrow.0.servers.is_within(&wide.0.servers) && are_within(narrow.1, wide.1)
        };
        let this = (*window, openings.as_slice());
        // Of two equal ones, the later one is reported.
        let covers = |(position, other, times): &&(usize, &Window, Vec<Opening>)| {
            let other = (*other, times.as_slice());
            position != index && is_within(this, other) && (position < index || !is_within(other, this))
        };
        if let Some((other, ..)) = all.iter().find(covers) {
            let line = checked.root.follow(["windows", &other.to_string()]).place.line;
            let message = format!("whenever this window is open, the one in line {line} is open for the same servers");
            found.add(item("windows", *index), message, Some("remove it".to_owned()));
        }
    }
}

/// Whether each opening lies within one of others; both are in order.
fn are_within(narrow: &[Opening], wide: &[Opening]) -> bool {
    narrow.iter().all(|opening| {
        let begun = wide.partition_point(|one| one.from <= opening.from);
        wide.iter().take(begun).any(|one| one.contains(opening))
    })
}
