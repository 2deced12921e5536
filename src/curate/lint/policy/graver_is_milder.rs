//! Effects that are milder for a higher severity.

use super::effects::kinds;
use super::{Check, CheckedPolicy};
use crate::curate::lint::{Found, LintRule};

/// The rule.
pub const RULE: LintRule<Check> =
    LintRule::warning("graver-is-milder", "a higher severity that has a milder effect than a lower one", Check(check))
        .follows(&["meaningless-effect"]);

fn check(checked: &CheckedPolicy<'_>, found: &mut Found) {
    for (path, _, actions) in kinds(checked) {
        for ((severity, action), (lesser, stricter)) in actions.iter().zip(actions.iter().skip(1)) {
            if action.effect() < stricter.effect() {
                let message = format!("`{severity}` has the effect `{action}`, but `{lesser}` has `{stricter}`");
                let help = format!(
                    "write at least `{stricter}` for `{severity}`; a severity that is left out has its default"
                );
                found.add(path.then(severity), message, Some(help));
            }
        }
    }
}
