//! One decision a line, for programs that read while patchgate writes.

use std::io::{self, Write};

use super::Page;
use crate::decision::Document;

/// Writes the decisions; what is not about one pair is in the other formats.
pub fn render(document: &Document, _: &Page, out: &mut dyn Write) -> io::Result<()> {
    for decision in &document.decisions {
        serde_json::to_writer(&mut *out, decision)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
