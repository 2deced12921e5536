//! Reported advisories that have a stricter effect than confirmed ones.

use super::effects::Actions;
use super::{Check, CheckedPolicy};
use crate::curate::lint::{Found, LintRule};
use crate::model::effect::Effect;
use crate::model::key_path::KeyPath;

/// The rule.
pub const RULE: LintRule<Check> = LintRule::warning(
    "reported-outweighs-confirmed",
    "advisories that are only reported have a stricter effect than confirmed ones ever have",
    Check(check),
)
.follows(&["meaningless-effect"]);

fn check(checked: &CheckedPolicy<'_>, found: &mut Found) {
    let effects = &checked.policy.effects;
    let most = |actions: &Actions| actions.iter().map(|(_, action)| action.effect()).max().unwrap_or(Effect::Note);
    let weaker: Vec<&str> = effects
        .kinds()
        .iter()
        .filter(|(_, actions)| most(actions) < effects.reported.effect())
        .map(|(kind, _)| *kind)
        .collect();
    if !weaker.is_empty() {
        let message = format!(
            "advisories that are only reported have the effect `{}`; confirmed ones of kind {} never have so strict a one",
            effects.reported,
            weaker.join(", ")
        );
        found.add(KeyPath::key("effects").then("reported"), message, Some("write `sequence` or `note`".to_owned()));
    }
}
