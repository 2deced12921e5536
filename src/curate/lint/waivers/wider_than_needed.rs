//! Waivers of more servers, more updates or more certainty than they need.

use super::usage::Silenced;
use super::{Check, CheckedWaivers, LocatedWaiver};
use crate::curate::lint::selectors::MOST_LISTED;
use crate::curate::lint::{Found, LintRule};
use crate::model::wording::{counted, listed};
use crate::policy::waivers::Waives;

/// The rule.
pub const RULE: LintRule<Check> = LintRule::warning(
    "wider-than-needed",
    "with -i and -p: a waiver of servers or updates on which it silences nothing, or of more than the doubt",
    Check(check),
)
.follows(&["unknown-ring", "unknown-name", "update-not-in-advisory", "only-notes"]);

/// How many servers a hint names.
const MOST_NAMED: usize = 100;

fn check(checked: &CheckedWaivers<'_>, located: &LocatedWaiver<'_>, found: &mut Found) {
    if let Some(silenced) = checked.silenced(located).filter(|silenced| !silenced.is_nothing()) {
        servers(checked, located, silenced, found);
        updates(located, silenced, found);
        doubt(located, silenced, found);
    }
}

fn servers(checked: &CheckedWaivers<'_>, located: &LocatedWaiver<'_>, silenced: &Silenced, found: &mut Found) {
    let covered = checked.covered(located);
    let idle: Vec<&str> = covered
        .iter()
        .filter(|server| !silenced.servers.contains(&server.name))
        .map(|server| server.name.as_str())
        .collect();
    if !idle.is_empty() {
        let message = format!(
            "of {}, this waiver is needed on {}; it silences nothing on {}",
            counted(covered.len(), "server"),
            silenced.servers.len(),
            listed(idle, MOST_LISTED)
        );
        found.add(located.path().then("servers"), message, Some(narrower(silenced)));
    }
}

/// The servers that need it, in a form that can be copied; too long a list is no help.
fn narrower(silenced: &Silenced) -> String {
    let needed: Vec<&str> = silenced.servers.iter().map(|name| name.as_str()).collect();
    match needed.len() {
        number if number > MOST_NAMED => format!("write a narrower selector, of the {number} servers that need it"),
        _ => format!("write `servers: {{names: [{}]}}`", needed.join(", ")),
    }
}

fn updates(located: &LocatedWaiver<'_>, silenced: &Silenced, found: &mut Found) {
    let listed_updates = located.waiver.updates.as_deref().unwrap_or_default();
    let needed = silenced.updates.iter().map(|update| update.as_str()).collect::<Vec<_>>().join(", ");
    for (position, update) in
        listed_updates.iter().enumerate().filter(|(_, update)| !silenced.updates.contains(*update))
    {
        let message = format!("this waiver silences nothing for {update}");
        let help = format!("write `updates: [{needed}]`");
        found.add(located.path().then("updates").then(position), message, Some(help));
    }
}

fn doubt(located: &LocatedWaiver<'_>, silenced: &Silenced, found: &mut Found) {
    if let Waives::Advisory(id) = &located.waiver.waives
        && silenced.is_doubt
    {
        let message = format!("on none of these servers it is known that {id} applies: only the doubt is to be waived");
        let help = format!("write `rule: \"unknown:{id}\"`, so that it speaks should it turn out to apply");
        found.add(located.path().then("advisory"), message, Some(help));
    }
}
