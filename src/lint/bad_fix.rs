//! Fixes that are themselves known to be bad on the servers that they should mend.

use super::conflicts::Bad;
use super::{At, Check, Findings, Rule};
use crate::advisory::{Advisory, Status};
use crate::diagnostic::Level;
use crate::library::Library;
use crate::model::id::UpdateId;
use crate::model::key_path::KeyPath;

/// The rule.
///
/// Nothing is told where another fix, or an update that supersedes one, is not bad: then there is a way.
pub const RULE: Rule = Rule {
    code: "fix-is-bad",
    level: Level::Error,
    about: "an update of `fixed_by` is itself known to be bad on the same servers, and no other fixes it",
    follows: &[],
    check: Check::Database(check),
};

fn check(library: &Library<'_>, findings: &mut Findings) {
    let bad = Bad::new(library);
    for file in library.advisories().filter(|file| file.value.status == Status::Active) {
        let advisory = &file.value;
        if advisory.fixed_by.iter().any(|fix| is_way_out(library, &bad, fix, advisory)) {
            continue;
        }
        for (index, fix) in advisory.fixed_by.iter().enumerate() {
            if let Some(against) = bad.against(fix, advisory) {
                let message = format!("`{fix}` is known to be bad on the same servers, by {}", against.id);
                findings.add(&file.source, At::Path(KeyPath::key("fixed_by").then(index)), message, None);
            }
        }
    }
}

fn is_way_out(library: &Library<'_>, bad: &Bad<'_>, fix: &UpdateId, advisory: &Advisory) -> bool {
    library.catalogue.carriers(fix).iter().any(|carrier| bad.against(carrier, advisory).is_none())
}
