//! Freezes within others.

use super::{Check, CheckedPolicy, item};
use crate::curate::lint::{Found, LintRule};
use crate::policy::freeze::Freeze;

/// The rule.
pub const RULE: LintRule<Check> = LintRule::warning(
    "freeze-within-freeze",
    "a freeze that changes nothing, because another one holds all of its time",
    Check(check),
)
.follows(&["freeze-past"]);

fn check(checked: &CheckedPolicy<'_>, found: &mut Found) {
    for (index, freeze) in checked.freezes() {
        // Of two that are the same, the later one is told.
        let covers = |(other, wide): &(usize, &Freeze)| {
            *other != index && is_within(freeze, wide) && (*other < index || !is_within(wide, freeze))
        };
        if let Some((_, wide)) = checked.freezes().find(covers) {
            let message = format!("freeze `{}` lies within freeze `{}` and stops nothing more", freeze.name, wide.name);
            found.add(item("freeze", index), message, Some("take it out".to_owned()));
        }
    }
}

/// Whether one stops everything that another one stops, whenever it does.
fn is_within(narrow: &Freeze, wide: &Freeze) -> bool {
    wide.from <= narrow.from && narrow.to <= wide.to && wide.except.iter().all(|one| narrow.except.contains(one))
}
