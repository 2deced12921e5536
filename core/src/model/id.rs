//! Identifiers: of updates (normalised), products, advisories and servers.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

mod number;

use number::{Number, is_guid, is_plain_number, named_in, visible};

use super::name::{Folded, is_same, letters};
use super::text::text;

/// The longest identifier that is accepted, in bytes.
const LONGEST: usize = 256;

/// Why a text cannot be an identifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Nothing but blanks.
    #[error("an id must not be empty")]
    Empty,
    /// Longer than any id in the field.
    #[error("an id of {0} bytes is too long")]
    TooLong(usize),
    /// Control characters, which no vendor uses and which break terminals and logs.
    #[error("an id must not contain control characters")]
    Control,
    /// The number of an update, and more.
    #[error("`{0}` is not the number of an update: expected {1}, or {1}-v2 for a reissue that the vendor names so")]
    NotANumber(String, String),
    /// Upper case, blanks or signs in an id that patchgate's own data defines.
    #[error("`{0}` is not an id: expected lower-case letters, digits and hyphens, such as lync-server-2013")]
    NotKebab(String),
    /// Not of the form PG-YYYY-NNNN (or another upper-case prefix).
    #[error("`{0}` is not an advisory id: expected a form such as PG-2024-0001")]
    NotAnAdvisory(String),
}

fn plain(text: &str) -> Result<&str, IdError> {
    let text = text.trim();
    match text.len() {
        0 => Err(IdError::Empty),
        length if length > LONGEST => Err(IdError::TooLong(length)),
        _ if text.chars().any(char::is_control) => Err(IdError::Control),
        _ => Ok(text),
    }
}

/// The id of an update, normalised: `kb974571`, `974571`, `KB 0974571` and what is written with wide digits are all
/// `KB974571`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct UpdateId(Arc<str>);

impl UpdateId {
    /// Normalises a text; ids that are not Microsoft's stay as the vendor writes them.
    ///
    /// # Errors
    /// When the text is empty, too long or has control characters, or only begins like a number.
    pub fn new(text: &str) -> Result<Self, IdError> {
        if is_plain_number(text) {
            return Ok(Self(text.into()));
        }
        let seen = visible(text);
        let text = plain(&seen)?;
        match Number::of(text) {
            Number::Known(number) => Ok(Self(number.into())),
            Number::Like(number) => Err(IdError::NotANumber(text.to_owned(), number)),
            Number::Other => Ok(Self(text.into())),
        }
    }

    /// The number that the title of an update names, where its id is one of WSUS or Configuration Manager alone.
    pub fn named_in(&self, title: &str) -> Option<Self> {
        let number = Some(title).filter(|_| is_guid(&self.0)).and_then(named_in)?;
        Some(Self(number.into()))
    }

    /// The normalised text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for UpdateId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = UpdateId;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an update id such as KB974571")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<UpdateId, E> {
                UpdateId::new(text).map_err(E::custom)
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<UpdateId, E> {
                UpdateId::new(&number.to_string()).map_err(E::custom)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// Reads what is written as the id of an update, or as a mapping that says more of it.
///
/// # Errors
/// When it is neither.
pub fn id_or_mapping<'de, M, T, D>(deserializer: D, expecting: &'static str) -> Result<T, D::Error>
where
    M: Deserialize<'de>,
    T: From<UpdateId> + From<M>,
    D: Deserializer<'de>,
{
    struct Visitor<M, T>(&'static str, PhantomData<(M, T)>);
    impl<'de, M: Deserialize<'de>, T: From<UpdateId> + From<M>> de::Visitor<'de> for Visitor<M, T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
            UpdateId::new(text).map(T::from).map_err(E::custom)
        }

        fn visit_u64<E: de::Error>(self, number: u64) -> Result<T, E> {
            self.visit_str(&number.to_string())
        }

        fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
            M::deserialize(de::value::MapAccessDeserializer::new(map)).map(T::from)
        }
    }
    deserializer.deserialize_any(Visitor::<M, T>(expecting, PhantomData))
}

impl JsonSchema for UpdateId {
    fn schema_name() -> Cow<'static, str> {
        "UpdateId".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": ["string", "integer"], "description": "KB974571, or a vendor's id"})
    }
}

macro_rules! text_id {
    ($(#[$meta:meta])* $name:ident, $check:expr, $pattern:expr, $description:expr) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        pub struct $name(Arc<str>);

        text!($name, {"type": "string", "description": $description, "pattern": $pattern});

        impl $name {
            /// Checks the text and keeps it.
            ///
            /// # Errors
            /// When the text cannot be such an id.
            pub fn new(text: &str) -> Result<Self, IdError> {
                let check: fn(&str) -> Result<&str, IdError> = $check;
                Ok(Self(check(text)?.into()))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::new(text)
            }
        }
    };
}

text_id!(
    /// The id of a product in the database, such as `lync-server-2013`.
    #[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
    ProductId, kebab, "^[a-z0-9.-]+$", "the id of a product, as its file is named"
);
text_id!(
    /// The id of an advisory, such as `PG-2009-0001`.
    #[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
    AdvisoryId, advisory, "^[A-Z][A-Z0-9]*-[0-9]{4}-[0-9]{4,}$", "the id of an advisory, as its file is named"
);
text_id!(
    /// The name of a server as the inventory writes it; two names are one server when they differ in case only.
    ServerName, plain, ".", "the server's name, unique whatever its case"
);

fn kebab(text: &str) -> Result<&str, IdError> {
    let text = plain(text)?;
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.';
    if text.bytes().all(fits) { Ok(text) } else { Err(IdError::NotKebab(text.to_owned())) }
}

fn advisory(text: &str) -> Result<&str, IdError> {
    let text = plain(text)?;
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let upper = |part: &str| part.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    match text.split('-').collect::<Vec<_>>().as_slice() {
        [prefix, year, number]
            if prefix.starts_with(|c: char| c.is_ascii_uppercase())
                && upper(prefix)
                && year.len() == 4
                && digits(year)
                && number.len() >= 4
                && digits(number) =>
        {
            Ok(text)
        }
        _ => Err(IdError::NotAnAdvisory(text.to_owned())),
    }
}

impl AdvisoryId {
    /// The year in the id.
    pub fn year(&self) -> Option<i16> {
        self.0.split('-').nth(1)?.parse().ok()
    }
}

impl ServerName {
    /// The name as a key beside names that are no servers'.
    pub fn folded(&self) -> Folded {
        Folded::of(&self.0)
    }
}

impl PartialEq for ServerName {
    fn eq(&self, other: &Self) -> bool {
        is_same(&self.0, &other.0)
    }
}

impl Eq for ServerName {}

impl PartialOrd for ServerName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ServerName {
    fn cmp(&self, other: &Self) -> Ordering {
        letters(&self.0).cmp(letters(&other.0))
    }
}

impl Hash for ServerName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        letters(&self.0).for_each(|letter| letter.hash(state));
        // Where the name ends, as texts do: names beside each other are not one.
        state.write_u8(0xff);
    }
}

macro_rules! shown {
    ($($name:ident),+) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}
shown!(UpdateId, ProductId, AdvisoryId, ServerName);
