//! A folder of `Export-Clixml` files of one Exchange server, as the support scripts for Exchange leave it.
//!
//! It reads the eight exports in `kind` and leaves other files alone. Files whose names share a prefix are one
//! server, so a folder may hold several. A fact is only given when the exports contain all of it: a list that lacked what
//! a missing file would have added would say "known to be absent" about something that nobody looked for.
//!
//! The facts are no more complete than the commands are. `updates` are the packages that `Get-HotFix` sees (Windows
//! itself; no Exchange, Office, SQL or Defender updates, and no cumulative update that a later one replaced), and
//! `certificates` are those of the store `my`.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use super::Source;
use crate::diagnostic::{Diagnostic, Level, Place};
use crate::input::text::Text;
use crate::model::server::Server;

mod certificates;
mod escape;
mod exchange;
mod exports;
mod features;
mod host;
mod kind;
mod operating_system;
mod reboot;
mod services;
mod time;
mod tree;
mod updates;
mod x509;

use exports::Exports;
use kind::Kind;
use tree::Tree;

/// The source `clixml`.
pub const SOURCE: Source =
    Source { name: "clixml", about: "a folder of Export-Clixml files of an Exchange server", read, files };

/// A problem, boxed because results can carry it far more often than it occurs.
type Problem = Box<Diagnostic>;

/// The files of one server, by what they export.
type Files = BTreeMap<Kind, PathBuf>;

/// Reads a folder, or a single export.
///
/// # Errors
/// Everything that is wrong with any of the files, sorted by file and place.
pub fn read(path: &Path) -> Result<Vec<Server>, Vec<Diagnostic>> {
    let mut problems = Vec::new();
    let groups = match find(path, &mut problems) {
        Ok(groups) => groups,
        Err(error) => return Err(vec![*whole(path, "unreadable", format!("cannot read the folder: {error}"))]),
    };
    let servers = servers(path, &groups, &mut problems);
    problems.extend(duplicates(path, &servers));
    if problems.is_empty() {
        return Ok(servers);
    }
    problems.sort();
    problems.dedup();
    Err(problems)
}

fn files(path: &Path) -> Vec<PathBuf> {
    let groups = find(path, &mut Vec::new()).unwrap_or_default();
    groups.into_values().flat_map(BTreeMap::into_values).collect()
}

/// The exports in a folder, by the prefix of their names.
fn find(path: &Path, problems: &mut Vec<Diagnostic>) -> std::io::Result<BTreeMap<String, Files>> {
    let mut groups: BTreeMap<String, Files> = BTreeMap::new();
    for file in listed(path)? {
        let Some((prefix, kind)) = file.file_name().and_then(|name| Kind::of_file(&name.to_string_lossy())) else {
            continue;
        };
        if let Some(first) = groups.entry(prefix).or_default().insert(kind, file.clone()) {
            let message = format!("a second export of `{}`; the first is `{}`", kind.name(), first.display());
            problems.push(*whole(&file, "duplicate-file", message));
        }
    }
    Ok(groups)
}

/// The files of a folder, sorted by name; a path that is a file stands for itself.
fn listed(path: &Path) -> std::io::Result<Vec<PathBuf>> {
    if !std::fs::metadata(path)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = std::fs::read_dir(path)?.map(|entry| Ok(entry?.path()));
    let mut files = entries.collect::<std::io::Result<Vec<PathBuf>>>()?;
    files.retain(|file| file.is_file());
    files.sort();
    Ok(files)
}

/// Reads the files of all servers.
fn servers(folder: &Path, groups: &BTreeMap<String, Files>, problems: &mut Vec<Diagnostic>) -> Vec<Server> {
    if groups.is_empty() {
        problems.push(*unexpected(folder));
    }
    let mut servers = Vec::new();
    for files in groups.values() {
        match server(folder, files) {
            Ok(server) => servers.push(server),
            Err(more) => problems.extend(more),
        }
    }
    servers
}

/// Reads the files of one server: the server, or everything that is wrong with it.
fn server(folder: &Path, files: &Files) -> Result<Server, Vec<Diagnostic>> {
    if !files.keys().any(|kind| kind.names_a_server()) {
        return Err(vec![*unexpected(files.values().next().map_or(folder, PathBuf::as_path))]);
    }
    let mut problems = Vec::new();
    let read = |(kind, path): (&Kind, &PathBuf)| {
        Text::read(path, path.to_string_lossy().into_owned()).map(|text| Some((*kind, text)))
    };
    let texts: Vec<_> = files.iter().filter_map(|file| kept(read(file), &mut problems)).collect();
    let mut trees = BTreeMap::new();
    for (kind, text) in &texts {
        trees.extend(kept(Tree::parse(text).map(Some), &mut problems).map(|tree| (*kind, tree)));
    }
    let server = Exports::new(folder, &trees).server(&mut problems);
    server.filter(|_| problems.is_empty()).ok_or(problems)
}

/// What was found, or nothing, with its problem added to the others.
fn kept<T>(result: Result<Option<T>, Problem>, problems: &mut Vec<Diagnostic>) -> Option<T> {
    result.unwrap_or_else(|problem| {
        problems.push(*problem);
        None
    })
}

fn duplicates(path: &Path, servers: &[Server]) -> Vec<Diagnostic> {
    let mut seen = HashSet::new();
    let again = servers.iter().filter(|server| !seen.insert(&server.name));
    again.map(|server| *whole(path, "duplicate-server", format!("duplicate server `{}`", server.name))).collect()
}

fn unexpected(path: &Path) -> Problem {
    let names = |kinds: &[Kind]| kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", ");
    let (needed, more): (Vec<_>, Vec<_>) = Kind::all().partition(|kind| kind.names_a_server());
    let message = "not a folder of Export-Clixml files of a server".to_owned();
    let help = format!(
        "expected {} as .clixml or .xml, and if possible {}; each may have a prefix such as `E19_` and end in .gz",
        names(&needed),
        names(&more),
    );
    Box::new(Diagnostic { help: Some(help), ..*whole(path, "not-an-export", message) })
}

/// A problem of a file or folder as a whole.
fn whole(path: &Path, code: &'static str, message: String) -> Problem {
    let path = path.to_string_lossy().into_owned();
    let place = Place::default();
    Box::new(Diagnostic { path, place, level: Level::Error, code, message, help: None, snippet: None })
}
