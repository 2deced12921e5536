//! Windows, holds and rules on absences for no server of the fleet.

use super::{Check, CheckedPolicy, Selector};
use crate::curate::lint::{Found, LintRule, selectors};
use crate::diagnostic::Level;

/// The rule: they may be there for servers that are still to come.
pub const RULE: LintRule<Check> = selectors::matches_no_server(Level::Warning, Check(check));

fn check(checked: &CheckedPolicy<'_>, found: &mut Found) {
    if let Some(fleet) = checked.fleet {
        let all = checked.selectors();
        all.for_each(|Selector { what, at, servers }| fleet.find_nobody(what, servers, checked.policy, at, found));
    }
}
