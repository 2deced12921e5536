//! Files and folders to typed values: collects the diagnostics of all of them and never stops at the first.

use std::io::Read;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::diagnostic::{Diagnostic, Level, Place, Snippet};

pub mod builtin;
pub mod database;
pub mod decode;
pub mod inventory;
pub mod node;
pub mod origin;
pub mod problem;
pub mod revision;
pub mod single;
pub mod text;
pub mod update_rows;

use node::Node;
use problem::Problem;

/// The path that means standard input.
pub const STDIN: &str = "-";

/// A file that was read: its text and what it is called in diagnostics.
#[derive(Clone, Debug)]
pub struct Source {
    /// The path as it was given, or `<stdin>`.
    pub path: String,
    /// Its text, without a byte order mark.
    pub text: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub digest: String,
}

/// Reads files and keeps what is wrong with them.
#[derive(Debug, Default)]
pub struct Loader {
    diagnostics: Vec<Diagnostic>,
    /// Folders that are called something else than where they lie.
    names: Vec<(PathBuf, String)>,
}

impl Loader {
    /// Calls a folder something else than where it lies, such as the git revision that it was written from.
    pub fn call(&mut self, folder: PathBuf, name: String) {
        self.names.push((folder, name));
    }

    /// A loader for one of many files that are read at the same time.
    fn beside(&self) -> Self {
        Self { diagnostics: Vec::new(), names: self.names.clone() }
    }

    /// What a path is called in diagnostics.
    fn name(&self, path: &Path) -> String {
        let called = self.names.iter().find_map(|(folder, name)| Some((name, path.strip_prefix(folder).ok()?)));
        let Some((name, rest)) = called else { return path.to_string_lossy().into_owned() };
        let rest = rest.to_string_lossy().replace('\\', "/");
        match name.ends_with([':', '/']) || rest.is_empty() {
            true => format!("{name}{rest}"),
            false => format!("{name}/{rest}"),
        }
    }

    /// Reads a file, or standard input for `-`.
    pub fn read(&mut self, path: &Path) -> Option<Source> {
        let is_stdin = path.as_os_str() == STDIN;
        let name = if is_stdin { "<stdin>".to_owned() } else { self.name(path) };
        let bytes = if is_stdin {
            let mut bytes = Vec::new();
            std::io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
        } else {
            std::fs::read(path)
        };
        match bytes {
            Ok(bytes) => self.source(name, bytes),
            Err(error) => {
                self.whole(&name, "unreadable", format!("cannot read the file: {error}"));
                None
            }
        }
    }

    /// Decodes bytes that were read elsewhere.
    pub fn source(&mut self, path: String, bytes: Vec<u8>) -> Option<Source> {
        let digest = hex(&Sha256::digest(&bytes));
        match text::decode(bytes) {
            Ok(text) => Some(Source { path, text, digest }),
            Err(problem) => {
                self.report(&path, "", problem);
                None
            }
        }
    }

    /// Reads one document of a kind: its typed value and the tree it was read from.
    pub fn document<T: DeserializeOwned>(&mut self, source: &Source, kind: &str) -> Option<(T, Node)> {
        let root = self.tree(source)?;
        if !self.check_schema(source, &root, kind) {
            return None;
        }
        let (value, problems) = decode::decode(&root);
        problems.into_iter().for_each(|problem| self.report(&source.path, &source.text, problem));
        Some((value?, root))
    }

    /// The tree of a document, with its duplicate keys told.
    pub fn tree(&mut self, source: &Source) -> Option<Node> {
        match node::parse(&source.text) {
            Ok((root, problems)) => {
                problems.into_iter().for_each(|problem| self.report(&source.path, &source.text, problem));
                Some(root)
            }
            Err(problem) => {
                self.report(&source.path, &source.text, problem);
                None
            }
        }
    }

    /// Checks that a document says it is of the kind that is expected here.
    pub fn check_schema(&mut self, source: &Source, root: &Node, kind: &str) -> bool {
        let wanted = schema(kind);
        let (code, message, node) = match root.get("schema") {
            Some(node) if node.text() == Some(&wanted) => return true,
            Some(node) => {
                let found = problem::shorten(node.text().unwrap_or("something else"));
                ("schema-version", format!("expected schema `{wanted}`, found `{found}`"), node)
            }
            None if root.entries().is_empty() => {
                ("wrong-type", format!("expected a mapping with `schema: {wanted}`"), root)
            }
            None => ("missing-key", format!("missing key `schema`: expected `{wanted}`"), root),
        };
        self.report(&source.path, &source.text, Problem::new(code, message).at(node));
        false
    }

    /// Keeps a problem of a file.
    pub fn report(&mut self, path: &str, text: &str, problem: Problem) {
        let line = problem.place.and_then(|place| place.line.checked_sub(1)).and_then(|index| text.lines().nth(index));
        self.report_in(path, line, problem);
    }

    /// Keeps a problem of a file of which the line that it is about is known.
    fn report_in(&mut self, path: &str, line: Option<&str>, problem: Problem) {
        let place = problem.place.unwrap_or_default();
        self.diagnostics.push(Diagnostic {
            path: path.to_owned(),
            place,
            level: Level::Error,
            code: problem.code,
            message: problem.message,
            help: problem.help,
            snippet: line.map(|line| Box::new(Snippet::cut(line, place.column))),
        });
    }

    /// Keeps a problem of the value at the end of a path of keys and places; the file is read again to find it.
    pub fn report_at<'a>(&mut self, source: &Source, path: impl IntoIterator<Item = &'a str>, problem: Problem) {
        let place = node::parse(&source.text).map(|(root, _)| root.follow(path).place).unwrap_or_default();
        self.report(&source.path, &source.text, problem.placed(place));
    }

    /// Keeps a problem that was found elsewhere.
    pub fn keep(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Keeps a problem of a file as a whole.
    pub fn whole(&mut self, path: &str, code: &'static str, message: String) {
        self.report(path, "", Problem::new(code, message).placed(Place::default()));
    }

    /// Whether anything is wrong so far.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error)
    }

    /// What is wrong, sorted by file and place.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        self.diagnostics.sort();
        self.diagnostics.dedup();
        self.diagnostics
    }
}

/// The value of `schema` for a kind of file.
pub fn schema(kind: &str) -> String {
    format!("patchgate/{kind}/v1")
}

/// SHA-256 of a text.
pub fn digest_of_text(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// SHA-256 of several parts whose order does not matter.
pub fn digest_of_all<'a>(digests: impl IntoIterator<Item = &'a str>) -> String {
    let mut digests: Vec<&str> = digests.into_iter().collect();
    match digests.as_slice() {
        [only] => (*only).to_owned(),
        _ => {
            digests.sort_unstable();
            digest_of_text(&digests.join("\n"))
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
