//! Conditions that can never be true, or never be false, and advisories that can never speak.

use super::worlds::Worlds;
use super::{Check, Found, Rule};
use crate::advisory::Advisory;
use crate::condition::Condition;
use crate::diagnostic::Level;
use crate::library::{self, Library};
use crate::model::key_path::KeyPath;

/// The rule.
pub const RULE: Rule = Rule {
    code: "contradiction",
    level: Level::Error,
    about: "a condition that can never be true, or never be false, or an advisory that can never speak",
    follows: &["unknown-product", "unknown-setting", "value-never-collected", "empty-range"],
    check: Check::Advisory(check),
};

fn check(library: &Library<'_>, advisory: &Advisory, found: &mut Found) {
    let mut constant: Vec<KeyPath> = Vec::new();
    for (path, condition) in library::conditions(advisory) {
        // What contains a part that never changes is not told a second time, nor the parts of what is told.
        let is_inside = |outer: &KeyPath| path.pointer().starts_with(&format!("{}/", outer.pointer()));
        if constant.iter().any(is_inside) {
            continue;
        }
        if let Some(words) = constancy(library, condition) {
            found.add(path.clone(), format!("`{condition}` can never be {words}"), None);
            constant.push(path);
        }
    }
    if constant.is_empty() && can_never_speak(library, advisory) {
        let message = "no server can match what `affects`, `when`, `fixed_by` and `requires` say together".to_owned();
        found.add(KeyPath::key(if advisory.when.is_some() { "when" } else { "affects" }), message, None);
    }
}

fn constancy(library: &Library<'_>, condition: &Condition) -> Option<&'static str> {
    let mut worlds = Worlds::new(library);
    let formula = worlds.condition(condition);
    match worlds.outcomes(&formula)? {
        (false, _) => Some("true"),
        (_, false) => Some("false"),
        _ => None,
    }
}

fn can_never_speak(library: &Library<'_>, advisory: &Advisory) -> bool {
    let mut worlds = Worlds::new(library);
    let formula = worlds.advisory(advisory);
    worlds.outcomes(&formula).is_some_and(|(holds, _)| !holds)
}
