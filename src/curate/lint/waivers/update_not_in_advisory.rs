//! Waivers for an update about which their advisory says nothing.

use super::{Check, CheckedWaivers, IDLE, LocatedWaiver};
use crate::curate::lint::selectors::MOST_LISTED;
use crate::curate::lint::{Found, LintRule};
use crate::diagnostic::did_you_mean;
use crate::model::wording::listed;

/// The rule.
pub const RULE: LintRule<Check> = LintRule::error(
    "update-not-in-advisory",
    "a waiver for an update about which its advisory says nothing",
    Check(check),
)
.of_group(IDLE);

fn check(checked: &CheckedWaivers<'_>, located: &LocatedWaiver<'_>, found: &mut Found) {
    let Some(advisory) = checked.advisory(located) else { return };
    // Hazards and required ones speak about servers; an advisory that goes by builds, about updates that it does not name.
    let Some(about) = advisory.statement.about().filter(|about| about.builds().is_empty()) else { return };
    let named = || about.updates().iter().map(|selector| selector.id.as_str());
    for (position, update) in located.waiver.updates.iter().flatten().enumerate() {
        if !named().any(|one| one == update.as_str()) {
            let message = format!("{} says nothing about {update}", advisory.id);
            let near = did_you_mean(update.as_str(), named());
            let help = near.unwrap_or_else(|| format!("it speaks about {}", listed(named(), MOST_LISTED)));
            found.add(located.path().then("updates").then(position), message, Some(help));
        }
    }
}
