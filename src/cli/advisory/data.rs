//! Which folders are checked, and what stands beside them.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;

use crate::cli::{Failure, is_usable, warn};
use crate::database::Database;
use crate::diagnostic::{Diagnostic, Level};
use crate::input::builtin;
use crate::input::load::Loader;
use crate::input::load::database::{BUILTIN, Collection, is_builtin};

/// The folder that is meant when none is named.
const USUAL: &str = "advisories";

/// The folders, as the command line names them.
#[derive(Debug, Args)]
#[group(skip)]
pub struct Arguments {
    /// Folders of advisory data [default: those of -a, else advisories]
    #[arg(value_name = "FOLDER")]
    pub folders: Vec<PathBuf>,
    /// What stands beside them and is not checked itself: a folder, or `builtin` for the built-in database; may be given
    /// several times. A folder without products of its own stands beside the built-in ones
    #[arg(short, long, value_name = "ADVISORIES")]
    pub advisories: Vec<PathBuf>,
}

/// The data, loaded: what is checked, and the database that it makes with what stands beside it.
#[derive(Debug)]
pub struct Data {
    /// The files that are checked.
    pub files: Collection,
    /// What they say, with what stands beside them.
    pub database: Database,
    /// What is wrong with the files as such.
    pub diagnostics: Vec<Diagnostic>,
}

impl Arguments {
    /// All folders, as they are named.
    pub fn named(&self) -> Vec<PathBuf> {
        let (folders, beside) = self.folders_and_beside();
        folders.into_iter().chain(beside).collect()
    }

    /// Reads the folders.
    ///
    /// # Errors
    /// When a folder cannot be read or has nothing in it, or what stands beside the folders is not valid.
    pub fn load(&self) -> Result<Data, Failure> {
        let (folders, beside) = self.folders_and_beside();
        let mut loader = builtin::loader().inside();
        let files = loader.collection(&folders.iter().map(|folder| short(folder)).collect::<Vec<_>>());
        let diagnostics = loader.finish();
        // A wrong path must not look like clean data.
        let is_missing = |one: &&Diagnostic| one.level == Level::Error && is_about(&folders, one);
        let missing: Vec<Diagnostic> = diagnostics.iter().filter(is_missing).cloned().collect();
        if !missing.is_empty() {
            return Err(Failure::Invalid { diagnostics: missing, undone: "checked" });
        }
        let stands_alone = !files.products.is_empty() || !beside.is_empty();
        let beside = if stands_alone { beside } else { vec![PathBuf::from(BUILTIN)] };
        let mut loader = builtin::loader().inside();
        let known = loader.collection(&beside);
        if loader.has_errors() {
            return Err(Failure::Invalid { diagnostics: loader.finish(), undone: "checked" });
        }
        let mut parts = loader.join(vec![known, files.clone()]);
        // The names that Windows prints are the same for everybody who does not declare others.
        if parts.event_sources.is_empty() {
            parts.event_sources = builtin::parts().context("the built-in database cannot be read")?.event_sources;
        }
        let mut all = diagnostics;
        // What stands beside the folders is not checked itself.
        all.extend(loader.finish().into_iter().filter(|one| one.level == Level::Error));
        Ok(Data { files, database: Database::new(parts), diagnostics: all })
    }

    /// The same, where files that are not valid cannot be used at all.
    ///
    /// # Errors
    /// As [`Self::load`], and when a file is not valid.
    pub fn load_valid(&self) -> Result<Data, Failure> {
        let data = self.load()?;
        match is_usable(&data.diagnostics) {
            true => {
                warn(&data.diagnostics);
                Ok(data)
            }
            false => Err(Failure::Invalid { diagnostics: data.diagnostics, undone: "checked" }),
        }
    }

    /// Without folders of its own, a check is about those that `decide` would be given.
    fn folders_and_beside(&self) -> (Vec<PathBuf>, Vec<PathBuf>) {
        if !self.folders.is_empty() {
            return (self.folders.clone(), self.advisories.clone());
        }
        let (beside, folders): (Vec<PathBuf>, Vec<PathBuf>) =
            self.advisories.iter().cloned().partition(|folder| is_builtin(folder));
        if folders.is_empty() { (vec![PathBuf::from(USUAL)], beside) } else { (folders, beside) }
    }
}

/// A path below the current folder without that folder, as code review shows it.
fn short(folder: &Path) -> PathBuf {
    let current = std::env::current_dir().unwrap_or_default();
    match folder.strip_prefix(&current) {
        Ok(below) if !below.as_os_str().is_empty() => below.to_owned(),
        _ => folder.to_owned(),
    }
}

fn is_about(folders: &[PathBuf], diagnostic: &Diagnostic) -> bool {
    folders.iter().any(|folder| short(folder).to_string_lossy() == diagnostic.path)
}

/// The database that a reader names, or the built-in one.
///
/// # Errors
/// When a folder cannot be read or is not valid, or there is no advisory.
pub fn database(folders: &[PathBuf]) -> Result<Database, Failure> {
    load(folders, Loader::database)
}

/// The same for who begins with the first advisory.
///
/// # Errors
/// When a folder cannot be read or is not valid.
pub fn data(folders: &[PathBuf]) -> Result<Database, Failure> {
    load(folders, Loader::data)
}

fn load(folders: &[PathBuf], read: fn(&mut Loader, &[PathBuf]) -> Option<Database>) -> Result<Database, Failure> {
    let usual = [PathBuf::from(BUILTIN)];
    let mut loader = builtin::loader();
    let database = read(&mut loader, if folders.is_empty() { &usual } else { folders });
    let diagnostics = loader.finish();
    if !is_usable(&diagnostics) {
        return Err(Failure::Invalid { diagnostics, undone: "checked" });
    }
    warn(&diagnostics);
    Ok(database.context("the database cannot be read")?)
}
