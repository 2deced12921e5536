//! Holds that every update matches.

use super::{Check, CheckedPolicy, item};
use crate::curate::lint::{Found, LintRule};
use crate::policy::hold::{Glob, Hold};

/// The rule.
pub const RULE: LintRule<Check> =
    LintRule::error("hold-matches-everything", "a hold that every update matches", Check(check));

fn check(checked: &CheckedPolicy<'_>, found: &mut Found) {
    let is_all = |glob: &Glob| !glob.pattern().is_empty() && glob.pattern().chars().all(|c| c == '*');
    for (index, hold) in checked.holds() {
        let Hold { update, classification, title: _, products, servers, .. } = hold;
        let has_others = update.is_some() || classification.is_some() || products.is_some() || servers.is_some();
        if !has_others && hold.title.as_ref().is_some_and(is_all) {
            let message = "this holds every update: the gate never approves anything".to_owned();
            let help = Some("for a time without changes, write a `freeze`".to_owned());
            found.add(item("hold", index).then("title"), message, help);
        }
    }
}
