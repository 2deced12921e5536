//! Tables of pool sizes with gaps.

use super::{Check, CheckedPolicy, max_unavailable};
use crate::curate::lint::{Found, LintRule};
use crate::policy::pools::MaxUnavailable;

/// The rule.
pub const RULE: LintRule<Check> = LintRule::warning(
    "pool-table-gap",
    "a table of pool sizes that skips sizes between two with different numbers",
    Check(check),
)
.follows(&["pool-allows-nobody"]);

fn check(checked: &CheckedPolicy<'_>, found: &mut Found) {
    let MaxUnavailable::Table(table) = &checked.policy.pools.max_unavailable else { return };
    if table.is_empty() {
        let message = "an empty table allows one server of each pool".to_owned();
        found.add(max_unavailable().then("table"), message, Some("write `max_unavailable: 1`".to_owned()));
    }
    for ((size, number), (next, other)) in table.iter().zip(table.iter().skip(1)) {
        if next - size > 1 && number != other {
            let sizes = between(*size, *next);
            let message = format!("no entry for {sizes}, between {number} for {size} and {other} for {next}");
            let help = format!("the entry of the next smaller size applies, {number}; write it out to be clear");
            found.add(max_unavailable().then("table").then(next), message, Some(help));
        }
    }
}

/// The sizes that a table skips.
fn between(size: usize, next: usize) -> String {
    match next - 1 {
        last if last == size + 1 => format!("size {last}"),
        last => format!("sizes {} to {last}", size + 1),
    }
}
