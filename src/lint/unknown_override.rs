//! Replacements of advisories that are not there: under a misspelt id both would speak.

use super::{At, Check, Findings, Rule};
use crate::diagnostic::{Level, nearest};
use crate::library::Library;
use crate::model::key_path::KeyPath;

/// The rule.
pub const RULE: Rule = Rule {
    code: "unknown-override",
    level: Level::Error,
    about: "`overrides` names an advisory that is neither here nor in what stands beside it",
    follows: &[],
    check: Check::Database(check),
};

fn check(library: &Library<'_>, findings: &mut Findings) {
    for file in &library.files.advisories {
        let Some(replaced) = &file.value.overrides else { continue };
        if library.database.replaced().contains(replaced) {
            continue;
        }
        let ids =
            library.database.listing().ids.iter().map(|id| id.as_str()).filter(|id| *id != file.value.id.as_str());
        let help = nearest(replaced.as_str(), ids).map(|near| format!("did you mean `{near}`?"));
        let help = help.unwrap_or_else(|| "name the folder that it is in with -a, or `-a builtin`".to_owned());
        let message = format!("`{replaced}`, which this replaces, is not there");
        findings.add(&file.source, At::Path(KeyPath::key("overrides")), message, Some(help));
    }
}
