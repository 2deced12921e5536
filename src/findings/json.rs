//! The whole document, for programs: `patchgate/findings/v1`.

use std::io::{self, Write};

use super::Findings;

/// Writes the findings.
///
/// # Errors
/// When the output cannot be written.
pub fn render(findings: &Findings, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &findings.document())?;
    out.write_all(b"\n")
}
