//! The lines that `patchgate-net` and patchgate write to each other: JSON, one document a line, each ended.

use std::io;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{NAME, VERSION};

/// The longest beginning of a line that an error shows, in characters.
const SHOWN: usize = 60;

/// The first line: who is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The name of the executable.
    pub program: String,
    /// Its version.
    pub version: String,
}

impl Hello {
    /// The line that patchgate expects, because the executable of its own package writes it.
    pub fn ours() -> Self {
        Self { program: NAME.to_owned(), version: VERSION.to_owned() }
    }
}

/// Every further line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Line<A> {
    /// Nothing new, but the task is being worked on.
    Working,
    /// An answer to the task; there may be many.
    Answer(A),
    /// The last line: there was an answer to everything.
    Done,
    /// The last line: the task cannot be done. Lower case, no final stop.
    Failed(String),
}

/// A document as a line.
///
/// # Errors
/// When it has no form in JSON.
pub fn written(document: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(document)?;
    line.push(b'\n');
    Ok(line)
}

/// The document of a line; nothing when it is none, or the line has no end.
pub fn read<D: DeserializeOwned>(line: &[u8]) -> Option<D> {
    serde_json::from_slice(line.strip_suffix(b"\n")?).ok()
}

/// The beginning of a line that was not expected, fit to be shown.
pub fn beginning(line: impl AsRef<[u8]>) -> String {
    let text = String::from_utf8_lossy(line.as_ref());
    let mut characters = text.trim_end().chars();
    let plain = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
    let shown: String = characters.by_ref().take(SHOWN).map(plain).collect();
    if characters.next().is_some() { shown + "…" } else { shown }
}
