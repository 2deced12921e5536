//! Holds within others.

use super::{Check, CheckedPolicy, item};
use crate::curate::lint::{Found, LintRule};
use crate::model::name::is_same;
use crate::policy::hold::{Glob, Hold};

/// The rule.
pub const RULE: LintRule<Check> = LintRule::warning(
    "hold-subsumed",
    "a hold without effect, because another one holds the same updates",
    Check(check),
)
.follows(&["hold-matches-nothing", "hold-matches-everything"]);

fn check(checked: &CheckedPolicy<'_>, found: &mut Found) {
    for (index, hold) in checked.holds() {
        // Of two equal ones, the later one is reported.
        let covers = |(other, wide): &(usize, &Hold)| {
            *other != index && is_within(hold, wide) && (*other < index || !is_within(wide, hold))
        };
        if let Some((other, _)) = checked.holds().find(covers) {
            let line = checked.root.follow(["hold", &other.to_string()]).place.line;
            let message = format!("the hold in line {line} already holds everything that this one does");
            found.add(item("hold", index), message, Some("remove it".to_owned()));
        }
    }
}

fn is_within(narrow: &Hold, wide: &Hold) -> bool {
    let classifications = match (&narrow.classification, &wide.classification) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(narrow), Some(wide)) => narrow.iter().all(|one| wide.contains(one)),
    };
    let titles = match (&narrow.title, &wide.title) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(narrow), Some(wide)) => is_title_within(narrow, wide),
    };
    classifications && titles
}

/// Whether every title that matches one pattern matches another. A pattern whose only wildcard is `*` matches the
/// wildcards of another one as it matches the letters that they stand for; other patterns are not compared.
fn is_title_within(narrow: &Glob, wide: &Glob) -> bool {
    let is_simple = |glob: &Glob, special: &[char]| !glob.pattern().contains(special);
    is_same(narrow.pattern(), wide.pattern())
        || (is_simple(wide, &['?', '[', '{', '\\'])
            && is_simple(narrow, &['[', '{', '\\'])
            && wide.matches(narrow.pattern()))
}
