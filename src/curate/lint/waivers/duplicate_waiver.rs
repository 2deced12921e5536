//! Waivers of what another one already waives.

use super::{Check, CheckedWaivers, LocatedWaiver};
use crate::curate::lint::{Found, LintRule};
use crate::policy::waivers::{WaivedRule, Waiver, Waives};

/// The rule.
pub const RULE: LintRule<Check> = LintRule::warning(
    "duplicate-waiver",
    "a waiver without effect, because another one waives the same for at least as long",
    Check(check),
)
.follows(&["expired"]);

fn check(checked: &CheckedWaivers<'_>, located: &LocatedWaiver<'_>, found: &mut Found) {
    let waiver = located.waiver;
    // Of two equal ones, the later one is reported.
    let covers = |other: &&LocatedWaiver<'_>| {
        other.number != located.number
            && other.waiver.is_valid(checked.at)
            && is_within(waiver, other.waiver)
            && (other.number < located.number || !is_within(other.waiver, waiver))
    };
    if let Some(other) = checked.waivers.iter().find(covers) {
        let file = match std::ptr::eq(other.file, located.file) {
            true => String::new(),
            false => format!(" of {}", other.file.source.path),
        };
        let (line, expires) = (other.line, other.waiver.expires);
        let message = format!("the waiver in line {line}{file} waives all of this, until {expires}");
        found.add(located.path(), message, Some("remove one of the two".to_owned()));
    }
}

/// Whether everything that the narrow one waives is waived by the wide one, for at least as long, going by their text.
fn is_within(narrow: &Waiver, wide: &Waiver) -> bool {
    let is_same = narrow.waives == wide.waives;
    let is_doubt_of = matches!((&narrow.waives, &wide.waives),
        (Waives::Rule(WaivedRule::Unknown(doubted)), Waives::Advisory(id)) if doubted == id);
    let updates = match (&narrow.updates, &wide.updates) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(narrow), Some(wide)) => narrow.iter().all(|update| wide.contains(update)),
    };
    (is_same || is_doubt_of) && updates && narrow.servers.is_within(&wide.servers) && narrow.expires <= wide.expires
}
