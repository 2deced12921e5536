//! Ids whose year is not that of the advisory's publication.

use super::{Check, Found, LintRule};
use crate::advisory::Advisory;
use crate::curate::corpus::Corpus;
use crate::model::key_path::KeyPath;

/// The rule.
pub const RULE: LintRule = LintRule::error(
    "id-not-year",
    "the year in an advisory's id is not the year of `published`",
    Check::Advisory(check),
);

fn check(_: &Corpus<'_>, advisory: &Advisory, found: &mut Found) {
    let year = advisory.published.year();
    if advisory.id.year() != Some(year) {
        let message =
            format!("the year in the id `{}` is not that of `published: {}`", advisory.id, advisory.published);
        found.add(KeyPath::key("id"), message, Some(format!("an advisory published in {year} is PG-{year}-NNNN")));
    }
}
