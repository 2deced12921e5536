//! Fixes that are themselves known to be bad on the servers that they are meant for.

use super::conflicts::Bad;
use super::{At, Check, FoundInFiles, LintRule};
use crate::advisory::{Advisory, Status};
use crate::curate::corpus::Corpus;
use crate::input::load::database::WithSource;
use crate::model::id::UpdateId;
use crate::model::key_path::KeyPath;

/// The rule.
///
/// Nothing is reported where another fix that the advisory names is not bad: then there is a way out.
pub const RULE: LintRule = LintRule::error(
    "fix-is-bad",
    "an update in `fixed_by` that is itself known to be bad on the same servers, where the advisory names no other",
    Check::Database(check),
)
.needs_declarations();

fn check(corpus: &Corpus<'_>, found: &mut FoundInFiles) {
    let bad = Bad::new(corpus);
    for (file, against) in bad_fixes(corpus, &bad) {
        for (index, (fix, against)) in file.value.fixed_by.iter().zip(against).enumerate() {
            let by = if against.id == file.value.id { "this advisory itself" } else { against.id.as_str() };
            let message = format!("`{fix}` is known to be bad on the same servers, by {by}");
            let better = successor(corpus, &bad, fix, &file.value);
            let help = better.map(|better| format!("`{better}` supersedes it and is not: name that"));
            found.add(&file.source, At::Path(KeyPath::key("fixed_by").then(index)), message, help);
        }
    }
}

/// The advisories all of whose fixes are bad, and what stands against each fix.
pub fn bad_fixes<'a>(corpus: &Corpus<'a>, bad: &Bad<'a>) -> Vec<(&'a WithSource<Advisory>, Vec<&'a Advisory>)> {
    let active = corpus.advisories().filter(|file| file.value.status == Status::Active);
    let with_bad = active.filter_map(|file| {
        let against =
            file.value.fixed_by.iter().map(|fix| bad.against_fix(fix, &file.value)).collect::<Option<Vec<_>>>()?;
        Some((file, against))
    });
    with_bad.filter(|(_, against)| !against.is_empty()).collect()
}

/// An update that supersedes a fix, and that nothing stands against.
fn successor<'a>(
    corpus: &'a Corpus<'_>,
    bad: &Bad<'_>,
    fix: &'a UpdateId,
    advisory: &Advisory,
) -> Option<&'a UpdateId> {
    let successors = corpus.catalogue.successors(fix).iter().filter(|successor| *successor != fix);
    successors.into_iter().find(|successor| bad.against_fix(successor, advisory).is_none())
}
