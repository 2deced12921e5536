//! The whole document, for programs: `patchgate/findings/v1`.

use std::io::{self, Write};

use super::Findings;
use crate::diagnostic::is_harmless;
use crate::render::Page;

/// Writes the findings.
///
/// # Errors
/// When the output cannot be written.
pub fn render(findings: &Findings, _: &Page, out: &mut dyn Write) -> io::Result<()> {
    let document = serde_json::to_string_pretty(&findings.json())?;
    writeln!(out, "{}", escaped(&document))
}

/// The same document with everything that could drive a terminal escaped: programs read the same.
fn escaped(document: &str) -> String {
    use std::fmt::Write;
    let mut escaped = String::with_capacity(document.len());
    for c in document.chars() {
        match is_harmless(c) || c == '\n' {
            true => escaped.push(c),
            // All such characters are in the basic plane: one escape is enough.
            false => drop(write!(escaped, "\\u{:04x}", u32::from(c))),
        }
    }
    escaped
}
