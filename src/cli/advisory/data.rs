//! Which folders are checked, and what they are checked alongside.

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
    /// What they are checked alongside, without being checked itself: a folder, or `builtin` for the built-in database; may
    /// be given several times [default for folders without products of their own: builtin]
    #[arg(short, long, value_name = "ADVISORIES")]
    pub advisories: Vec<PathBuf>,
}

/// The data, loaded: what is checked, and the database that it is part of.
#[derive(Debug)]
pub struct Data {
    /// The files that are checked.
    pub files: Collection,
    /// What they say, together with what they are checked alongside.
    pub database: Database,
    /// What is wrong with the files themselves.
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
    /// When a folder cannot be read or is empty, or what they are checked alongside is not valid.
    pub fn load(&self) -> Result<Data, Failure> {
        let (folders, beside) = self.folders_and_beside();
        let (files, mut diagnostics) = files(&folders)?;
        let stands_alone = !files.products.is_empty() || !beside.is_empty();
        let beside = if stands_alone { beside } else { vec![PathBuf::from(BUILTIN)] };
        let (database, more) = joined(&files, &beside)?;
        diagnostics.extend(more);
        Ok(Data { files, database, diagnostics })
    }

    /// The same, for commands that can do nothing with files that are not valid.
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

    /// Where no folders are named, those that `decide` would be given are checked.
    fn folders_and_beside(&self) -> (Vec<PathBuf>, Vec<PathBuf>) {
        if !self.folders.is_empty() {
            return (self.folders.clone(), self.advisories.clone());
        }
        let (beside, folders): (Vec<PathBuf>, Vec<PathBuf>) =
            self.advisories.iter().cloned().partition(|folder| is_builtin(folder));
        if folders.is_empty() { (vec![PathBuf::from(USUAL)], beside) } else { (folders, beside) }
    }
}

/// The files of the folders, and what is wrong with them.
fn files(folders: &[PathBuf]) -> Result<(Collection, Vec<Diagnostic>), Failure> {
    let mut loader = builtin::loader().inside();
    let files = loader.collection(&folders.iter().map(|folder| short(folder)).collect::<Vec<_>>());
    let diagnostics = loader.finish();
    // A wrong path must not look like clean data.
    let is_missing = |one: &&Diagnostic| one.level == Level::Error && is_about(folders, one);
    let missing: Vec<Diagnostic> = diagnostics.iter().filter(is_missing).cloned().collect();
    match missing.is_empty() {
        true => Ok((files, diagnostics)),
        false => Err(Failure::Invalid { diagnostics: missing, undone: "checked" }),
    }
}

/// The database of the files and of what they are checked alongside, and what is wrong with the two together.
fn joined(files: &Collection, beside: &[PathBuf]) -> Result<(Database, Vec<Diagnostic>), Failure> {
    let mut loader = builtin::loader().inside();
    let known = loader.collection(beside);
    if loader.has_errors() {
        return Err(Failure::Invalid { diagnostics: loader.finish(), undone: "checked" });
    }
    let mut parts = loader.join(vec![known, files.clone()]);
    // Event sources are Windows's own: they are the same for everybody who does not declare others.
    if parts.event_sources.is_empty() {
        parts.event_sources = builtin::parts().context("the built-in database cannot be read")?.event_sources;
    }
    // What stands beside the folders is not checked itself.
    let errors = loader.finish().into_iter().filter(|one| one.level == Level::Error);
    Ok((Database::new(parts), errors.collect()))
}

/// A path relative to the current folder, where it is below it, as code review shows it.
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
