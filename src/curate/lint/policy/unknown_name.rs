//! Windows, holds and rules on absences for a server, group, pool or role that the fleet does not have.

use super::{Check, CheckedPolicy};
use crate::curate::lint::{Found, LintRule, selectors};

/// The rule.
pub const RULE: LintRule<Check> = selectors::unknown_name(Check(check));

fn check(checked: &CheckedPolicy<'_>, found: &mut Found) {
    if let Some(fleet) = checked.fleet {
        checked.selectors().for_each(|selector| fleet.find_unknown(selector.servers, &selector.at, found));
    }
}
