//! A soak time of expedited updates that is no shorter than any ring's.

use super::{Check, CheckedPolicy};
use crate::curate::lint::{Found, LintRule};
use crate::model::key_path::KeyPath;

/// The rule.
pub const RULE: LintRule<Check> =
    LintRule::warning("expedited-never-shorter", "`soak.expedited` is not shorter than any ring's soak", Check(check));

fn check(checked: &CheckedPolicy<'_>, found: &mut Found) {
    let expedited = checked.policy.soak.expedited;
    let Some(longest) = checked.policy.rings.iter().max_by_key(|ring| ring.soak) else { return };
    // A default is not a mistake of the policy's author.
    if checked.states("soak", "expedited") && !longest.soak.is_zero() && expedited >= longest.soak {
        let message = format!(
            "expedited updates wait {expedited}, and no ring waits longer: `{}` waits {}",
            longest.name, longest.soak
        );
        let help = "an expedited update waits for the shorter of the two; write less than a ring's soak".to_owned();
        found.add(KeyPath::key("soak").then("expedited"), message, Some(help));
    }
}
