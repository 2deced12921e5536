//! Holds that match no pending update.

use super::{Check, CheckedPolicy, item};
use crate::curate::lint::{Found, LintRule};
use crate::model::trace::Trace;
use crate::model::wording::counted;

/// The rule.
pub const RULE: LintRule<Check> =
    LintRule::warning("hold-idle", "with -p: a hold that matches no pending update", Check(check)).follows(&[
        "hold-matches-nothing",
        "hold-title-brackets",
        "hold-subsumed",
        "hold-past",
    ]);

fn check(checked: &CheckedPolicy<'_>, found: &mut Found) {
    let Some(pending) = checked.pending.filter(|pending| !pending.is_empty()) else { return };
    for (index, hold) in checked.holds() {
        if !pending.iter().any(|update| hold.concerns(update, &mut Trace::silent()).is_possible()) {
            let message = format!("this hold matches none of {}", counted(pending.len(), "pending update"));
            let help = Some(
                "it may be meant for other months; if not, compare it with the titles of the pending updates"
                    .to_owned(),
            );
            found.add(item("hold", index), message, help);
        }
    }
}
