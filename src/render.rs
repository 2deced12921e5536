//! Decisions for people and programs. A format sees the decision document and nothing else.
//!
//! To add one: write `render/<name>.rs` with a function of the type [`Render`], add its line to [`FORMATS`], and look at
//! what `tests/formats.rs` asks of every format.

use std::io::{self, Write};

use crate::decision::Document;

pub mod csv;
pub mod difference;
pub mod json;
pub mod markdown;
pub mod ndjson;
pub mod page;
pub mod text;
pub mod tree;

/// Writes a decision document in one format.
pub type Render = fn(&Document, &Page, &mut dyn Write) -> io::Result<()>;

/// What a format may know of where its output goes.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Columns of the terminal, or of the page where there is none.
    pub width: usize,
    /// Whether colours may be used beside the words.
    pub has_colour: bool,
    /// Whether it is a terminal, in which a line has an end, and not a file or a pipe.
    pub is_terminal: bool,
}

/// A format's name, what it is for, and how it is written.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// The name on the command line.
    pub name: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// How it is written.
    pub render: Render,
}

/// All formats; `--format`, its help and README's table come from this list.
pub const FORMATS: &[Format] = &[
    Format {
        name: "text",
        about: "for people: what is blocked and why, what waits, how much is approved",
        render: text::render,
    },
    Format { name: "json", about: "the whole decision document", render: json::render },
    Format { name: "ndjson", about: "one decision a line", render: ndjson::render },
    Format { name: "csv", about: "one decision a row, for spreadsheets", render: csv::render },
    Format { name: "markdown", about: "for tickets and change records", render: markdown::render },
];

/// The format of a name.
pub fn format(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}
