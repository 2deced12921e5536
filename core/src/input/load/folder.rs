//! What lies in a folder of advisory data: the files of the database, and what only should have been one.

use std::fs::{self, DirEntry, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::input::problem::Problem;

/// How the names of the database's files end, in whatever case.
const ENDINGS: [&str; 4] = ["yaml", "yml", "json", "csv"];

/// How the names of copies end that editors and tools leave beside a file.
const COPIES: [&str; 4] = ["~", ".bak", ".orig", ".old"];

/// How many misnamed files are told by name: more would hide the rest of the page.
const NAMED: usize = 3;

/// How much of a file is looked at to see whether it is data.
const HEAD: u64 = 512;

/// Whether links that lead out of a folder are followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Links {
    /// They are: a folder may link to a shared one.
    #[default]
    Followed,
    /// They are not: whoever proposes a change must not have other files read and shown.
    Inside,
}

/// The files of a folder and its folders, in the order of their names. Hidden files are not looked at.
#[derive(Debug, Default)]
pub struct Contents {
    /// The files of the database.
    pub files: Vec<PathBuf>,
    /// Files that look like data, but whose names end otherwise.
    pub misnamed: Vec<PathBuf>,
    /// Links that lead out of the folder and are not followed.
    pub outside: Vec<PathBuf>,
}

impl Contents {
    /// Looks into a folder.
    ///
    /// # Errors
    /// When it or a folder in it cannot be listed.
    pub fn of(folder: &Path, links: Links) -> io::Result<Self> {
        let root = match links {
            Links::Followed => None,
            Links::Inside => Some(fs::canonicalize(folder)?),
        };
        let mut contents = Self::default();
        contents.add(folder, root.as_deref())?;
        Ok(contents)
    }

    fn add(&mut self, folder: &Path, root: Option<&Path>) -> io::Result<()> {
        let mut entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
        entries.sort_by_key(DirEntry::file_name);
        for entry in entries.into_iter().filter(|entry| !is_hidden(entry)) {
            let path = entry.path();
            let (is_folder, is_data) = (path.metadata()?.is_dir(), is_of_database(&path));
            if leads_outside(&entry, root)? {
                self.outside.extend((is_folder || is_data).then_some(path));
            } else if is_folder {
                self.add(&path, root)?;
            } else if is_data {
                self.files.push(path);
            } else if looks_like_data(&path) {
                self.misnamed.push(path);
            }
        }
        Ok(())
    }

    /// Tells once how many files of a folder are misnamed, and the first of them.
    pub fn misnamed_files(&self, folder: &Path) -> Option<Problem> {
        let names = self.misnamed.iter().map(|file| file.strip_prefix(folder).unwrap_or(file));
        let named: Vec<String> = names.take(NAMED).map(|name| format!("`{}`", name.display())).collect();
        let looks = match self.misnamed.len() {
            0 => return None,
            1 => "1 file looks like data and is not read".to_owned(),
            count => format!("{count} files look like data and are not read"),
        };
        let hidden = self.misnamed.len().saturating_sub(NAMED);
        let more = if hidden > 0 { format!(" and {hidden} more") } else { String::new() };
        let help =
            "the names of data end in .yaml, .yml, .json or .csv; rename what is meant, and move out what is not";
        let problem = Problem::new("unread-file", format!("{looks}: {}{more}", named.join(", ")));
        Some(problem.helped(Some(help.to_owned())))
    }
}

/// Whether a file is one of the database's by its name.
pub fn is_of_database(path: &Path) -> bool {
    path.extension().is_some_and(|extension| ENDINGS.iter().any(|ending| extension.eq_ignore_ascii_case(ending)))
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().to_string_lossy().starts_with('.')
}

fn leads_outside(entry: &DirEntry, root: Option<&Path>) -> io::Result<bool> {
    match root {
        Some(root) if entry.file_type()?.is_symlink() => Ok(!fs::canonicalize(entry.path())?.starts_with(root)),
        _ => Ok(false),
    }
}

/// Whether somebody who saved a file meant it to be read: an editor added an ending or left it out. Notes that stand beside
/// the data are no data, and neither is a copy of a file that is there.
fn looks_like_data(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if name.to_lowercase().ends_with(".md") || is_copy(path, &name) {
        return false;
    }
    holds_an_ending(&name) || is_data_by_its_head(path)
}

fn is_copy(path: &Path, name: &str) -> bool {
    let mut originals =
        COPIES.iter().filter_map(|ending| name.strip_suffix(ending)).map(|name| path.with_file_name(name));
    originals.any(|original| is_of_database(&original) && original.is_file())
}

/// Whether an ending stands before something else, as in `PG-2024-0001.yaml.txt`.
fn holds_an_ending(name: &str) -> bool {
    let name = name.to_lowercase();
    let mut words = name.split('.').skip(1).filter_map(|part| part.split(|c: char| !c.is_alphanumeric()).next());
    words.any(|word| ENDINGS.contains(&word))
}

fn is_data_by_its_head(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = path.is_file().then(|| File::open(path).and_then(|file| file.take(HEAD).read_to_end(&mut head)));
    // Of UTF-16, as Windows writes it, every second byte is NUL.
    head.retain(|byte| *byte != 0);
    let head = String::from_utf8_lossy(&head);
    let is_data = |line: &str| {
        // Before it may stand a mark of the encoding, or what begins JSON.
        let line = line.trim_start_matches(['\u{feff}', '\u{fffd}', '{']).replace([' ', '"'], "");
        line.starts_with("schema:patchgate/") || line.starts_with("update,product")
    };
    matches!(read, Some(Ok(_))) && head.lines().any(is_data)
}
