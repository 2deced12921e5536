//! What is wrong with a value beyond the types of its parts, and where in it.

use std::fmt;

use super::key_path::KeyPath;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Where in the value.
    pub at: KeyPath,
    /// What: lower case, no final stop.
    pub message: String,
}

/// All that is wrong with a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flaws(Vec<Flaw>);

impl Flaws {
    /// Adds one.
    pub fn add(&mut self, at: KeyPath, message: impl Into<String>) {
        self.0.push(Flaw { at, message: message.into() });
    }

    /// Adds those of a part, which stands here.
    pub fn add_within(&mut self, at: &KeyPath, flaws: Self) {
        self.0.extend(flaws.0.into_iter().map(|flaw| Flaw { at: at.joined(&flaw.at), ..flaw }));
    }

    /// The value, when nothing is wrong.
    ///
    /// # Errors
    /// When something is.
    pub fn or<T>(self, value: Option<T>) -> Result<T, Self> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(self),
        }
    }
}

impl IntoIterator for Flaws {
    type Item = Flaw;
    type IntoIter = std::vec::IntoIter<Flaw>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl fmt::Display for Flaws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, flaw) in self.0.iter().enumerate() {
            let separator = if index > 0 { "; " } else { "" };
            write!(f, "{separator}{}: {}", flaw.at, flaw.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Flaws {}
