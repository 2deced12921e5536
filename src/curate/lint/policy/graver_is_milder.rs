//! Actions that are milder for what is more severe.

use super::effects::kinds;
use super::{Check, CheckedPolicy};
use crate::curate::lint::{Found, LintRule};

/// The rule.
pub const RULE: LintRule<Check> =
    LintRule::warning("graver-is-milder", "a graver severity calls for less than a lesser one", Check(check))
        .follows(&["meaningless-effect"]);

fn check(checked: &CheckedPolicy<'_>, found: &mut Found) {
    for (path, _, calls) in kinds(checked) {
        for ((severity, call), (lesser, stricter)) in calls.iter().zip(calls.iter().skip(1)) {
            if call.effect() < stricter.effect() {
                let message = format!("`{severity}` calls for `{call}`, but `{lesser}` for `{stricter}`");
                let help = format!("write at least `{stricter}` for `{severity}`; what is left out has the default");
                found.add(path.then(severity), message, Some(help));
            }
        }
    }
}
