//! Replacements of advisories that do not exist: with a mistyped id both would speak.

use super::{At, Check, FoundInFiles, LintRule};
use crate::curate::corpus::Corpus;
use crate::diagnostic::did_you_mean;
use crate::model::key_path::KeyPath;

/// The rule.
pub const RULE: LintRule = LintRule::error(
    "unknown-override",
    "`overrides` names an advisory that is neither in these files nor in what they are checked alongside",
    Check::Database(check),
);

fn check(corpus: &Corpus<'_>, found: &mut FoundInFiles) {
    for file in &corpus.files.advisories {
        let Some(replaced) = &file.value.overrides else { continue };
        if corpus.database.replaced().contains(replaced) {
            continue;
        }
        let ids = corpus.database.listing().ids.iter().map(|id| id.as_str()).filter(|id| *id != file.value.id.as_str());
        let help = did_you_mean(replaced.as_str(), ids)
            .unwrap_or_else(|| "name the folder that it is in with -a, or `-a builtin`".to_owned());
        let message = format!("`{replaced}`, which this replaces, does not exist");
        found.add(&file.source, At::Path(KeyPath::key("overrides")), message, Some(help));
    }
}
