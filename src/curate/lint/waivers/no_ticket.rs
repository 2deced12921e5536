//! Waivers without a change record.

use super::{Check, CheckedWaivers, LocatedWaiver};
use crate::curate::lint::{Found, LintRule};

/// The rule.
pub const RULE: LintRule<Check> = LintRule::warning("no-ticket", "a waiver without a ticket", Check(check));

fn check(_: &CheckedWaivers<'_>, located: &LocatedWaiver<'_>, found: &mut Found) {
    let message = "this waiver has no ticket, so nobody can look up what was agreed";
    let help = Some("name the change record: `ticket: CHG-1234`".to_owned());
    match &located.waiver.ticket {
        None => found.add(located.path(), message.to_owned(), help),
        Some(ticket) if ticket.trim().is_empty() => found.add(located.path().then("ticket"), message.to_owned(), help),
        Some(_) => {}
    }
}
