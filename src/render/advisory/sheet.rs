//! An advisory as people read it: what it says, about which updates and servers, and what to do.

use std::io::{self, Write};

use crate::document::advisory::{Advisory, Kind, Sheet, Sheets, Step, Trigger};
use crate::model::id::{AdvisoryId, UpdateId};
use crate::render::Page;
use crate::render::page::{guarded, inline};

/// Writes advisories, with an empty line between them.
///
/// # Errors
/// When the output cannot be written.
pub fn render(sheets: &Sheets, page: &Page, out: &mut dyn Write) -> io::Result<()> {
    for (index, sheet) in sheets.0.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        Writer { page, out }.sheet(sheet)?;
    }
    Ok(())
}

/// What is written, and how wide the page is.
struct Writer<'a> {
    page: &'a Page,
    out: &'a mut dyn Write,
}

impl Writer<'_> {
    fn sheet(&mut self, sheet: &Sheet) -> io::Result<()> {
        let advisory = &sheet.advisory;
        self.line(&format!("{}  {}", advisory.id, advisory.title), "", "  ")?;
        self.line(&attributes(advisory), "  ", "  ")?;
        self.about(sheet)?;
        self.servers(advisory)?;
        self.paragraph("Impact", advisory.impact.as_deref())?;
        self.paragraph("Cause", advisory.cause.as_deref())?;
        self.symptoms(advisory)?;
        self.steps("What to do", &advisory.remedy)?;
        if let Some(steps) = advisory.steps() {
            self.steps("Before the update", &steps.before)?;
            self.steps("After the update", &steps.after)?;
        }
        self.list("References", advisory.references.iter().cloned())?;
        self.paragraph("Notes for curators", advisory.notes.as_deref())?;
        let cases = advisory.cases.iter().map(|case| format!("{}: {}", case.expect, case.name));
        self.list("Cases", cases)
    }

    fn about(&mut self, sheet: &Sheet) -> io::Result<()> {
        let advisory = &sheet.advisory;
        let updates = advisory.updates().iter().map(|selector| {
            let before = selector.released_before.map(|day| format!(", as released before {day}")).unwrap_or_default();
            let below = selector.revision_below.map(|bound| format!(", revisions below {bound}")).unwrap_or_default();
            format!("{}{}{before}{below}", selector.id, known(&selector.id, sheet))
        });
        let builds = advisory.builds().iter().map(|builds| format!("builds of {} {}", builds.product, builds.versions));
        self.list(heading(advisory.kind()), updates.chain(builds))?;
        self.list("Set off by", advisory.triggers().iter().map(trigger))
    }

    fn servers(&mut self, advisory: &Advisory) -> io::Result<()> {
        let affected = advisory.affects.iter().map(|affects| {
            let versions = if affects.versions.is_every() { String::new() } else { format!(" {}", affects.versions) };
            let roles =
                if affects.roles.is_empty() { String::new() } else { format!(", {}", affects.roles.join(" or ")) };
            format!("{}{versions}{roles}", affects.product)
        });
        let affected: Vec<String> = affected.collect();
        let affected = if affected.is_empty() { vec!["every server".to_owned()] } else { affected };
        self.list("On", affected.into_iter())?;
        self.list("When", advisory.when.iter().map(ToString::to_string))?;
        self.list("Unless this holds", advisory.requires().into_iter().map(ToString::to_string))?;
        self.list("Fixed by", advisory.fixed_by.iter().map(ToString::to_string))?;
        self.list("Safe with, before one restart", advisory.safe_with.iter().map(ToString::to_string))
    }

    fn symptoms(&mut self, advisory: &Advisory) -> io::Result<()> {
        let Some(symptoms) = &advisory.symptoms else { return Ok(()) };
        let services = symptoms.services.iter().map(|service| format!("service {service}"));
        let events = symptoms.events.iter().map(|event| {
            let text = event.contains.as_ref().map(|text| format!(", with `{text}`")).unwrap_or_default();
            format!("event {} of {}{text}", event.id, event.source)
        });
        let codes = symptoms.error_codes.iter().map(|code| format!("error {code}"));
        self.list("Shows as", services.chain(events).chain(codes))
    }

    fn steps(&mut self, heading: &str, steps: &[Step]) -> io::Result<()> {
        if steps.is_empty() {
            return Ok(());
        }
        writeln!(self.out, "\n{heading}")?;
        steps.iter().enumerate().try_for_each(|(index, step)| self.step(index + 1, step))
    }

    fn step(&mut self, number: usize, step: &Step) -> io::Result<()> {
        self.line(&step.action, &format!("  {number}. "), "     ")?;
        if let Some(command) = &step.command {
            // A command is copied: it is never wrapped.
            writeln!(self.out, "{}", guarded(&format!("       {}", inline(command))))?;
        }
        match &step.verify {
            Some(verify) => self.line(&format!("done when {verify}"), "     ", "       "),
            None => Ok(()),
        }
    }

    fn list(&mut self, heading: &str, entries: impl Iterator<Item = String>) -> io::Result<()> {
        let entries: Vec<String> = entries.collect();
        if entries.is_empty() {
            return Ok(());
        }
        writeln!(self.out, "\n{heading}")?;
        entries.iter().try_for_each(|entry| self.line(entry, "  - ", "    "))
    }

    fn paragraph(&mut self, heading: &str, text: Option<&str>) -> io::Result<()> {
        let Some(text) = text else { return Ok(()) };
        writeln!(self.out, "\n{heading}")?;
        self.line(text, "  ", "  ")
    }

    fn line(&mut self, text: &str, first: &str, next: &str) -> io::Result<()> {
        let options = textwrap::Options::new(self.page.width).initial_indent(first).subsequent_indent(next);
        let options = options.break_words(false).word_splitter(textwrap::WordSplitter::NoHyphenation);
        let text = inline(text);
        textwrap::wrap(&text, options).iter().try_for_each(|line| writeln!(self.out, "{}", guarded(line)))
    }
}

/// How bad, how certain and how old it is, on one line.
fn attributes(advisory: &Advisory) -> String {
    let updated = advisory.updated.map(|day| format!(", last changed {day}")).unwrap_or_default();
    let aliases =
        if advisory.aliases.is_empty() { String::new() } else { format!("; also {}", advisory.aliases.join(", ")) };
    let replaces = advisory.overrides.as_ref().map(|id: &AdvisoryId| format!("; replaces {id}")).unwrap_or_default();
    format!(
        "{}, {}, {}, {}; published {}{updated}{aliases}{replaces}",
        advisory.kind(),
        advisory.severity,
        advisory.confidence,
        advisory.status,
        advisory.published
    )
}

/// What the database knows about an update, in brackets.
fn known(update: &UpdateId, sheet: &Sheet) -> String {
    let Some(known) = sheet.known.get(update) else { return String::new() };
    let brings = known.brings.iter().map(|brings| format!("{} {}", brings.product, brings.version));
    let released = known.released.map(|released| format!("released {released}"));
    let parts: Vec<String> = brings.chain(released).collect();
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
}

fn trigger(trigger: &Trigger) -> String {
    match trigger {
        Trigger::Restart => "a restart of the server".to_owned(),
        Trigger::ServiceRestart => "a restart of the service".to_owned(),
        Trigger::AnyUpdate => "any update".to_owned(),
        Trigger::Product(product) => format!("an update of {product}"),
    }
}

/// What the updates of an advisory are to it.
fn heading(kind: Kind) -> &'static str {
    match kind {
        Kind::KnownBad => "Do not install",
        Kind::Prerequisite => "Needs something first",
        Kind::Procedure => "Goes with a procedure",
        Kind::Required | Kind::Hazard => "Speaks about",
    }
}
