//! One decision per line, for programs that read while patchgate writes.

use std::io::{self, Write};

use rayon::prelude::*;
use serde::Serialize;

use super::Page;
use crate::document::decision::{Batch, Decision, Document};

/// How many decisions one worker writes at a time; a few such pieces are in memory, never the whole output.
const PIECE: usize = 2_000;

/// Writes the decisions, then the batches that they wait for; what else is not about one pair is in the other formats.
pub fn render(document: &Document, _: &Page, out: &mut dyn Write) -> io::Result<()> {
    for pieces in document.decisions.chunks(PIECE * rayon::current_num_threads()) {
        let written: Vec<io::Result<Vec<u8>>> = pieces.par_chunks(PIECE).map(lines).collect();
        for piece in written {
            out.write_all(&piece?)?;
        }
    }
    document.batches.iter().try_for_each(|batch| {
        serde_json::to_writer(&mut *out, &BatchLine { kind: "batch", batch })?;
        out.write_all(b"\n")
    })
}

/// A line that is no decision says what it is.
#[derive(Serialize)]
struct BatchLine<'a> {
    kind: &'static str,
    #[serde(flatten)]
    batch: &'a Batch,
}

fn lines(decisions: &[Decision]) -> io::Result<Vec<u8>> {
    let mut lines = Vec::new();
    for decision in decisions {
        serde_json::to_writer(&mut lines, decision)?;
        lines.push(b'\n');
    }
    Ok(lines)
}
