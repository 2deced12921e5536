//! Freezes within others.

use super::{Check, CheckedPolicy, item};
use crate::curate::lint::{Found, LintRule};
use crate::policy::freeze::Freeze;

/// The rule.
pub const RULE: LintRule<Check> = LintRule::warning(
    "freeze-within-freeze",
    "a freeze without effect, because another one covers all of its time",
    Check(check),
)
.follows(&["freeze-past"]);

fn check(checked: &CheckedPolicy<'_>, found: &mut Found) {
    for (index, freeze) in checked.freezes() {
        // Of two equal ones, the later one is reported.
        let covers = |(other, wide): &(usize, &Freeze)| {
            *other != index && is_within(freeze, wide) && (*other < index || !is_within(wide, freeze))
        };
        if let Some((_, wide)) = checked.freezes().find(covers) {
            let message =
                format!("freeze `{}` lies within freeze `{}` and has no effect of its own", freeze.name, wide.name);
            found.add(item("freeze", index), message, Some("remove it".to_owned()));
        }
    }
}

/// Whether the wide one stops everything that the narrow one stops, at all of its times.
fn is_within(narrow: &Freeze, wide: &Freeze) -> bool {
    let is_during = wide.from <= narrow.from && narrow.to <= wide.to;
    is_during && (narrow.trial || !wide.trial) && wide.except.iter().all(|one| narrow.except.contains(one))
}
