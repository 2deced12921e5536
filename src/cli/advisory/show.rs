//! `patchgate advisory show`: one advisory as people read it.

use std::path::PathBuf;

use clap::Args;

use super::data;
use crate::advisory::Advisory;
use crate::cli::{Failure, output};
use crate::database::Database;
use crate::diagnostic::did_you_mean;
use crate::document::advisory::{Sheet, Sheets};
use crate::document::exit::Exit;
use crate::model::id::UpdateId;
use crate::model::name::is_among;
use crate::render::Format;

/// The arguments of `advisory show`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Its id, one of its aliases, such as a bulletin's number, or an update
    #[arg(value_name = "ID")]
    id: String,
    /// Folder of advisories, instead of the built-in database; `builtin` is that database itself; may be given several times
    #[arg(short, long, value_name = "ADVISORIES")]
    advisories: Vec<PathBuf>,
    /// How it is written
    #[arg(short, long, value_name = "FORMAT", default_value = "text", value_parser = output::formats::<Sheets>())]
    format: &'static Format<Sheets>,
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
        let hint = did_you_mean(&arguments.id, ids).map(|hint| format!(": {hint}")).unwrap_or_default();
        return Err(Failure::Other(anyhow::anyhow!("no advisory `{}`{hint}", arguments.id)));
    }
    let sheets = Sheets(found.into_iter().map(|advisory| sheet(advisory, &database)).collect());
    output::write(None, |page, out| (arguments.format.render)(&sheets, page, out))?;
    Ok(Exit::Clean)
}

/// The advisory with an id; else those that have the name as an alias or speak about the update.
fn named<'a>(database: &'a Database, name: &str) -> Vec<&'a Advisory> {
    let update = UpdateId::new(name).ok();
    let has_id = |advisory: &&Advisory| advisory.id.as_str().eq_ignore_ascii_case(name);
    let has_name = |advisory: &&Advisory| {
        is_among(name, &advisory.aliases)
            || advisory.updates().iter().any(|selector| Some(&selector.id) == update.as_ref())
    };
    // Whoever asks for one that was replaced wants the one that counts now.
    let replaces = |advisory: &&Advisory| {
        advisory.overrides.as_ref().is_some_and(|replaced| replaced.as_str().eq_ignore_ascii_case(name))
    };
    match database.advisories().iter().find(has_id).or_else(|| database.advisories().iter().find(replaces)) {
        Some(advisory) => vec![advisory],
        None => database.advisories().iter().filter(has_name).collect(),
    }
}

/// An advisory with what the database knows of the updates that it speaks about.
fn sheet(advisory: &Advisory, database: &Database) -> Sheet {
    let updates = advisory.updates().iter().map(|selector| &selector.id);
    let known = updates.filter_map(|id| Some((id.clone(), database.updates().get(id)?.clone())));
    Sheet { advisory: advisory.clone(), known: known.collect() }
}
