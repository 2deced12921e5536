//! A list of advisories, one per line, and how many were searched.

use std::io::{self, Write};

use crate::document::advisory::{Confidence, Entry, Listing, Status};
use crate::render::Page;
use crate::render::page::{cut, inline};

/// Below this width only ids and titles fit.
const NARROW: usize = 72;

/// Writes the list.
///
/// # Errors
/// When the output cannot be written.
pub fn render(listing: &Listing, page: &Page, out: &mut dyn Write) -> io::Result<()> {
    for entry in &listing.entries {
        let columns = columns(entry, page.width < NARROW);
        // Through a pipe a search wants whole lines.
        writeln!(out, "{}", if page.is_terminal { cut(&columns, page.width) } else { columns })?;
    }
    writeln!(out, "{} of {} advisories", listing.entries.len(), listing.searched)
}

fn columns(entry: &Entry, is_narrow: bool) -> String {
    let title = inline(&entry.title);
    if is_narrow {
        return format!("{}  {title}", entry.id);
    }
    format!("{:<12}  {:<8}  {:<12}  {title}{}", entry.id.as_str(), entry.severity, entry.kind, marks(entry))
}

/// What a curator must not overlook: that an advisory only warns, or does not speak.
fn marks(entry: &Entry) -> String {
    let reported = (entry.confidence == Confidence::Reported).then_some(entry.confidence.word());
    let status = (entry.status != Status::Active).then_some(entry.status.word());
    let marks: Vec<&str> = reported.into_iter().chain(status).collect();
    if marks.is_empty() { String::new() } else { format!(" ({})", marks.join(", ")) }
}
