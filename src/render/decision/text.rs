//! For people: what is blocked and why, what waits and for what, how much is approved.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::Page;
use super::page::{bold, colour, cut, foremost, inline, summary, waits_for, with_verdict, wrapped};
use crate::document::decision::{Decision, Document, Summary};
use crate::model::verdict::Verdict;
use crate::model::wording::counted;

/// How many entries of each list below the decisions are shown.
const SHOWN: usize = 12;

/// Writes the decisions, the strictest first.
pub fn render(document: &Document, page: &Page, out: &mut dyn Write) -> io::Result<()> {
    head(document, page, out)?;
    section(document, page, Verdict::Block, out)?;
    section(document, page, Verdict::Sequence, out)?;
    approved(document, page, out)?;
    lists(document, page, out)?;
    closing(document, page, out)
}

fn head(document: &Document, page: &Page, out: &mut dyn Write) -> io::Result<()> {
    let inputs = &document.inputs;
    let line = format!("{} at {}, policy `{}`", document.tool, document.at, inputs.policy.name);
    wrapped(&line, "", "  ", page, out)?;
    let counts = format!(
        "{}, {}, {}",
        counted(inputs.inventory.servers, "server"),
        counted(inputs.pending.updates, "pending update"),
        counted(inputs.advisories.count, "advisory"),
    );
    wrapped(&counts, "", "  ", page, out)
}

/// One verdict's decisions: each update and why on a line, then the servers that this applies to.
fn section(document: &Document, page: &Page, verdict: Verdict, out: &mut dyn Write) -> io::Result<()> {
    let decisions: Vec<&Decision> = with_verdict(&document.decisions, verdict).collect();
    if decisions.is_empty() {
        return Ok(());
    }
    heading(page, verdict, decisions.len(), out)?;
    grouped(decisions.into_iter().map(|one| (format!("{}  {}", one.update, why(one)), one)), page, out)
}

/// Decisions about which the same is to be said, together.
fn grouped<'d>(
    texts: impl Iterator<Item = (String, &'d Decision)>,
    page: &Page,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (text, one) in texts {
        groups.entry(text).or_default().push(inline(one.server.as_str()));
    }
    for (text, servers) in groups {
        // The dash keeps a hostile name from being the first word of a line, where CI systems look for commands.
        wrapped(&text, "- ", "  ", page, out)?;
        wrapped(&format!("on {}", servers.join(", ")), "    ", "       ", page, out)?;
    }
    Ok(())
}

fn why(one: &Decision) -> String {
    let reason = foremost(one).map(summary).unwrap_or_default();
    match one.verdict {
        Verdict::Sequence => format!("{} ({reason})", waits_for(one)),
        _ if one.conflict => format!("CONFLICT, wanted here: {reason}"),
        _ if one.undecided => format!("UNDECIDED: {reason}"),
        _ => reason,
    }
}

fn heading(page: &Page, verdict: Verdict, count: usize, out: &mut dyn Write) -> io::Result<()> {
    let word = match verdict {
        Verdict::Block => "BLOCKED",
        Verdict::Sequence => "SEQUENCED",
        Verdict::Approve => "APPROVED",
    };
    let style = bold(colour(verdict), page);
    writeln!(out, "\n{style}{word}{style:#} {count}")
}

/// What is approved is only counted, but what advisories say about it is not lost.
fn approved(document: &Document, page: &Page, out: &mut dyn Write) -> io::Result<()> {
    if document.summary.approve == 0 {
        return Ok(());
    }
    heading(page, Verdict::Approve, document.summary.approve, out)?;
    let mut texts = with_verdict(&document.decisions, Verdict::Approve).flat_map(of_advisories).peekable();
    if texts.peek().is_none() {
        return Ok(());
    }
    wrapped("of these, an advisory has something to say about:", "", "  ", page, out)?;
    grouped(texts, page, out)
}

/// What advisories say about a decision.
fn of_advisories(one: &Decision) -> impl Iterator<Item = (String, &Decision)> {
    let reasons = one.reasons.iter().filter(|reason| reason.advisory.is_some());
    reasons.map(move |reason| {
        let waived = if reason.waived.is_some() { "WAIVED: " } else { "" };
        (format!("{}  {waived}{}", one.update, summary(reason)), one)
    })
}

/// What is not about one pair.
fn lists(document: &Document, page: &Page, out: &mut dyn Write) -> io::Result<()> {
    // What is merely not known to be there is covered by the facts to collect.
    let missing = document.missing.iter().filter(|one| one.truth.is_true()).map(ToString::to_string);
    list(page, "MISSING: nothing pending brings what these servers ought to have", missing.collect(), out)?;
    let unplaced = document.unplaced.iter().map(ToString::to_string);
    list(page, "UNPLACED updates, not evaluated everywhere; the notes say why", unplaced.collect(), out)?;
    let coverage = document.coverage.iter().map(|one| {
        let servers = counted(one.servers_without, "server");
        let ids: Vec<String> = one.advisories_undecided.iter().map(ToString::to_string).collect();
        format!("{} on {servers} would decide {}", one.fact, ids.join(", "))
    });
    list(page, "COLLECT these facts to decide more", coverage.collect(), out)?;
    list(page, "NOTES", document.notes.clone(), out)
}

fn list(page: &Page, heading: &str, entries: Vec<String>, out: &mut dyn Write) -> io::Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", cut(heading, page.width))?;
    for entry in entries.iter().take(SHOWN) {
        wrapped(entry, "- ", "  ", page, out)?;
    }
    let more = entries.len().saturating_sub(SHOWN);
    if more > 0 {
        writeln!(out, "  and {more} more (-f json shows all)")?;
    }
    Ok(())
}

/// How many decisions there are of each verdict.
fn totals(summary: &Summary) -> String {
    match summary.pairs {
        0 => "nothing to decide: no pending update concerns these servers".to_owned(),
        pairs => format!(
            "{}: {} blocked ({} undecided), {} sequenced, {} approved",
            counted(pairs, "decision"),
            summary.block,
            summary.undecided,
            summary.sequence,
            summary.approve
        ),
    }
}

fn closing(document: &Document, page: &Page, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out)?;
    wrapped(&totals(&document.summary), "", "  ", page, out)?;
    let strictest = document.decisions.iter().max_by_key(|one| (one.verdict, std::cmp::Reverse(&one.server)));
    if let Some(one) = strictest.filter(|one| one.verdict != Verdict::Approve) {
        let example = format!("patchgate explain {} {} ...", one.server, one.update);
        wrapped(&format!("why, and the way out: {example}"), "", "  ", page, out)?;
    }
    Ok(())
}
