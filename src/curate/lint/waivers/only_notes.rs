//! Waivers that silence only notes.

use super::{Check, CheckedWaivers, IDLE, LocatedWaiver};
use crate::curate::lint::{Found, LintRule};

/// The rule.
pub const RULE: LintRule<Check> = LintRule::warning(
    "only-notes",
    "with -i and -p: a waiver that silences only notes, which hold nothing back",
    Check(check),
)
.follows(&[IDLE]);

fn check(checked: &CheckedWaivers<'_>, located: &LocatedWaiver<'_>, found: &mut Found) {
    if checked.silenced(located).is_some_and(|silenced| !silenced.is_nothing() && silenced.is_note) {
        let message = "this waiver silences only notes, which hold nothing back".to_owned();
        let help = "remove it: no verdict changes, and the note is shown again".to_owned();
        found.add(located.path(), message, Some(help));
    }
}
