//! For tickets and change records.

use std::io::{self, Write};

use super::Page;
use super::page::{foremost, inline, joined, marked, summary, waits_for, with_verdict};
use crate::document::decision::{Decision, Document, Unblock};
use crate::model::verdict::Verdict;

/// Writes what is blocked, what waits, and how much is approved, as tables.
pub fn render(document: &Document, _: &Page, out: &mut dyn Write) -> io::Result<()> {
    head(document, out)?;
    let ways = |one: &Decision| joined(one.unblock.iter().map(way), "<br>");
    table(document, Verdict::Block, "Blocked", ["Why", "Way out"], |one| [why(one), ways(one)], out)?;
    table(document, Verdict::Sequence, "Sequenced", ["Waits", "Why"], |one| [inert(&waits_for(one)), why(one)], out)?;
    table(document, Verdict::Approve, "Approved", ["Round", "Told"], |one| [round(one), why(one)], out)?;
    lists(document, out)
}

fn head(document: &Document, out: &mut dyn Write) -> io::Result<()> {
    let summary = &document.summary;
    writeln!(out, "# Patch decision of {}\n", document.at)?;
    writeln!(
        out,
        "{} servers, {} pending updates, policy {}: **{} blocked** ({} undecided), **{} sequenced**, **{} approved**.",
        document.inputs.inventory.servers,
        document.inputs.pending.updates,
        inert(&document.inputs.policy.name),
        summary.block,
        summary.undecided,
        summary.sequence,
        summary.approve
    )
}

/// What is not about one pair.
fn lists(document: &Document, out: &mut dyn Write) -> io::Result<()> {
    list("Missing", document.missing.iter().map(ToString::to_string), out)?;
    list("Unplaced", document.unplaced.iter().map(ToString::to_string), out)?;
    let coverage = document.coverage.iter().map(|one| {
        let ids = joined(one.advisories_undecided.iter().map(ToString::to_string), ", ");
        format!("{} (missing on {} servers) would decide {ids}", one.fact, one.servers_without)
    });
    list("Facts to collect", coverage, out)?;
    list("Notes", document.notes.iter().cloned(), out)
}

fn table(
    document: &Document,
    verdict: Verdict,
    heading: &str,
    columns: [&str; 2],
    cells: impl Fn(&Decision) -> [String; 2],
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut rows = with_verdict(&document.decisions, verdict).peekable();
    if rows.peek().is_none() {
        return Ok(());
    }
    let [one, two] = columns;
    writeln!(out, "\n## {heading}\n\n| Server | Update | Verdict | {one} | {two} |\n|---|---|---|---|---|")?;
    for row in rows {
        let [first, second] = cells(row);
        let (server, update) = (inert(row.server.as_str()), inert(row.update.as_str()));
        writeln!(out, "| {server} | {update} | {} | {first} | {second} |", marked(row))?;
    }
    Ok(())
}

fn list(heading: &str, entries: impl Iterator<Item = String>, out: &mut dyn Write) -> io::Result<()> {
    let entries: Vec<String> = entries.collect();
    if entries.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n## {heading}\n")?;
    entries.iter().try_for_each(|entry| writeln!(out, "- {}", inert(entry)))
}

fn why(one: &Decision) -> String {
    inert(&foremost(one).map(summary).unwrap_or_default())
}

fn round(one: &Decision) -> String {
    one.round.map(|round| round.to_string()).unwrap_or_default()
}

fn way(way: &Unblock) -> String {
    match &way.command {
        Some(command) => format!("{}: {}", inert(&way.action), inert(command)),
        None => inert(&way.action),
    }
}

/// A text that Markdown and the HTML inside it treat as plain text; it mentions nobody.
pub fn inert(text: &str) -> String {
    let mut safe = String::new();
    for c in inline(text).chars() {
        match c {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            // Mentions and references are looked for after the Markdown is parsed, so that escaping them does not help.
            '@' => safe.push_str("@&#8203;"),
            '|' | '`' | '*' | '_' | '[' | ']' | '\\' | '#' | '!' | '~' => {
                safe.push('\\');
                safe.push(c);
            }
            _ => safe.push(c),
        }
    }
    safe
}
