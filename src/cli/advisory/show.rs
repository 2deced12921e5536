//! `patchgate advisory show`: one advisory as people read it.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;

use super::data;
use crate::advisory::{Advisory, Kind, Step, Trigger};
use crate::cli::{Failure, output};
use crate::database::Database;
use crate::diagnostic::nearest;
use crate::document::exit::Exit;
use crate::model::id::{AdvisoryId, UpdateId};
use crate::render::Page;
use crate::render::page::{guarded, inline};

/// The arguments of `advisory show`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Its id, or another name that it has, such as a bulletin's
    #[arg(value_name = "ID")]
    id: String,
    /// Folder of advisories, instead of the built-in database; `builtin` is that database itself; may be given several times
    #[arg(short, long, value_name = "ADVISORIES")]
    advisories: Vec<PathBuf>,
}

/// Shows the advisory.
///
/// # Errors
/// When the database cannot be read or has no such advisory.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let database = data::database(&arguments.advisories)?;
    let found = named(&database, &arguments.id);
    if found.is_empty() {
        let ids = database.advisories().iter().map(|advisory| advisory.id.as_str());
        let near = nearest(&arguments.id, ids).map(|near| format!(": did you mean {near}?")).unwrap_or_default();
        return Err(Failure::Other(anyhow::anyhow!("no advisory `{}`{near}", arguments.id)));
    }
    output::write(None, |page, out| {
        for (index, advisory) in found.iter().enumerate() {
            if index > 0 {
                writeln!(out)?;
            }
            Sheet { page, out }.advisory(advisory, &database)?;
        }
        Ok(())
    })?;
    Ok(Exit::Clean)
}

/// The advisory of an id; else those that have the name as an alias or speak about the update.
fn named<'a>(database: &'a Database, name: &str) -> Vec<&'a Advisory> {
    let update = UpdateId::new(name).ok();
    let has_id = |advisory: &&Advisory| advisory.id.as_str().eq_ignore_ascii_case(name);
    let has_name = |advisory: &&Advisory| {
        advisory.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(name))
            || advisory.updates().iter().any(|selector| Some(&selector.id) == update.as_ref())
    };
    // Who asks for one that was replaced wants the one that counts now.
    let replaces = |advisory: &&Advisory| {
        advisory.overrides.as_ref().is_some_and(|replaced| replaced.as_str().eq_ignore_ascii_case(name))
    };
    match database.advisories().iter().find(has_id).or_else(|| database.advisories().iter().find(replaces)) {
        Some(advisory) => vec![advisory],
        None => database.advisories().iter().filter(has_name).collect(),
    }
}

/// What is written, and how wide the page is.
struct Sheet<'a> {
    page: &'a Page,
    out: &'a mut dyn Write,
}

impl Sheet<'_> {
    fn advisory(&mut self, advisory: &Advisory, database: &Database) -> io::Result<()> {
        self.line(&format!("{}  {}", advisory.id, advisory.title), "", "  ")?;
        self.line(&standing(advisory), "  ", "  ")?;
        self.about(advisory, database)?;
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

    fn about(&mut self, advisory: &Advisory, database: &Database) -> io::Result<()> {
        let updates = advisory.updates().iter().map(|selector| {
            let before = selector.released_before.map(|day| format!(", as released before {day}")).unwrap_or_default();
            let below = selector.revision_below.map(|bound| format!(", revisions below {bound}")).unwrap_or_default();
            format!("{}{}{before}{below}", selector.id, known(&selector.id, database))
        });
        let builds = advisory.builds().iter().map(|builds| format!("builds of {} {}", builds.product, builds.versions));
        let heading = match advisory.kind() {
            Kind::KnownBad => "Do not install",
            Kind::Prerequisite => "Needs something first",
            Kind::Procedure => "Goes with a procedure",
            Kind::Required | Kind::Hazard => "Speaks about",
        };
        self.list(heading, updates.chain(builds))?;
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
        for (index, step) in steps.iter().enumerate() {
            self.line(&step.action, &format!("  {}. ", index + 1), "     ")?;
            if let Some(command) = &step.command {
                // A command is copied: it is never wrapped.
                writeln!(self.out, "       {}", inline(command))?;
            }
            if let Some(verify) = &step.verify {
                self.line(&format!("done when {verify}"), "     ", "       ")?;
            }
        }
        Ok(())
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

/// How bad, how sure and how old it is, in a line.
fn standing(advisory: &Advisory) -> String {
    let updated = advisory.updated.map(|day| format!(", last changed {day}")).unwrap_or_default();
    let aliases =
        if advisory.aliases.is_empty() { String::new() } else { format!("; also {}", advisory.aliases.join(", ")) };
    let replaces = advisory.overrides.as_ref().map(|id: &AdvisoryId| format!("; replaces {id}")).unwrap_or_default();
    format!(
        "{}, {}, {}, {}; published {}{updated}{aliases}{replaces}",
        advisory.kind().word(),
        advisory.severity.word(),
        advisory.confidence.word(),
        advisory.status.word(),
        advisory.published
    )
}

/// What the database knows of an update, in brackets.
fn known(update: &UpdateId, database: &Database) -> String {
    let Some(known) = database.updates().get(update) else { return String::new() };
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
