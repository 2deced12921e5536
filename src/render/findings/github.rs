//! Annotations of GitHub Actions: one workflow command per line.

use std::io::{self, Write};

use super::{Findings, slashed};
use crate::diagnostic::{Diagnostic, Level, inert};
use crate::render::Page;

/// Writes the findings.
///
/// # Errors
/// When the output cannot be written.
pub fn render(findings: &Findings, _: &Page, out: &mut dyn Write) -> io::Result<()> {
    for problem in findings.problems() {
        annotate(problem, out)?;
    }
    writeln!(out, "{}", findings.summary())
}

fn annotate(problem: &Diagnostic, out: &mut dyn Write) -> io::Result<()> {
    let word = match problem.level {
        Level::Error => "error",
        Level::Warning => "warning",
    };
    write!(out, "::{word} file={}", property(&slashed(&problem.path)))?;
    if problem.place.line > 0 {
        write!(out, ",line={},col={}", problem.place.line, problem.place.column)?;
    }
    let help = problem.help.as_ref().map(|help| format!("\nhelp: {}", inert(help))).unwrap_or_default();
    let message = format!("{}{help}", inert(&problem.message));
    writeln!(out, ",title={}::{}", property(problem.code), data(&message))
}

/// A message may hold anything but what ends it: what the toolkit of Actions escapes, and nothing else.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property also ends at a comma or a colon.
fn property(text: &str) -> String {
    data(&inert(text)).replace(':', "%3A").replace(',', "%2C")
}
