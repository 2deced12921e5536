//! Holds that no update can match.

use super::{Check, CheckedPolicy, item};
use crate::curate::lint::{Found, LintRule};
use crate::policy::hold::Glob;

/// The rule.
pub const RULE: LintRule<Check> = LintRule::warning(
    "hold-matches-nothing",
    "a hold that no update can match, such as a title without `*`",
    Check(check),
);

fn check(checked: &CheckedPolicy<'_>, found: &mut Found) {
    for (index, hold) in checked.holds() {
        if hold.classification.as_ref().is_some_and(Vec::is_empty) {
            let help = Some("name classifications, or leave the key out".to_owned());
            let message = "an empty list of classifications holds nothing".to_owned();
            found.add(item("hold", index).then("classification"), message, help);
        }
        if hold.products.as_ref().is_some_and(Vec::is_empty) {
            let help = Some("name products, or leave the key out".to_owned());
            found.add(item("hold", index).then("products"), "an empty list of products holds nothing".to_owned(), help);
        }
        let title = hold.title.as_ref().filter(|title| is_no_title(title.pattern()) && !is_pending(checked, title));
        if let Some(pattern) = title.map(Glob::pattern) {
            let message = format!("no update has `{pattern}` as its whole title");
            let help = Some(format!("to hold titles in which it occurs, write `*{}*`", pattern.trim()));
            found.add(item("hold", index).then("title"), message, help);
        }
    }
}

/// Whether a pattern is too little for a title: titles contain a number, of an article or a month, and are compared whole.
fn is_no_title(pattern: &str) -> bool {
    !pattern.contains(['*', '?', '[', '{']) && !pattern.chars().any(|c| c.is_ascii_digit())
}

fn is_pending(checked: &CheckedPolicy<'_>, title: &Glob) -> bool {
    let titles = checked.pending.unwrap_or_default().iter().filter_map(|update| update.title.as_deref());
    titles.into_iter().any(|one| title.matches(one))
}
