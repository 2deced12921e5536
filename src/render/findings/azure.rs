//! Issues of Azure Pipelines: one logging command per line.

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
        log_issue(problem, out)?;
    }
    writeln!(out, "{}", findings.summary())
}

fn log_issue(problem: &Diagnostic, out: &mut dyn Write) -> io::Result<()> {
    let word = match problem.level {
        Level::Error => "error",
        Level::Warning => "warning",
    };
    write!(out, "##vso[task.logissue type={word};sourcepath={}", property(&slashed(&problem.path)))?;
    if problem.place.line > 0 {
        write!(out, ";linenumber={};columnnumber={}", problem.place.line, problem.place.column)?;
    }
    let help = problem.help.as_ref().map(|help| format!(" ({})", inert(help))).unwrap_or_default();
    writeln!(out, ";code={}]{}", property(problem.code), data(&format!("{}{help}", inert(&problem.message))))
}

/// A message may hold anything but what ends it: what the agent's toolkit escapes, and nothing else.
fn data(text: &str) -> String {
    text.replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property also ends at a semicolon or a bracket.
fn property(text: &str) -> String {
    data(&inert(text)).replace(';', "%3B").replace(']', "%5D")
}
