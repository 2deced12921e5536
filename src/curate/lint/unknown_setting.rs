//! Settings that settings.yaml does not declare.

use super::{BROKEN_CONDITION, Check, Found, LintRule};
use crate::advisory::Advisory;
use crate::condition::name::Name;
use crate::curate::corpus::{self, Corpus};
use crate::diagnostic::did_you_mean;
use crate::model::key_path::KeyPath;

/// The rule.
pub const RULE: LintRule = LintRule::error(
    "unknown-setting",
    "a setting that settings.yaml does not declare, so that no collector reads it",
    Check::Advisory(check),
)
.of_group(BROKEN_CONDITION)
.needs_declarations();

fn check(corpus: &Corpus<'_>, advisory: &Advisory, found: &mut Found) {
    for (path, name) in named(advisory) {
        let known = corpus.database.settings();
        if !known.contains_key(name) {
            let help = did_you_mean(name, known.keys().map(String::as_str))
                .unwrap_or_else(|| "declare it in settings.yaml, with the expression that collects it".to_owned());
            found.add(path, format!("unknown setting `{name}`"), Some(help));
        }
    }
}

/// The settings that an advisory names, and where.
fn named(advisory: &Advisory) -> Vec<(KeyPath, &str)> {
    let conditions = corpus::names(advisory).into_iter().filter_map(|(path, name)| match name {
        Name::Setting(setting) => Some((path, setting)),
        _ => None,
    });
    let cases = advisory.cases.iter().enumerate().flat_map(|(index, case)| {
        let path = KeyPath::key("cases").then(index).then("server").then("settings");
        case.server.0.settings.iter().flatten().map(move |(name, _)| (path.then(name), name.as_str()))
    });
    conditions.chain(cases).collect()
}
