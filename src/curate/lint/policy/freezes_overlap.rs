//! Freezes that overlap.

use super::{Check, CheckedPolicy, item};
use crate::curate::lint::{Found, LintRule};
use crate::policy::freeze::Freeze;

/// The rule.
pub const RULE: LintRule<Check> =
    LintRule::warning("freezes-overlap", "a freeze that begins before another one ends", Check(check))
        .follows(&["freeze-past", "freeze-within-freeze"]);

fn check(checked: &CheckedPolicy<'_>, found: &mut Found) {
    for (index, freeze) in checked.freezes() {
        // With different exceptions, the time that two share is unlike either.
        let begins_in = |(_, other): &(usize, &Freeze)| {
            let begins = freeze.from.timestamp();
            let is_during = other.from < freeze.from && begins < other.to.timestamp() && other.to < freeze.to;
            is_during && other.except == freeze.except && other.trial == freeze.trial
        };
        if let Some((_, other)) = checked.freezes().find(begins_in) {
            let message =
                format!("freeze `{}` begins at {}, before freeze `{}` ends", freeze.name, freeze.from, other.name);
            let help = format!("begin it at {}, or write one freeze", other.to.timestamp());
            found.add(item("freeze", index).then("from"), message, Some(help));
        }
    }
}
