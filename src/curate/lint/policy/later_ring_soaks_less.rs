//! Rings that wait for a shorter time than those before them.

use super::{Check, CheckedPolicy, item};
use crate::curate::lint::{Found, LintRule};

/// The rule.
pub const RULE: LintRule<Check> =
    LintRule::warning("later-ring-soaks-less", "a ring that waits for a shorter time than one before it", Check(check));

fn check(checked: &CheckedPolicy<'_>, found: &mut Found) {
    let rings = &checked.policy.rings;
    for (index, ring) in rings.iter().enumerate() {
        let earlier = rings.iter().take(index).max_by_key(|earlier| earlier.soak);
        if let Some(earlier) = earlier.filter(|earlier| earlier.soak > ring.soak) {
            let message = format!(
                "ring `{}` waits {}, but `{}`, which goes before it, {}",
                ring.name, ring.soak, earlier.name, earlier.soak
            );
            let help = "list rings in order, from the first to get an update to the last".to_owned();
            found.add(item("rings", index).then("soak"), message, Some(help));
        }
    }
}
