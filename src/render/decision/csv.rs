//! One decision per row, for spreadsheets.

use std::io::{self, Write};

use super::Page;
use super::page::{inline, joined};
use crate::document::decision::{Decision, Document, Reason, Wait};

/// What stands in a column.
type Cell = fn(&Decision) -> String;

/// The columns, each with what stands in it.
const COLUMNS: &[(&str, Cell)] = &[
    ("server", |one| one.server.to_string()),
    ("update", |one| one.update.to_string()),
    ("source_id", |one| one.source_id.as_deref().unwrap_or_default().to_owned()),
    ("verdict", |one| one.verdict.to_string()),
    ("undecided", |one| one.undecided.to_string()),
    ("conflict", |one| one.conflict.to_string()),
    ("expedited", |one| one.expedited.to_string()),
    ("round", |one| one.round.map(|round| round.to_string()).unwrap_or_default()),
    ("not_before", |one| one.not_before.map(|moment| moment.to_string()).unwrap_or_default()),
    ("after", |one| waits(&one.after)),
    ("with", |one| waits(&one.with)),
    ("rules", |one| joined(counting(one).map(|reason| reason.rule.to_string()), "; ")),
    ("advisories", |one| joined(counting(one).filter_map(|reason| Some(reason.advisory.as_ref()?.to_string())), "; ")),
    ("why", |one| joined(counting(one).map(|reason| reason.message.to_string()), "; ")),
];

/// Writes a header and a row for each decision.
pub fn render(document: &Document, _: &Page, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = ::csv::Writer::from_writer(out);
    writer.write_record(COLUMNS.iter().map(|(name, _)| name)).map_err(io::Error::other)?;
    for decision in &document.decisions {
        writer.write_record(COLUMNS.iter().map(|(_, cell)| inert(&cell(decision)))).map_err(io::Error::other)?;
    }
    writer.flush()
}

fn counting(decision: &Decision) -> impl Iterator<Item = &Reason> {
    decision.reasons.iter().filter(|reason| reason.counts())
}

fn waits(waits: &[Wait]) -> String {
    joined(waits.iter().map(Wait::to_string), "; ")
}

/// Spreadsheets evaluate a cell that begins like a formula, CI systems run a line that begins like a command: a leading
/// quote makes it a text.
fn inert(cell: &str) -> String {
    let cell = inline(cell);
    if cell.starts_with(['=', '+', '-', '@', ':']) { format!("'{cell}") } else { cell }
}
