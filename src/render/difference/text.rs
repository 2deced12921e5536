//! For people: what changes, by cause, update and server.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::super::Page;
use super::super::page::{bold, inline, wrapped};
use super::{Group, compared, entry_text, heading, headline, lists, reach, sections, side, verdicts_change};
use crate::document::difference::{Answer, Change, Difference};
use crate::model::wording::{counted, listed};

/// How many servers of a group are named.
const SERVERS: usize = 12;
/// How many entries of a list are shown.
const SHOWN: usize = 12;

/// Writes the verdicts that change, then what else changes, then what changed in the data.
pub fn render(difference: &Difference, page: &Page, out: &mut dyn Write) -> io::Result<()> {
    head(difference, page, out)?;
    let (what, rest) = headline(difference, "->");
    title(&what, &format!(": {rest}"), colour(difference), page, out)?;
    changes(difference, &difference.changes, true, page, out)?;
    if difference.summary.also_changed > 0 {
        let count = counted(difference.summary.also_changed, "other difference");
        title(&count, ", with the verdict as before", None, page, out)?;
        changes(difference, &difference.also_changed, false, page, out)?;
    }
    for (heading, entries) in lists(difference) {
        list(heading, entries, page, out)?;
    }
    let data = difference.data.iter().map(|entry| format!("{} ({})", entry_text(entry), reach(entry)));
    list("Changed in the data", data.collect(), page, out)?;
    closing(difference, page, out)
}

fn head(difference: &Difference, page: &Page, out: &mut dyn Write) -> io::Result<()> {
    let inputs = &difference.inputs;
    let policy = &inputs.policy.name;
    wrapped(&format!("{} at {}, policy `{policy}`", difference.tool, difference.at), "", "  ", page, out)?;
    let counts = format!(
        "{}, {}",
        counted(inputs.inventory.servers, "server"),
        counted(inputs.pending.updates, "pending update")
    );
    wrapped(&counts, "", "  ", page, out)?;
    wrapped(&side(&inputs.old), "old: ", "  ", page, out)?;
    wrapped(&side(&inputs.new), "new: ", "  ", page, out)
}

/// Red where something new is blocked, yellow where anything else changes.
fn colour(difference: &Difference) -> Option<AnsiColor> {
    let is_stricter = difference.summary.transitions.iter().any(|one| one.new == Answer::Block);
    match difference.summary.changed {
        0 => Some(AnsiColor::Green),
        _ if is_stricter => Some(AnsiColor::Red),
        _ => Some(AnsiColor::Yellow),
    }
}

/// A heading whose first words are in capitals, so that it stands out even without colours.
fn title(what: &str, rest: &str, colour: Option<AnsiColor>, page: &Page, out: &mut dyn Write) -> io::Result<()> {
    let style = colour.map_or(Style::new(), |colour| bold(colour, page));
    write!(out, "\n{style}")?;
    wrapped(&format!("{}{rest}", what.to_uppercase()), "", "  ", page, out)?;
    write!(out, "{style:#}")
}

fn changes(
    difference: &Difference,
    changes: &[Change],
    has_titles: bool,
    page: &Page,
    out: &mut dyn Write,
) -> io::Result<()> {
    for section in sections(changes) {
        writeln!(out)?;
        // Titles are shown with the verdicts and with the data.
        wrapped(&heading(difference, &section, has_titles && !section.is_indirect), "", "  ", page, out)?;
        section.groups.iter().try_for_each(|group| self::group(group, page, out))?;
    }
    Ok(())
}

fn group(group: &Group<'_>, page: &Page, out: &mut dyn Write) -> io::Result<()> {
    let why = if group.why.is_empty() { String::new() } else { format!(": {}", group.why.join("; ")) };
    // The dash keeps a hostile name from being the first word of a line, where CI systems look for commands.
    let verdict = match group.old == group.new {
        true => group.new.to_string(),
        false => format!("{} -> {}", group.old, group.new),
    };
    wrapped(&format!("{} {verdict}{why}", group.updates), "- ", "  ", page, out)?;
    let servers: Vec<String> = group.servers.iter().map(|server| inline(server.as_str())).collect();
    let servers = listed(servers.iter().map(String::as_str), SERVERS);
    wrapped(&format!("on {servers}"), "    ", "       ", page, out)
}

fn list(heading: &str, entries: Vec<String>, page: &Page, out: &mut dyn Write) -> io::Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    title(heading, "", None, page, out)?;
    for entry in entries.iter().take(SHOWN) {
        wrapped(entry, "- ", "  ", page, out)?;
    }
    let more = entries.len().saturating_sub(SHOWN);
    if more > 0 { writeln!(out, "  and {more} more (-f json shows all)") } else { Ok(()) }
}

fn closing(difference: &Difference, page: &Page, out: &mut dyn Write) -> io::Result<()> {
    let summary = &difference.summary;
    let changed = verdicts_change(summary.changed);
    let also_changed = counted(summary.also_changed, "other difference");
    writeln!(out)?;
    wrapped(&format!("{changed}, {also_changed}: {}", compared(difference)), "", "  ", page, out)
}
