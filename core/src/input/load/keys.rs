//! The keys of a type of documents, asked of the type itself: those that its reader knows, and those that it insists on.

use std::fmt;

use schemars::JsonSchema;
use serde::de::{self, DeserializeOwned, Visitor};

/// The keys that a reader of the type knows, in its order.
pub fn known<T: DeserializeOwned>() -> &'static [&'static str] {
    T::deserialize(Asked).err().map(|Answer(keys)| keys).unwrap_or_default()
}

/// Whether a reader of the type insists on a key.
pub fn is_required<T: JsonSchema>(key: &str) -> bool {
    let schema = schemars::schema_for!(T);
    let required = schema.get("required").and_then(serde_json::Value::as_array);
    required.into_iter().flatten().any(|one| one.as_str() == Some(key))
}

/// Has nothing to read: a reader that comes to it tells its keys.
struct Asked;

/// The keys that a reader told.
#[derive(Debug)]
struct Answer(&'static [&'static str]);

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(", "))
    }
}

impl std::error::Error for Answer {}

impl de::Error for Answer {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self(&[])
    }
}

impl<'de> de::Deserializer<'de> for Asked {
    type Error = Answer;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Answer> {
        Err(Answer(&[]))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        keys: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Answer> {
        Err(Answer(keys))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct seq
        tuple tuple_struct map enum identifier ignored_any
    }
}
