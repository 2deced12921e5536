//! Requirements that only bad updates can meet, without a remedy.

use super::conflicts::{Bad, needs};
use super::{At, Check, FoundInFiles, LintRule};
use crate::advisory::{Advisory, Status};
use crate::curate::corpus::Corpus;
use crate::input::load::database::WithSource;
use crate::model::id::UpdateId;
use crate::model::key_path::KeyPath;

/// The rule.
pub const RULE: LintRule = LintRule::error(
    "required-but-bad",
    "an update that is required and known to be bad on the same servers, without a remedy",
    Check::Database(check),
)
.needs_declarations();

fn check(corpus: &Corpus<'_>, found: &mut FoundInFiles) {
    for Conflict { file, update, against } in conflicts(corpus, &Bad::new(corpus)) {
        let message = format!("`{update}` is required here and known to be bad on the same servers, by {}", against.id);
        let help = format!("say in one of the two what to do in `remedy`, or in {} what fixes it", against.id);
        found.add(&file.source, At::Path(KeyPath::key("requires")), message, Some(help));
    }
}

/// An advisory, an update that it cannot do without, and the advisory against that.
#[derive(Debug)]
pub struct Conflict<'a> {
    file: &'a WithSource<Advisory>,
    update: UpdateId,
    /// The advisory against the update.
    pub against: &'a Advisory,
}

/// The requirements that only bad updates can meet.
pub fn conflicts<'a>(corpus: &Corpus<'a>, bad: &Bad<'a>) -> Vec<Conflict<'a>> {
    let mut conflicts = Vec::new();
    for file in corpus.advisories().filter(|file| file.value.status == Status::Active && file.value.remedy.is_empty()) {
        let needs = file.value.requires().into_iter().flat_map(|requires| needs(corpus, requires));
        for need in needs {
            let against: Option<Vec<(&UpdateId, &Advisory)>> =
                need.iter().map(|update| Some((update, hopeless(bad, update, &file.value)?))).collect();
            if let Some((update, against)) = against.and_then(|all| all.first().copied()) {
                conflicts.push(Conflict { file, update: update.clone(), against });
            }
        }
    }
    conflicts
}

/// The advisory against an update that names neither a remedy nor a fix.
fn hopeless<'a>(bad: &Bad<'a>, update: &UpdateId, advisory: &Advisory) -> Option<&'a Advisory> {
    bad.against(update, advisory).filter(|against| against.remedy.is_empty() && against.fixes().next().is_none())
}
