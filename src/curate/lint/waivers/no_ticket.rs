//! Waivers that no change record stands behind.

use super::{Check, Exceptions, Stated};
use crate::curate::lint::{Found, Rule};
use crate::diagnostic::Level;

/// The rule.
pub const RULE: Rule<Check> =
    Rule { code: "no-ticket", level: Level::Warning, about: "a waiver without a ticket", follows: &[], check };

fn check(_: &Exceptions<'_>, stated: &Stated<'_>, found: &mut Found) {
    let message = "this waiver has no ticket, so nobody can look up what was agreed";
    let help = Some("name the change record: `ticket: CHG-1234`".to_owned());
    match &stated.waiver.ticket {
        None => found.add(stated.path(), message.to_owned(), help),
        Some(ticket) if ticket.trim().is_empty() => found.add(stated.path().then("ticket"), message.to_owned(), help),
        Some(_) => {}
    }
}
