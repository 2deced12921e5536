//! Pools of which no server may ever be away.

use super::{Check, CheckedPolicy, max_unavailable};
use crate::curate::lint::{Found, LintRule};
use crate::policy::pools::MaxUnavailable;

/// The rule.
pub const RULE: LintRule<Check> = LintRule::error(
    "pool-allows-nobody",
    "no server of a pool may ever be away, so that no update that restarts it is ever approved",
    Check(check),
);

fn check(checked: &CheckedPolicy<'_>, found: &mut Found) {
    let allowed = &checked.policy.pools.max_unavailable;
    let is_nobody = match allowed {
        MaxUnavailable::Number(_) | MaxUnavailable::Share(_) => allowed.allowed(100) == 0,
        MaxUnavailable::Table(table) => !table.is_empty() && table.values().all(|number| *number == 0),
    };
    if is_nobody {
        let message = "no server of a pool may ever be away: updates that restart it stay blocked".to_owned();
        found.add(max_unavailable(), message, Some("write 1, a share such as 25%, or a table by size".to_owned()));
    }
}
