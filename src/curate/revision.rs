//! A folder of a git revision, written out to be read like any other folder.
//!
//! It asks the git program, without a shell and without touching the working tree, the index or the network. Files are
//! read as they were committed: attributes such as `export-ignore` or line endings must not change what is decided.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Component, Path};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::input::load::folder::is_of_database;

/// The folder of a revision that is read when none is named, where there is one.
const USUAL: &str = "advisories";

/// Why a revision cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RevisionError {
    /// There is no git program.
    #[error("there is no git program to look up a revision")]
    NoGit,
    /// The current folder is not in a usable git repository.
    #[error("the current folder is not in a usable git repository ({0})")]
    NoRepository(String),
    /// The repository does not have the revision.
    #[error("the repository has no such commit (a shallow clone may have to fetch it first)")]
    Unknown,
    /// The revision does not have the folder.
    #[error("the revision is there, but has no folder `{0}`")]
    NoFolder(String),
    /// Something in the folder is no plain file.
    #[error("`{0}` is a link; only plain files of a revision are read")]
    Link(String),
    /// A path in the revision that cannot be written out.
    #[error("`{0}` is not a path that can be read")]
    Path(String),
    /// Git itself failed.
    #[error("git failed: {0}")]
    Git(String),
    /// The files cannot be written out.
    #[error("cannot write a temporary copy: {0}")]
    Copy(#[from] std::io::Error),
}

impl RevisionError {
    /// Whether the name may be wrong, rather than the revision unreadable.
    pub fn is_about_the_name(&self) -> bool {
        matches!(self, Self::NoGit | Self::NoRepository(_) | Self::Unknown)
    }
}

/// A folder of a revision, written out for as long as this value lives.
#[derive(Debug)]
pub struct Revision {
    /// The full id of the commit.
    pub commit: String,
    /// What the folder is called in diagnostics: `REV:path`.
    pub name: String,
    copy: TempDir,
}

/// A file in a revision.
#[derive(Debug)]
struct Blob<'a> {
    path: &'a str,
    id: &'a str,
}

impl Revision {
    /// Reads `REV` or `REV:PATH`; without a path, the folder `advisories` where the revision has one, else its root.
    ///
    /// # Errors
    /// When there is no git, no repository, no such revision or folder, or when git cannot read it.
    pub fn read(text: &str) -> Result<Self, RevisionError> {
        let (revision, path) = text.split_once(':').map_or((text, None), |(one, two)| (one, Some(two)));
        check_repository()?;
        let commit = object(&format!("{revision}^{{commit}}"))?.filter(|_| !revision.is_empty());
        let commit = commit.ok_or(RevisionError::Unknown)?;
        let (path, tree) = tree(&commit, path)?;
        let copy = tempfile::tempdir()?;
        let listed = succeeded(git(["ls-tree", "-r", "-z", "--full-tree", &tree], b"")?)?;
        let listed = String::from_utf8_lossy(&listed.stdout);
        write_out(&blobs(&listed)?, copy.path())?;
        Ok(Self { commit, name: format!("{revision}:{path}"), copy })
    }

    /// Where its files lie.
    pub fn folder(&self) -> &Path {
        self.copy.path()
    }
}

fn git<'a>(arguments: impl IntoIterator<Item = &'a str>, input: &[u8]) -> Result<Output, RevisionError> {
    let mut command = Command::new("git");
    command.args(arguments.into_iter().map(OsStr::new));
    // Messages are shown to people, not parsed; objects that a partial clone lacks are not fetched behind their back.
    command.env("LC_ALL", "C").env("GIT_NO_LAZY_FETCH", "1");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => RevisionError::NoGit,
        _ => RevisionError::Git(error.to_string()),
    })?;
    let stdin = child.stdin.take();
    // Written while reading: git answers while it is still being asked, and both pipes are short.
    std::thread::scope(|scope| {
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
        child.wait_with_output().map_err(|error| RevisionError::Git(error.to_string()))
    })
}

fn succeeded(output: Output) -> Result<Output, RevisionError> {
    if output.status.success() { Ok(output) } else { Err(RevisionError::Git(complaint(&output))) }
}

/// The first line of what git said.
fn complaint(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    said.lines().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing").trim().to_owned()
}

fn check_repository() -> Result<(), RevisionError> {
    let output = git(["rev-parse", "--git-dir"], b"")?;
    if output.status.success() { Ok(()) } else { Err(RevisionError::NoRepository(complaint(&output))) }
}

/// The id of an object; a name that begins with `-` is still a name.
fn object(name: &str) -> Result<Option<String>, RevisionError> {
    let output = git(["rev-parse", "--verify", "--quiet", "--end-of-options", name], b"")?;
    let id = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    Ok(Some(id).filter(|id| output.status.success() && is_id(id)))
}

fn is_id(text: &str) -> bool {
    text.len() >= 40 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// The folder that is meant, and its object.
fn tree(commit: &str, path: Option<&str>) -> Result<(String, String), RevisionError> {
    let named = path.map(|path| path.replace('\\', "/").trim_end_matches('/').to_owned());
    match named {
        Some(path) => match tree_at(commit, &path)? {
            Some(id) => Ok((path, id)),
            None => Err(RevisionError::NoFolder(path)),
        },
        None => match tree_at(commit, USUAL)? {
            Some(id) => Ok((USUAL.to_owned(), id)),
            None => Ok((String::new(), tree_at(commit, "")?.ok_or(RevisionError::Unknown)?)),
        },
    }
}

fn tree_at(commit: &str, path: &str) -> Result<Option<String>, RevisionError> {
    let name = if path.is_empty() { commit.to_owned() } else { format!("{commit}:{path}") };
    let Some(id) = object(&name)? else { return Ok(None) };
    object(&format!("{id}^{{tree}}"))
}

/// The database's files in a listing of `git ls-tree -r -z`; hidden files and other kinds are not its own.
fn blobs(listed: &str) -> Result<Vec<Blob<'_>>, RevisionError> {
    let mut blobs = Vec::new();
    for entry in listed.split('\0').filter(|entry| !entry.is_empty()) {
        let Some((about, path)) = entry.split_once('\t') else { continue };
        if path.split('/').any(|part| part.starts_with('.')) {
            continue;
        }
        match about.split(' ').collect::<Vec<_>>().as_slice() {
            ["100644" | "100755" | "100664", "blob", id] if is_of_database(Path::new(path)) => {
                blobs.push(Blob { path, id })
            }
            ["100644" | "100755" | "100664", "blob", _] => {}
            _ => return Err(RevisionError::Link(path.to_owned())),
        }
    }
    Ok(blobs)
}

fn write_out(blobs: &[Blob<'_>], folder: &Path) -> Result<(), RevisionError> {
    let asked: String = blobs.iter().map(|blob| format!("{}\n", blob.id)).collect();
    let answers = succeeded(git(["cat-file", "--batch"], asked.as_bytes())?)?.stdout;
    let mut rest = answers.as_slice();
    for blob in blobs {
        let (bytes, after) = answer(rest, blob)?;
        rest = after;
        write_file(folder, blob.path, bytes)?;
    }
    Ok(())
}

/// One answer of `git cat-file --batch`: `<id> blob <size>`, a line feed, the bytes, a line feed.
fn answer<'b>(answers: &'b [u8], blob: &Blob<'_>) -> Result<(&'b [u8], &'b [u8]), RevisionError> {
    let broken = || RevisionError::Git(format!("it cannot read {}", blob.path));
    let line = answers.iter().position(|byte| *byte == b'\n').ok_or_else(broken)?;
    let (head, rest) = answers.split_at_checked(line).ok_or_else(broken)?;
    let head = String::from_utf8_lossy(head);
    let size = match head.split(' ').collect::<Vec<_>>().as_slice() {
        [id, "blob", size] if *id == blob.id => size.parse::<usize>().map_err(|_| broken())?,
        _ => return Err(broken()),
    };
    let rest = rest.get(1..).ok_or_else(broken)?;
    let (bytes, rest) = rest.split_at_checked(size).ok_or_else(broken)?;
    Ok((bytes, rest.get(1..).ok_or_else(broken)?))
}

/// Writes a file below a folder and never outside it, whatever a hostile repository calls it.
fn write_file(folder: &Path, path: &str, bytes: &[u8]) -> Result<(), RevisionError> {
    let is_plain = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    if !is_plain || path.contains(['\\', ':', '\u{fffd}']) {
        return Err(RevisionError::Path(path.to_owned()));
    }
    let file = folder.join(path);
    if let Some(parent) = file.parent() {
        std::fs::create_dir_all(parent)?;
    }
    // Two names that differ only in case are one file on some systems; the second must not silently win.
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(file)?;
    file.write_all(bytes)?;
    Ok(())
}
