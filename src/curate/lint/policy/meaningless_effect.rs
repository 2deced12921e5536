//! Effects that have no meaning for their kind.

use super::effects::kinds;
use super::{Check, CheckedPolicy};
use crate::curate::lint::{Found, LintRule};
use crate::policy::effects::Action;

/// The rule.
pub const RULE: LintRule<Check> = LintRule::warning(
    "meaningless-effect",
    "an effect that has no meaning for its kind, such as `known-bad: enforce`",
    Check(check),
);

fn check(checked: &CheckedPolicy<'_>, found: &mut Found) {
    let of_kinds = kinds(checked)
        .flat_map(|(path, kind, actions)| actions.map(|(severity, action)| (path.then(severity), kind, action)));
    for (path, kind, action) in of_kinds {
        if let Some((message, help)) = sense(kind, action) {
            found.add(path, message, Some(help.to_owned()));
        }
    }
}

/// What is wrong with an action for a kind, and what to write instead.
fn sense(kind: &str, action: Action) -> Option<(String, &'static str)> {
    match (kind, action) {
        ("prerequisite", Action::Block) => {
            let message =
                "`block` does the same as `enforce` here: an update whose prerequisite is pending still waits for it";
            Some((message.to_owned(), "write `enforce`, or hold the update"))
        }
        ("prerequisite", Action::Sequence) => {
            let message = "`sequence` lets the update go without what it needs, because it names nothing to wait for";
            Some((message.to_owned(), "write `enforce` (sequence, or block when no pending update helps), or `note`"))
        }
        ("prerequisite", _) => None,
        (kind, Action::Enforce) => {
            let message = format!("`enforce` is for prerequisites; for `{kind}` it does the same as `block`");
            Some((message, "write `block`"))
        }
        _ => None,
    }
}
