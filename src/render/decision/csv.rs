//! One decision per row, for spreadsheets.

use std::io::{self, Write};

use super::Page;
use super::page::{inline, joined};
use crate::document::decision::{Decision, Document, Wait};

const HEADER: [&str; 14] = [
    "server",
    "update",
    "source_id",
    "verdict",
    "undecided",
    "conflict",
    "expedited",
    "round",
    "not_before",
    "after",
    "with",
    "rules",
    "advisories",
    "why",
];

/// Writes a header and a row for each decision.
pub fn render(document: &Document, _: &Page, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = ::csv::Writer::from_writer(out);
    writer.write_record(HEADER).map_err(io::Error::other)?;
    for decision in &document.decisions {
        writer.write_record(row(decision).iter().map(|cell| inert(cell))).map_err(io::Error::other)?;
    }
    writer.flush()
}

fn row(one: &Decision) -> [String; 14] {
    let counting = || one.reasons.iter().filter(|reason| reason.counts());
    [
        one.server.to_string(),
        one.update.to_string(),
        one.source_id.as_deref().unwrap_or_default().to_owned(),
        one.verdict.to_string(),
        one.undecided.to_string(),
        one.conflict.to_string(),
        one.expedited.to_string(),
        one.round.map(|round| round.to_string()).unwrap_or_default(),
        one.not_before.map(|moment| moment.to_string()).unwrap_or_default(),
        joined(one.after.iter().map(Wait::to_string), "; "),
        joined(one.with.iter().map(Wait::to_string), "; "),
        joined(counting().map(|reason| reason.rule.to_string()), "; "),
        joined(counting().filter_map(|reason| reason.advisory.as_ref()).map(ToString::to_string), "; "),
        joined(counting().map(|reason| reason.message.to_string()), "; "),
    ]
}

/// Spreadsheets evaluate a cell that begins like a formula, CI systems run a line that begins like a command: a leading
/// quote makes it a text.
fn inert(cell: &str) -> String {
    let cell = inline(cell);
    if cell.starts_with(['=', '+', '-', '@', ':']) { format!("'{cell}") } else { cell }
}
