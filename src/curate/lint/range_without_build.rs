//! Version ranges without a known build, of products whose builds are known.

use super::empty_range::is_empty;
use super::{BROKEN_CONDITION, Check, Found, LintRule};
use crate::advisory::Advisory;
use crate::curate::corpus::{self, Corpus};
use crate::model::version::Versions;

/// The rule.
pub const RULE: LintRule = LintRule::warning(
    "range-without-build",
    "a version range that matches no known build of the product",
    Check::Advisory(check),
)
.follows(&["unknown-product", "empty-range"])
.of_group(BROKEN_CONDITION)
.needs_declarations();

fn check(corpus: &Corpus<'_>, advisory: &Advisory, found: &mut Found) {
    for (path, product, versions) in corpus::ranges(advisory) {
        let known = corpus.builds(product);
        if let (Some(first), Some(last)) = (known.first(), known.last())
            && !versions.is_every()
            && !is_of_what_comes(versions)
            && !is_empty(versions, corpus.scheme(product))
            && !known.iter().any(|version| corpus.contains(product, versions, version))
        {
            let help = format!("{} builds are known, from {first} to {last}", known.len());
            found.add(path, format!("no known build of {product} is in the range `{versions}`"), Some(help));
        }
    }
}

/// Whether a range has no upper end: then it means builds that are not out yet.
fn is_of_what_comes(versions: &Versions) -> bool {
    versions.bounds().iter().all(|(operator, _)| operator.bounds_below() && !operator.bounds_above())
}
