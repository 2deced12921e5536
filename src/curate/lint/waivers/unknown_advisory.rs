//! Waivers of an advisory that does not exist.

use super::{Check, CheckedWaivers, IDLE, LocatedWaiver};
use crate::curate::lint::{Found, LintRule};
use crate::diagnostic::did_you_mean;

/// The rule.
pub const RULE: LintRule<Check> =
    LintRule::error("unknown-advisory", "a waiver that names an advisory that does not exist", Check(check))
        .of_group(IDLE);

fn check(checked: &CheckedWaivers<'_>, located: &LocatedWaiver<'_>, found: &mut Found) {
    let Some(id) = located.waiver.subject().filter(|_| checked.advisory(located).is_none()) else { return };
    let known = checked.database.advisories();
    let near = did_you_mean(id.as_str(), known.iter().map(|advisory| advisory.id.as_str()));
    let help = near
        .unwrap_or_else(|| format!("it is none of the {} that are known; name your own database with -a", known.len()));
    found.add(located.advisory_path(), format!("no advisory has the id `{id}`"), Some(help));
}
