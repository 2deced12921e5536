//! What is wrong with a value, before it is known in which file: serde's errors in the words of an administrator.

use std::fmt;

use serde::de;

use crate::diagnostic::{Place, did_you_mean};
use crate::model::wording::shorten;

/// A problem, its place, and the number of the value that has it.
#[derive(Clone, Debug)]
pub struct Problem {
    /// A stable code in kebab case.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub help: Option<String>,
    /// Where.
    pub place: Option<Place>,
    /// The value that has it.
    pub number: Option<u32>,
    /// The key that is missing, for a missing key.
    pub missing: Option<String>,
}

impl Problem {
    /// A problem without a place.
    pub fn new(code: &'static str, message: String) -> Self {
        Self { code, message, help: None, place: None, number: None, missing: None }
    }

    /// The same at a place.
    #[must_use]
    pub fn placed(self, place: Place) -> Self {
        Self { place: Some(place), ..self }
    }

    /// The same with a hint.
    #[must_use]
    pub fn helped(self, help: Option<String>) -> Self {
        Self { help, ..self }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}

impl de::Error for Problem {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new("bad-value", message.to_string())
    }

    fn invalid_type(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::new("wrong-type", format!("expected {}, found {}", plain_words(expected), found_words(found)))
    }

    fn invalid_value(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::new("bad-value", format!("expected {}, found {}", plain_words(expected), found_words(found)))
    }

    fn invalid_length(length: usize, expected: &dyn de::Expected) -> Self {
        Self::new("bad-value", format!("expected {}, found {length} entries", plain_words(expected)))
    }

    fn unknown_variant(word: &str, known: &'static [&'static str]) -> Self {
        Self::new("unknown-word", format!("unknown word `{}`", shorten(word))).helped(Some(suggest(word, known)))
    }

    fn unknown_field(key: &str, known: &'static [&'static str]) -> Self {
        Self::new("unknown-key", format!("unknown key `{}`", shorten(key))).helped(Some(suggest(key, known)))
    }

    fn missing_field(key: &'static str) -> Self {
        let problem = Self::new("missing-key", format!("missing key `{key}`"));
        Self { missing: Some(key.to_owned()), ..problem }
    }

    fn duplicate_field(key: &'static str) -> Self {
        Self::new("duplicate-key", format!("duplicate key `{key}`"))
    }
}

fn suggest(word: &str, known: &[&str]) -> String {
    did_you_mean(word, known.iter().copied()).unwrap_or_else(|| match known {
        [] => "no key is known here".to_owned(),
        known => format!("expected one of {}", known.join(", ")),
    })
}

/// What a reader expects, without the names of the program's types.
fn plain_words(expected: &dyn de::Expected) -> String {
    let words = expected.to_string();
    let number = |low: &str, high: &str| format!("a whole number from {low} to {high}");
    match words.as_str() {
        "a string" | "str" | "a borrowed string" => "a text".to_owned(),
        "a boolean" | "bool" => "true or false".to_owned(),
        "a sequence" => "a list".to_owned(),
        "a map" => "a mapping".to_owned(),
        "u8" => number("0", "255"),
        "u16" => number("0", "65535"),
        "u32" => number("0", "4294967295"),
        "u64" | "usize" => "a whole number, not negative".to_owned(),
        "i8" | "i16" | "i32" | "i64" => "a whole number".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        "unit" => "nothing".to_owned(),
        words if words.starts_with("struct ") || words.starts_with("tuple struct ") => "a mapping".to_owned(),
        words if words.starts_with("enum ") => "a word, or a mapping with one key".to_owned(),
        words if words.contains("variant") => "a word".to_owned(),
        words => words.to_owned(),
    }
}

fn found_words(found: de::Unexpected<'_>) -> String {
    match found {
        de::Unexpected::Bool(value) => format!("`{value}`"),
        de::Unexpected::Unsigned(value) => format!("the number `{value}`"),
        de::Unexpected::Signed(value) => format!("the number `{value}`"),
        de::Unexpected::Float(value) => format!("the number `{value}`"),
        de::Unexpected::Str(text) => format!("the text `{}`", shorten(text)),
        de::Unexpected::Unit | de::Unexpected::Option => "nothing".to_owned(),
        de::Unexpected::Other(text) => format!("`{}`", shorten(text)),
        de::Unexpected::Seq => "a list".to_owned(),
        de::Unexpected::Map => "a mapping".to_owned(),
        _ => "something else".to_owned(),
    }
}
