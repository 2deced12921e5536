//! Output formats: documents written for people and programs. A format sees its document and nothing else.
//!
//! To add one: write `render/<document>/<name>.rs` with a function that writes the document, add its line to the list of
//! that document's formats, and look at what `tests/all/formats.rs` asks of every format.

use std::io::{self, Write};

use serde::Serialize;

pub mod advisory;
pub mod decision;
pub mod difference;
pub mod explanation;
pub mod findings;
pub mod page;

/// What a format may know of where its output goes.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Columns of the terminal, or of the page where there is none.
    pub width: usize,
    /// Whether colours may be used in addition to words.
    pub has_colour: bool,
    /// Whether it is a terminal, whose lines are limited, and not a file or a pipe.
    pub is_terminal: bool,
}

/// A format of a document: its name, what it is for, and how it is written.
#[derive(Debug)]
pub struct Format<D: ?Sized + 'static> {
    /// The name on the command line.
    pub name: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// Writes a document.
    pub render: fn(&D, &Page, &mut dyn Write) -> io::Result<()>,
}

/// A document that can be written in several formats; `--format`, its help and the tables in the docs come from the list.
pub trait Formats: 'static {
    /// All of them, the default first.
    const FORMATS: &'static [Format<Self>];

    /// The format of a name.
    fn format(name: &str) -> Option<&'static Format<Self>> {
        Self::FORMATS.iter().find(|format| format.name == name)
    }
}

/// The whole document as indented JSON, for every document that serialises itself.
///
/// # Errors
/// When it cannot be written.
pub fn json<D: Serialize>(document: &D, _: &Page, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, document)?;
    out.write_all(b"\n")
}
