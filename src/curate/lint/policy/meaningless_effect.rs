//! Effects that have no meaning for their kind.

use super::effects::kinds;
use super::{Check, CheckedPolicy};
use crate::curate::lint::{Found, LintRule};
use crate::model::key_path::KeyPath;
use crate::policy::effects::Call;

/// The rule.
pub const RULE: LintRule<Check> = LintRule::warning(
    "meaningless-effect",
    "an effect that has no meaning for its kind, such as `known-bad: enforce`",
    Check(check),
);

fn check(checked: &CheckedPolicy<'_>, found: &mut Found) {
    let reported = (KeyPath::key("effects").then("reported"), "reported", checked.policy.effects.reported);
    let of_kinds =
        kinds(checked).flat_map(|(path, kind, calls)| calls.map(|(severity, call)| (path.then(severity), kind, call)));
    for (path, kind, call) in of_kinds.chain([reported]) {
        if let Some((message, help)) = sense(kind, call) {
            found.add(path, message, Some(help.to_owned()));
        }
    }
}

/// What is wrong with a call for a kind, and what to write instead.
fn sense(kind: &str, call: Call) -> Option<(String, &'static str)> {
    match (kind, call) {
        ("prerequisite", Call::Block) => {
            let message =
                "`block` does the same as `enforce` here: an update whose prerequisite is pending still waits for it";
            Some((message.to_owned(), "write `enforce`, or hold the update"))
        }
        ("prerequisite", Call::Sequence) => {
            let message = "`sequence` lets the update go without what it needs, because it names nothing to wait for";
            Some((message.to_owned(), "write `enforce` (sequence, or block when no pending update helps), or `note`"))
        }
        ("prerequisite", _) => None,
        (kind, Call::Enforce) => {
            let message = format!("`enforce` is for prerequisites; for `{kind}` it does the same as `block`");
            Some((message, "write `block`"))
        }
        _ => None,
    }
}
