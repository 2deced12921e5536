//! Reported advisories that have a stricter effect than confirmed ones.

use super::{Check, CheckedPolicy};
use crate::curate::lint::{Found, LintRule};
use crate::model::effect::Effect;
use crate::model::key_path::KeyPath;

/// The rule.
pub const RULE: LintRule<Check> = LintRule::warning(
    "reported-outweighs-confirmed",
    "an effect of reported advisories that is stricter than any kind's, and so never comes about",
    Check(check),
)
.follows(&["meaningless-effect"]);

fn check(checked: &CheckedPolicy<'_>, found: &mut Found) {
    let effects = &checked.policy.effects;
    let at = KeyPath::key("effects").then("reported");
    for (index, (severity, action)) in effects.reported.actions().into_iter().enumerate() {
        let of_kinds = effects.kinds().into_iter().filter_map(|(_, actions)| actions.get(index).copied());
        let most = of_kinds.map(|(_, action)| action.effect()).max().unwrap_or(Effect::Note);
        // One word for all severities says of none of them that it is meant.
        if checked.root.follow(["effects", "reported"]).get(severity).is_some() && action.effect() > most {
            let message = format!(
                "reported advisories of severity `{severity}` have the effect `{action}`, but no kind has more than `{most}`"
            );
            let help = format!("write `{most}`: what is only reported does no more than if it were confirmed");
            found.add(at.then(severity), message, Some(help));
        }
    }
}
