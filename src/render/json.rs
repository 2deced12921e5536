//! The whole decision document as JSON.

use std::io::{self, Write};

use super::Page;
use crate::decision::Document;

/// Writes the document, indented, so that two of them can be compared line by line.
pub fn render(document: &Document, _: &Page, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, document)?;
    out.write_all(b"\n")
}
