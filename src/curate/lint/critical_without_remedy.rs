//! Active critical advisories that leave the administrator without a way out.

use super::{Check, Found, LintRule};
use crate::advisory::{Advisory, Kind, Status};
use crate::curate::corpus::Corpus;
use crate::model::key_path::KeyPath;
use crate::model::severity::Severity;

/// The rule.
///
/// A procedure is its own remedy, and a requirement names the way out itself.
pub const RULE: LintRule = LintRule::error(
    "critical-without-remedy",
    "an active critical advisory that does not say what to do",
    Check::Advisory(check),
)
.follows(&["no-reference"]);

fn check(_: &Corpus<'_>, advisory: &Advisory, found: &mut Found) {
    let is_critical = advisory.status == Status::Active && advisory.severity == Severity::Critical;
    let needs_remedy = matches!(advisory.kind(), Kind::KnownBad | Kind::Hazard);
    if is_critical && needs_remedy && advisory.remedy.is_empty() {
        let help = "say what to do in `remedy`, if only to wait for the fix".to_owned();
        found.add(KeyPath::key("severity"), "critical, and no `remedy` says what to do".to_owned(), Some(help));
    }
}
