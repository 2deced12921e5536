//! Advisories that were updated before they were published.

use super::{Check, Found, LintRule};
use crate::advisory::Advisory;
use crate::curate::corpus::Corpus;
use crate::model::key_path::KeyPath;

/// The rule.
pub const RULE: LintRule = LintRule::error(
    "updated-before-published",
    "an advisory that was updated before it was published",
    Check::Advisory(check),
)
.follows(&["published-in-future"]);

fn check(_: &Corpus<'_>, advisory: &Advisory, found: &mut Found) {
    if let Some(updated) = advisory.updated.filter(|updated| *updated < advisory.published) {
        let message = format!("`updated: {updated}` is before `published: {}`", advisory.published);
        found.add(KeyPath::key("updated"), message, None);
    }
}
