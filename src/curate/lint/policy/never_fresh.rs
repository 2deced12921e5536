//! Age limits that nothing can meet.

use super::{Check, CheckedPolicy};
use crate::curate::lint::{Found, LintRule};
use crate::model::key_path::KeyPath;
use crate::model::period::Period;
use crate::policy::freshness::Stale;

/// The rule.
pub const RULE: LintRule<Check> =
    LintRule::error("never-fresh", "an age limit that makes everything stale, such as `inventory: 0d`", Check(check));

fn check(checked: &CheckedPolicy<'_>, found: &mut Found) {
    let freshness = &checked.policy.freshness;
    let result = match freshness.stale {
        Stale::Block => "nothing is ever approved",
        Stale::Note => "every decision carries the note",
    };
    let help = Some("write how old it may be, such as 7d for an inventory or 30d for advisories".to_owned());
    if freshness.inventory.is_zero() {
        let message = format!("every inventory is older than {}, so {result}", freshness.inventory);
        found.add(KeyPath::key("freshness").then("inventory"), message, help.clone());
    }
    // A database is dated by the day: in the evening it is most of a day old.
    if freshness.advisories < Period::days(1) {
        let message =
            format!("advisories are dated by the day, so that {} is too short: {result}", freshness.advisories);
        found.add(KeyPath::key("freshness").then("advisories"), message, help);
    }
}
