//! Files and folders to typed values: collects the diagnostics of all of them and never stops at the first.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::database::Parts;
use crate::diagnostic::{Diagnostic, Level};
use crate::model::flaw::Flaws;
use crate::model::schema::schema;
use crate::model::wording::shorten;

pub mod database;
pub mod decode;
pub mod folder;
pub mod inventory;
mod keys;
pub mod node;
pub mod origin;
#[cfg(feature = "decide")]
pub mod single;
pub mod update_rows;

use folder::Links;
use node::Node;

use super::problem::Problem;
use super::text::{STDIN, Text, hex};

/// Reads the database that a program carries with it, for where a folder may be named by the word `builtin`.
pub type Builtin = fn() -> Result<Parts, String>;

/// Reads files and keeps what is wrong with them.
#[derive(Debug, Default)]
pub struct Loader {
    diagnostics: Vec<Diagnostic>,
    builtin: Option<Builtin>,
    /// Folders that are called something else than where they lie.
    names: Vec<(PathBuf, String)>,
    links: Links,
}

impl Loader {
    /// A loader for which the word `builtin` means what this reads.
    pub fn with_builtin(builtin: Builtin) -> Self {
        Self { builtin: Some(builtin), ..Self::default() }
    }

    /// The same loader, which stays inside the folders that it is given: of what others propose, no link is followed out.
    #[must_use]
    pub fn inside(self) -> Self {
        Self { links: Links::Inside, ..self }
    }

    /// Calls a folder something else than where it lies, such as the git revision that it was written from.
    pub fn call(&mut self, folder: PathBuf, name: String) {
        self.names.push((folder, name));
    }

    /// A loader for one of many files that are read at the same time.
    fn beside(&self) -> Self {
        Self { diagnostics: Vec::new(), builtin: self.builtin, names: self.names.clone(), links: self.links }
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
    pub fn read(&mut self, path: &Path) -> Option<Text> {
        let name = if path.as_os_str() == STDIN { "<stdin>".to_owned() } else { self.name(path) };
        let read = Text::read(path, name);
        self.or_keep(read)
    }

    /// Decodes bytes that were read elsewhere.
    pub fn source(&mut self, path: String, bytes: Vec<u8>) -> Option<Text> {
        let decoded = Text::of_bytes(path, bytes);
        self.or_keep(decoded)
    }

    fn or_keep<T>(&mut self, result: Result<T, Box<Diagnostic>>) -> Option<T> {
        result.map_err(|diagnostic| self.keep(*diagnostic)).ok()
    }

    /// Reads one document of a kind: its typed value and the tree it was read from.
    pub fn document<T: DeserializeOwned>(&mut self, source: &Text, kind: &str) -> Option<(T, Node)> {
        let root = self.tree(source)?;
        if !self.check_schema(source, &root, kind) {
            return None;
        }
        let (value, problems) = decode::decode(&root);
        problems.into_iter().for_each(|problem| self.report(source, problem));
        Some((value?, root))
    }

    /// Reads one document of a kind whose parts have to agree: first as it is written, then as what it means.
    pub fn checked<F, T>(&mut self, source: &Text, kind: &str) -> Option<(T, Node)>
    where
        F: DeserializeOwned,
        T: TryFrom<F, Error = Flaws>,
    {
        let (written, root) = self.document::<F>(source, kind)?;
        match T::try_from(written) {
            Ok(value) => Some((value, root)),
            Err(flaws) => {
                self.report_flaws(source, &root, flaws);
                None
            }
        }
    }

    /// Keeps what is wrong with the value that was read from a tree.
    fn report_flaws(&mut self, source: &Text, root: &Node, flaws: Flaws) {
        for flaw in flaws {
            self.report(source, Problem::new("bad-value", flaw.message).at(root.follow(flaw.at.steps())));
        }
    }

    /// The tree of a document, with its duplicate keys told.
    pub fn tree(&mut self, source: &Text) -> Option<Node> {
        match node::parse(&source.text) {
            Ok((root, problems)) => {
                problems.into_iter().for_each(|problem| self.report(source, problem));
                Some(root)
            }
            Err(problem) => {
                self.report(source, problem);
                None
            }
        }
    }

    /// Checks that a document says it is of the kind that is expected here.
    pub fn check_schema(&mut self, source: &Text, root: &Node, kind: &str) -> bool {
        let wanted = schema(kind);
        let (code, message, node) = match root.get("schema") {
            Some(node) if node.text() == Some(&wanted) => return true,
            Some(node) => {
                let found = shorten(node.text().unwrap_or("something else"));
                ("schema-version", format!("expected schema `{wanted}`, found `{found}`"), node)
            }
            None if root.entries().is_empty() => {
                ("wrong-type", format!("expected a mapping with `schema: {wanted}`"), root)
            }
            None => ("missing-key", format!("missing key `schema`: expected `{wanted}`"), root),
        };
        self.report(source, Problem::new(code, message).at(node));
        false
    }

    /// Keeps a problem of a file.
    pub fn report(&mut self, source: &Text, problem: Problem) {
        self.diagnostics.push(*source.diagnostic(problem));
    }

    /// Keeps problems of values at the ends of paths of keys and places; the file is read once more to find them.
    pub fn report_at<'a, P: IntoIterator<Item = &'a str>>(
        &mut self,
        source: &Text,
        problems: impl IntoIterator<Item = (P, Problem)>,
    ) {
        let root = node::parse(&source.text).map(|(root, _)| root).ok();
        for (path, problem) in problems {
            let place = root.as_ref().map(|root| root.follow(path).place).unwrap_or_default();
            self.report(source, problem.placed(place));
        }
    }

    /// Keeps a problem that was found elsewhere.
    pub fn keep(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Keeps a problem of a file as a whole.
    pub fn whole(&mut self, path: &str, code: &'static str, message: String) {
        self.about(path, Problem::new(code, message));
    }

    /// Keeps a problem of something that is no text, such as a folder.
    fn about(&mut self, path: &str, problem: Problem) {
        let nothing = Text::new(path.to_owned(), String::new(), String::new());
        self.report(&nothing, problem);
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
