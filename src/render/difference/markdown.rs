//! For a comment on a pull request: tables by cause that GitHub and Azure DevOps show, shortened to fit in one comment.

use std::io::{self, Write};

use super::super::Page;
use super::super::page::cut;
use super::{Group, entry_text, heading, headline, lists, reach, sections, side};
use crate::document::difference::{Change, DataChange, Difference};
use crate::model::wording::counted;
use crate::render::decision::markdown::inert;

/// GitHub accepts comments of up to 65,536 characters; the sentences around the tables have to fit too.
const TABLES: usize = 40_000;
/// Up to here there is room for what matters less.
const ALSO_CHANGED: usize = 52_000;
/// Up to here for what changed in the data.
const WHOLE: usize = 62_000;
/// The longest row that names all its servers; a longer one names a few and counts the rest.
const ROW: usize = 6_000;
/// How many servers are named before the others are folded away.
const SERVERS: usize = 6;
/// The longest text, in columns: titles and names come from other people's files.
const TEXT: usize = 300;
/// The longest name of a server.
const NAME: usize = 80;

/// Writes the verdicts that change as a table, and what else changes folded away.
pub fn render(difference: &Difference, _: &Page, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Comment::default();
    head(difference, &mut page);
    if !difference.changes.is_empty() {
        table(difference, &difference.changes, "Verdict", TABLES, &mut page);
    }
    also_changed(difference, &mut page);
    data(difference, &mut page);
    if page.is_shortened {
        page.text.push_str("\nShortened to fit in a comment; `-f json` holds everything.\n");
    }
    out.write_all(page.text.as_bytes())
}

/// What has been written so far.
#[derive(Debug, Default)]
struct Comment {
    text: String,
    is_shortened: bool,
}

/// A line, and whether it is complete.
struct Line {
    text: String,
    is_whole: bool,
}

impl Comment {
    /// Adds a line for each entry as long as there is room; returns how many were left out.
    fn add<T>(&mut self, entries: impl Iterator<Item = T>, room: usize, line: impl Fn(T) -> Line) -> usize {
        let mut left_out = 0;
        for entry in entries {
            let line = Some(entry).filter(|_| left_out == 0).map(&line);
            match line.filter(|line| self.text.len() + line.text.len() <= room) {
                Some(Line { text, is_whole }) => {
                    self.text.push_str(&text);
                    self.is_shortened |= !is_whole;
                }
                None => left_out += 1,
            }
        }
        self.is_shortened |= left_out > 0;
        left_out
    }

    /// Says how many lines were left out.
    fn more(&mut self, left_out: usize, noun: &str) {
        if left_out > 0 {
            self.text.push_str(&format!("\nand {}\n", counted(left_out, noun)));
        }
    }
}

fn head(difference: &Difference, page: &mut Comment) {
    let inputs = &difference.inputs;
    let (what, rest) = headline(difference, "→");
    page.text = format!(
        "## Advisory data: effect on the fleet\n\n**{}**: {rest}.\n\nOld: {}; new: {}. Decided at {} with policy {}, {}, {}.\n",
        capital(&what),
        short(&side(&inputs.old)),
        short(&side(&inputs.new)),
        difference.at,
        short(&inputs.policy.name),
        counted(inputs.inventory.servers, "server"),
        counted(inputs.pending.updates, "pending update"),
    );
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().into_iter().flat_map(char::to_uppercase).chain(characters).collect()
}

fn table(difference: &Difference, changes: &[Change], verdict: &str, room: usize, page: &mut Comment) {
    page.text.push_str(&format!("\n| Cause | Update | {verdict} | Servers |\n|---|---|---|---|\n"));
    let sections = sections(changes);
    let rows = sections.iter().flat_map(|section| section.groups.iter().enumerate().map(move |row| (section, row)));
    let left_out = page.add(rows, room, |(section, (index, group))| {
        // Named once, above the updates that it is the cause for.
        let is_first = index == 0;
        let cause = if is_first { short(&heading(difference, section, !section.is_indirect)) } else { String::new() };
        row(&cause, group)
    });
    page.more(left_out, "more row");
}

fn row(cause: &str, group: &Group<'_>) -> Line {
    let mut cell = vec![match group.old == group.new {
        true => group.new.to_string(),
        false => format!("{} → **{}**", group.old, group.new),
    }];
    cell.extend(group.why.iter().map(|why| short(why)));
    let (update, cell) = (short(&group.updates), cell.join("<br>"));
    let row = |has_all| format!("| {cause} | {update} | {cell} | {} |\n", servers(group, has_all));
    let whole = row(true);
    match whole.len() <= ROW {
        true => Line { text: whole, is_whole: true },
        false => Line { text: row(false), is_whole: group.servers.len() <= SERVERS },
    }
}

/// The servers of a group: the first, and the others folded away or only counted.
fn servers(group: &Group<'_>, has_all: bool) -> String {
    let names: Vec<String> = group.servers.iter().map(|server| inert(&cut(server.as_str(), NAME))).collect();
    let (first, rest) = names.split_at_checked(SERVERS).unwrap_or((&names, &[]));
    match (rest.len(), has_all) {
        (0, _) => first.join(", "),
        (more, true) => {
            format!("{}<details><summary>and {more} more</summary>{}</details>", first.join(", "), rest.join(", "))
        }
        (more, false) => format!("{} and {more} more", first.join(", ")),
    }
}

/// What matters less, folded away.
fn also_changed(difference: &Difference, page: &mut Comment) {
    if difference.summary.also_changed == 0 {
        return;
    }
    let count = counted(difference.summary.also_changed, "other difference");
    page.text.push_str(&format!("\n<details><summary>{count}, with the verdict as before</summary>\n"));
    if !difference.also_changed.is_empty() {
        table(difference, &difference.also_changed, "What differs", ALSO_CHANGED, page);
    }
    for (heading, entries) in lists(difference).into_iter().filter(|(_, entries)| !entries.is_empty()) {
        page.text.push_str(&format!("\n### {heading}\n\n"));
        let left_out = page.add(entries.iter(), ALSO_CHANGED, |entry| item(short(entry)));
        page.more(left_out, "more entry");
    }
    page.text.push_str("\n</details>\n");
}

fn data(difference: &Difference, page: &mut Comment) {
    if difference.data.is_empty() {
        page.text.push_str("\nNothing changed in the data.\n");
        return;
    }
    page.text.push_str("\n### Changed in the data\n\n");
    let text = |entry: &DataChange| item(format!("{} ({})", short(&entry_text(entry)), reach(entry)));
    let left_out = page.add(difference.data.iter(), WHOLE, text);
    page.more(left_out, "more entry");
}

fn item(text: String) -> Line {
    Line { text: format!("- {text}\n"), is_whole: true }
}

fn short(text: &str) -> String {
    inert(&cut(text, TEXT))
}
