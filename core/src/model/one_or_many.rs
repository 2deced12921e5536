//! A list that may be written as its only entry: `role: edge` or `role: [edge, director]`.

use std::fmt;
use std::marker::PhantomData;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

use super::name::is_among;

/// One or several texts.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct OneOrMany(#[schemars(with = "Written")] Vec<String>);

/// How it may be written; only the schema needs it.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes the two spellings to the schema generator")]
enum Written {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    /// The texts, in the order written.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether a text is among them, whatever its case.
    pub fn contains(&self, text: &str) -> bool {
        is_among(text, self.iter())
    }

    /// The texts, comma-joined.
    pub fn joined(&self) -> String {
        self.0.join(", ")
    }
}

impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor(PhantomData<String>);
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = OneOrMany;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a list of texts")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<OneOrMany, E> {
                Ok(OneOrMany(vec![text.to_owned()]))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, seq: A) -> Result<OneOrMany, A::Error> {
                let texts = Vec::<String>::deserialize(de::value::SeqAccessDeserializer::new(seq))?;
                if texts.is_empty() {
                    return Err(de::Error::custom("expected at least one text"));
                }
                Ok(OneOrMany(texts))
            }
        }
        deserializer.deserialize_any(Visitor(PhantomData))
    }
}
