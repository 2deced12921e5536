//! Settings that settings.yaml does not declare.

use super::{Check, Found, Rule};
use crate::advisory::Advisory;
use crate::condition::name::Name;
use crate::curate::corpus::{self, Corpus};
use crate::diagnostic::{Level, nearest};
use crate::model::key_path::KeyPath;

/// The rule.
pub const RULE: Rule = Rule {
    code: "unknown-setting",
    level: Level::Error,
    about: "a setting that settings.yaml does not declare, so that nothing collects it",
    follows: &[],
    check: Check::Advisory(check),
};

fn check(corpus: &Corpus<'_>, advisory: &Advisory, found: &mut Found) {
    for (path, name) in named(advisory) {
        let known = corpus.database.settings();
        if !known.contains_key(name) {
            let help = match nearest(name, known.keys().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "declare it in settings.yaml, with the expression that collects it".to_owned(),
            };
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
