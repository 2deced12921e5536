//! Settings: a value that a setting cannot have was not collected.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::told::Told;
use crate::model::name::is_among;
use crate::model::server::Server;
use crate::model::setting::{Setting, Value};

/// Takes out the values that settings cannot have.
pub fn check(declared: &BTreeMap<String, Setting>, original: &Server, server: &mut Cow<'_, Server>, told: &mut Told) {
    for (key, value) in original.settings.iter().flatten() {
        let Some(value) = value else { continue };
        let Some(why) = flaw(declared.get(key), value) else { continue };
        told.of(&original.name, format!("setting `{key}`"), format!("{why}, and counts as not collected"));
        if let Some(value) = server.to_mut().settings.get_or_insert_default().get_mut(key) {
            *value = None;
        }
    }
}

/// Why a setting cannot have a value.
fn flaw(setting: Option<&Setting>, value: &Value) -> Option<String> {
    let text = match value {
        Value::Text(text) if text.trim().is_empty() => return Some("is empty".to_owned()),
        Value::Text(text) => Some(text),
        _ => None,
    };
    let setting = setting?;
    let kind = setting.kind.word();
    if value.word() != kind {
        return Some(format!("is `{value}`, but it is declared as {kind}"));
    }
    let is_other = text.is_some_and(|text| !setting.values.is_empty() && !is_among(text, &setting.values));
    is_other.then(|| format!("is `{value}`, but its values are {}", setting.values.join(", ")))
}
