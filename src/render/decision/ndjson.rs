//! One decision per line, for programs that read while patchgate writes.

use std::io::{self, Write};

use rayon::prelude::*;

use super::Page;
use crate::document::decision::{Decision, Document};

/// How many decisions one worker writes at a time; a few such pieces are in memory, never the whole output.
const PIECE: usize = 2_000;

/// Writes the decisions; what is not about one pair is in the other formats.
pub fn render(document: &Document, _: &Page, out: &mut dyn Write) -> io::Result<()> {
    for pieces in document.decisions.chunks(PIECE * rayon::current_num_threads()) {
        let written: Vec<io::Result<Vec<u8>>> = pieces.par_chunks(PIECE).map(lines).collect();
        for piece in written {
            out.write_all(&piece?)?;
        }
    }
    Ok(())
}

fn lines(decisions: &[Decision]) -> io::Result<Vec<u8>> {
    let mut lines = Vec::new();
    for decision in decisions {
        serde_json::to_writer(&mut lines, decision)?;
        lines.push(b'\n');
    }
    Ok(lines)
}
