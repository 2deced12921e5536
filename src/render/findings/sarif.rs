//! SARIF 2.1.0 (OASIS), for code scanning.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Findings, slashed};
use crate::diagnostic::{Described, Diagnostic, Level, inert};
use crate::render::Page;

/// Writes the findings.
///
/// # Errors
/// When the output cannot be written.
pub fn render(findings: &Findings, _: &Page, out: &mut dyn Write) -> io::Result<()> {
    let rules = findings.rules();
    let results: Vec<Value> = findings
        .problems()
        .into_iter()
        .map(|problem| result(problem, rules.iter().position(|rule| rule.code == problem.code)))
        .collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver(&rules)}, "columnKind": "unicodeCodePoints", "results": results}],
    });
    serde_json::to_writer_pretty(&mut *out, &log)?;
    out.write_all(b"\n")
}

/// The program, and what it may find.
fn driver(rules: &[Described]) -> Value {
    let rules: Vec<Value> = rules.iter().map(described).collect();
    json!({"name": "patchgate", "version": env!("CARGO_PKG_VERSION"), "rules": rules})
}

fn described(rule: &Described) -> Value {
    let configuration = json!({"level": level(rule.level)});
    json!({"id": rule.code, "shortDescription": {"text": rule.about}, "defaultConfiguration": configuration})
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
    }
}

fn result(problem: &Diagnostic, rule: Option<usize>) -> Value {
    let help = problem.help.as_ref().map(|help| format!(" ({})", inert(help))).unwrap_or_default();
    json!({
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": level(problem.level),
        "message": {"text": format!("{}{help}", inert(&problem.message))},
        "locations": [{"physicalLocation": place(problem)}],
    })
}

/// The file, and the place in it if it has one.
fn place(problem: &Diagnostic) -> Value {
    let mut place = json!({"artifactLocation": {"uri": uri(&slashed(&problem.path))}});
    if problem.place.line > 0
        && let Some(place) = place.as_object_mut()
    {
        let region = json!({"startLine": problem.place.line, "startColumn": problem.place.column.max(1)});
        place.insert("region".to_owned(), region);
    }
    place
}

/// A path as a relative reference (RFC 3986): everything but unreserved characters and slashes is escaped.
fn uri(path: &str) -> String {
    use std::fmt::Write;
    let mut uri = String::new();
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            _ => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}
