//! Waivers that silence nothing, or nothing that matters.

use super::{Check, Exceptions, IDLE, Stated};
use crate::curate::lint::selectors::{count, listed};
use crate::curate::lint::{Found, Rule};
use crate::diagnostic::Level;
use crate::model::time::end_of;
use crate::policy::waivers::{WaivedRule, Waives};

/// Waivers that silence nothing.
pub const RULE: Rule<Check> = Rule {
    code: "unused",
    level: Level::Error,
    about: "with -i and -p: a waiver that silences nothing on this fleet",
    follows: IDLE,
    check,
};

/// Waivers that silence only notes.
pub const ONLY_NOTES: Rule<Check> = Rule {
    code: "only-notes",
    level: Level::Warning,
    about: "with -i and -p: a waiver that silences only notes, which hold nothing back",
    follows: IDLE,
    check: only_notes,
};

fn check(exceptions: &Exceptions<'_>, stated: &Stated<'_>, found: &mut Found) {
    if exceptions.silenced(stated).is_none_or(|silenced| !silenced.is_nothing()) || waits_for_freeze(exceptions, stated)
    {
        return;
    }
    let message = match exceptions.covered(stated).as_slice() {
        [server] => format!("this waiver silences nothing on {}", server.name),
        servers => format!("this waiver silences nothing on any of its {}", count(servers.len(), "server")),
    };
    let help = match &stated.waiver.updates {
        Some(updates) => {
            let updates = listed(updates.iter().map(|update| update.as_str()));
            format!("take it out: {updates} is not pending there, or nothing of the kind speaks against it")
        }
        None => "take it out: nothing of the kind speaks against what is pending there".to_owned(),
    };
    found.add(stated.path(), message, Some(help));
}

/// Whether it is for a freeze that is still to come while it holds.
fn waits_for_freeze(exceptions: &Exceptions<'_>, stated: &Stated<'_>) -> bool {
    let end = end_of(stated.waiver.expires);
    let comes = |from, to| exceptions.at < to && from < end;
    let mut freezes = exceptions.policy.freeze.iter();
    stated.waiver.waives == Waives::Rule(WaivedRule::Freeze)
        && freezes.any(|freeze| comes(freeze.from.timestamp(), freeze.to.timestamp()))
}

fn only_notes(exceptions: &Exceptions<'_>, stated: &Stated<'_>, found: &mut Found) {
    if exceptions.silenced(stated).is_some_and(|silenced| !silenced.is_nothing() && silenced.is_note) {
        let message = "this waiver silences only notes, and these hold nothing back".to_owned();
        let help = "take it out: no verdict changes, and people read the note again".to_owned();
        found.add(stated.path(), message, Some(help));
    }
}
