//! Waivers that expire too far ahead for anybody to foresee.

use super::{Check, CheckedWaivers, LocatedWaiver};
use crate::curate::lint::{Found, LintRule};
use crate::model::time::{Day, start_of};
use crate::policy::openings::days_after;

/// The rule.
pub const RULE: LintRule<Check> = LintRule::warning(
    "expires-late",
    "a waiver that expires more than 366 days ahead: waivers are meant to be renewed",
    Check(check),
)
.follows(&["longer-than-allowed"]);

/// In days.
const LONGEST: i64 = 366;

fn check(checked: &CheckedWaivers<'_>, located: &LocatedWaiver<'_>, found: &mut Found) {
    let last = Day::of(days_after(start_of(Day::of(checked.at)), LONGEST));
    if located.waiver.expires > last {
        let days = checked.days_left(located);
        let message = format!("this waiver expires on {}, in {days} days", located.waiver.expires);
        let help = format!("write {last} or earlier, and renew it then: a waiver is not a policy");
        found.add(located.path().then("expires"), message, Some(help));
    }
}
