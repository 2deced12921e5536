//! Sources: exports of other tools that become servers of an inventory, each with a module of its own.
//!
//! To add one: write `source/<name>.rs` (what it reads in the first lines, a `pub const SOURCE`), add its line to the
//! list below, and lay an input and the inventory expected of it into `tests/sources/<name>/`.

use std::path::{Path, PathBuf};

use crate::diagnostic::Diagnostic;
use crate::model::server::Server;

pub mod clixml;

/// A foreign export that patchgate can read; the choices of `--from`.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    /// The word for it on the command line.
    pub name: &'static str,
    /// What it reads, in one sentence without a final stop.
    pub about: &'static str,
    /// Reads a file or a folder: the servers, or everything that is wrong with any of its files.
    pub read: fn(&Path) -> Result<Vec<Server>, Vec<Diagnostic>>,
    /// The files that it reads of that, as far as they can be listed.
    pub files: fn(&Path) -> Vec<PathBuf>,
}

/// All sources.
pub const SOURCES: &[Source] = &[clixml::SOURCE];

/// The source of a name.
pub fn named(name: &str) -> Option<&'static Source> {
    SOURCES.iter().find(|source| source.name == name)
}
