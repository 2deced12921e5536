//! Waivers of an advisory that never speaks.

use super::{Check, CheckedWaivers, IDLE, LocatedWaiver};
use crate::advisory::Status;
use crate::curate::lint::{Found, LintRule};

/// The rule.
pub const RULE: LintRule<Check> = LintRule::error(
    "silent-advisory",
    "a waiver of an advisory that never speaks, because it is withdrawn or a draft",
    Check(check),
)
.of_group(IDLE);

fn check(checked: &CheckedWaivers<'_>, located: &LocatedWaiver<'_>, found: &mut Found) {
    let Some(advisory) = checked.advisory(located) else { return };
    let word = match advisory.status {
        Status::Active => return,
        Status::Draft => "a draft",
        Status::Trial => "on trial",
        Status::Withdrawn => "withdrawn",
    };
    let message = format!("{} is {word} and has no effect, so there is nothing to waive", advisory.id);
    found.add(located.advisory_path(), message, Some("remove the waiver".to_owned()));
}
