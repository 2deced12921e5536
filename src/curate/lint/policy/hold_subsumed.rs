//! Holds within others.

use super::{Check, CheckedPolicy, item};
use crate::curate::lint::{Found, LintRule};
use crate::model::name::is_same;
use crate::policy::hold::{Glob, Hold};
use crate::policy::servers::Servers;

/// The rule.
pub const RULE: LintRule<Check> = LintRule::warning(
    "hold-subsumed",
    "a hold without effect, because another one holds the same updates",
    Check(check),
)
.follows(&["hold-matches-nothing", "hold-matches-everything", "hold-past"]);

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

/// Whether the wide one holds everything that the narrow one holds, everywhere where it does and for as long.
fn is_within(narrow: &Hold, wide: &Hold) -> bool {
    is_narrower(&narrow.update, &wide.update, PartialEq::eq)
        && is_narrower(&narrow.classification, &wide.classification, |narrow, wide| is_part(narrow, wide))
        && is_narrower(&narrow.title, &wide.title, is_title_within)
        && is_narrower(&narrow.products, &wide.products, |narrow, wide| is_part(narrow, wide))
        && is_narrower(&narrow.servers, &wide.servers, Servers::is_within)
        && is_narrower(&narrow.until, &wide.until, PartialOrd::le)
        && (narrow.trial || !wide.trial)
}

/// A key that is left out is as wide as can be.
fn is_narrower<T>(narrow: &Option<T>, wide: &Option<T>, is_within: impl Fn(&T, &T) -> bool) -> bool {
    match (narrow, wide) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(narrow), Some(wide)) => is_within(narrow, wide),
    }
}

fn is_part<T: PartialEq>(some: &[T], all: &[T]) -> bool {
    some.iter().all(|one| all.contains(one))
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
