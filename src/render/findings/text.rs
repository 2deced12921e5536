//! For people: each problem with its line, a caret and a hint, and a closing line.

use std::io::{self, Write};

use super::Findings;
use crate::render::Page;

/// Writes the findings.
///
/// # Errors
/// When the output cannot be written.
pub fn render(findings: &Findings, _: &Page, out: &mut dyn Write) -> io::Result<()> {
    problems(findings, out)?;
    writeln!(out, "{}", findings.summary())
}

/// Writes the problems without the closing line.
///
/// # Errors
/// When the output cannot be written.
pub fn problems(findings: &Findings, out: &mut dyn Write) -> io::Result<()> {
    findings.problems().iter().try_for_each(|problem| writeln!(out, "{problem}"))
}
