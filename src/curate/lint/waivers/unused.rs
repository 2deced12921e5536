//! Waivers that silence nothing.

use super::{Check, CheckedWaivers, IDLE, LocatedWaiver};
use crate::curate::lint::selectors::MOST_LISTED;
use crate::curate::lint::{Found, LintRule};
use crate::model::rule::Rule;
use crate::model::time::end_of;
use crate::model::wording::{counted, listed};
use crate::policy::waivers::{WaivedRule, Waives};

/// The rule.
pub const RULE: LintRule<Check> =
    LintRule::error("unused", "with -i and -p: a waiver that silences nothing on this fleet", Check(check))
        .follows(&[IDLE]);

fn check(checked: &CheckedWaivers<'_>, located: &LocatedWaiver<'_>, found: &mut Found) {
    if checked.silenced(located).is_none_or(|silenced| !silenced.is_nothing()) || waits_for_freeze(checked, located) {
        return;
    }
    let message = match checked.covered(located).as_slice() {
        [server] => format!("this waiver silences nothing on {}", server.name),
        servers => format!("this waiver silences nothing on any of its {}", counted(servers.len(), "server")),
    };
    found.add(located.path(), message, Some(help(located)));
}

fn help(located: &LocatedWaiver<'_>) -> String {
    match &located.waiver.updates {
        Some(updates) => {
            let updates = listed(updates.iter().map(|update| update.as_str()), MOST_LISTED);
            format!("remove it: {updates} is not pending there, or nothing of the kind speaks against it")
        }
        None => "remove it: nothing of the kind speaks against what is pending there".to_owned(),
    }
}

/// Whether it is for a freeze that is still to come while it holds.
fn waits_for_freeze(checked: &CheckedWaivers<'_>, located: &LocatedWaiver<'_>) -> bool {
    let end = end_of(located.waiver.expires);
    let comes = |from, to| checked.at < to && from < end;
    let mut freezes = checked.policy.freeze.iter();
    located.waiver.waives == Waives::Rule(WaivedRule::Of(Rule::Freeze))
        && freezes.any(|freeze| comes(freeze.from.timestamp(), freeze.to.timestamp()))
}
