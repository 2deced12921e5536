//! The way from the root of a document to one of its values: keys of mappings and places in lists.

use std::fmt;

/// Keys and places, outermost first; the empty path is the document itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyPath(Vec<String>);

impl KeyPath {
    /// The path of a key of the document.
    pub fn key(key: &str) -> Self {
        Self(vec![key.to_owned()])
    }

    /// One step further: a key, or a place in a list.
    #[must_use]
    pub fn then(&self, step: impl fmt::Display) -> Self {
        let mut steps = self.0.clone();
        steps.push(step.to_string());
        Self(steps)
    }

    /// A path that goes on from the end of this one.
    #[must_use]
    pub fn joined(&self, further: &Self) -> Self {
        Self(self.0.iter().chain(&further.0).cloned().collect())
    }

    /// The steps.
    pub fn steps(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// The path without its last step.
    pub fn parent(&self) -> Option<(Self, &str)> {
        let (last, rest) = self.0.split_last()?;
        Some((Self(rest.to_vec()), last))
    }

    /// The path as a JSON pointer.
    pub fn pointer(&self) -> String {
        self.steps().map(|step| format!("/{}", step.replace('~', "~0").replace('/', "~1"))).collect()
    }
}

/// Written as people name it: `affects[0].versions`.
impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.steps().enumerate() {
            match step.parse::<usize>() {
                Ok(place) => write!(f, "[{place}]")?,
                Err(_) if index == 0 => f.write_str(step)?,
                Err(_) => write!(f, ".{step}")?,
            }
        }
        Ok(())
    }
}
