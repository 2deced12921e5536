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
    let all: Vec<Opened<'_>> = checked
        .windows()
        .map(|(index, window)| Opened { index, window, openings: openings(checked, window) })
        .collect();
    for this in &all {
        if let Some(other) = all.iter().find(|other| other.covers(this)) {
            let line = checked.root.follow(["windows", &other.index.to_string()]).place.line;
            let message = format!("whenever this window is open, the one in line {line} is open for the same servers");
            found.add(item("windows", this.index), message, Some("remove it".to_owned()));
        }
    }
}

/// A window and when it is open.
struct Opened<'a> {
    index: usize,
    window: &'a Window,
    openings: Vec<Opening>,
}

impl Opened<'_> {
    /// Whether another one has no effect beside this one; of two equal ones, it is the later one that has none.
    fn covers(&self, other: &Self) -> bool {
        self.index != other.index && other.is_within(self) && (self.index < other.index || !self.is_within(other))
    }

    fn is_within(&self, wide: &Self) -> bool {
        self.window.servers.is_within(&wide.window.servers) && are_within(&self.openings, &wide.openings)
    }
}

/// Whether each opening lies within one of others; both are in order.
fn are_within(narrow: &[Opening], wide: &[Opening]) -> bool {
    narrow.iter().all(|opening| {
        let begun = wide.partition_point(|one| one.from <= opening.from);
        wide.iter().take(begun).any(|one| one.contains(opening))
    })
}
