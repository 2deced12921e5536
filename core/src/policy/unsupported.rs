//! Keys of the contract that this version does not know how to keep: refused, because nothing is read and then ignored.

use serde::{Deserialize, Deserializer, de};

/// The place of a key that must not be given.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unsupported;

impl<'de> Deserialize<'de> for Unsupported {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        de::IgnoredAny::deserialize(deserializer)?;
        Err(de::Error::custom("not supported by this version"))
    }
}
