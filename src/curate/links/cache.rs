//! The file that keeps answers from one run to the next.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{Answer, Error, Outcome, Settings};
use crate::diagnostic::{Diagnostic, Level, Place, Snippet};
use crate::file;
use crate::model::period::Period;
use crate::model::unique_map;

/// What the file says it is.
pub const SCHEMA: &str = "patchgate/online-cache/v1";

/// An answer that nobody asked for again for so long is dropped, unless answers are kept even longer.
const FORGOTTEN_AFTER: Period = Period::days(90);

/// The longest that a page is taken for dead without being asked for again: it may have been a bad day.
const DEAD_FOR: Period = Period::days(1);

/// Answers by page, and the file they are kept in, if they are.
#[derive(Clone, Debug, Default)]
pub struct Cache {
    path: Option<PathBuf>,
    answers: BTreeMap<String, Answer>,
    is_changed: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: String,
    #[serde(deserialize_with = "unique_map::deserialize")]
    answers: BTreeMap<String, Answer>,
}

#[derive(Serialize)]
struct FileRef<'a> {
    schema: &'static str,
    answers: &'a BTreeMap<String, Answer>,
}

impl Cache {
    /// Reads the file; one that is not there yet is empty.
    ///
    /// # Errors
    /// When it cannot be read, with the place of what is wrong. It is never overwritten then.
    pub fn read(path: Option<&Path>) -> Result<Self, Error> {
        let Some(path) = path else { return Ok(Self::default()) };
        let answers = match fs::read_to_string(path) {
            Ok(text) => parse(path, &text)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => {
                return Err(problem(
                    path,
                    "",
                    Place::default(),
                    "unreadable",
                    format!("cannot read the file: {error}"),
                ));
            }
        };
        Ok(Self { path: Some(path.to_owned()), answers, is_changed: false })
    }

    /// The answer about a page.
    pub fn get(&self, page: &Url) -> Option<&Answer> {
        self.answers.get(page.as_str())
    }

    /// The answer about a page, if it is still good.
    pub fn fresh(&self, page: &Url, settings: &Settings) -> Option<&Answer> {
        self.get(page).filter(|answer| is_fresh(answer, settings))
    }

    /// Keeps an answer.
    pub fn keep(&mut self, page: &Url, answer: Answer) {
        self.answers.insert(page.as_str().to_owned(), answer);
        self.is_changed = true;
    }

    /// Drops the answers that nobody has asked for for long.
    pub fn forget(&mut self, wanted: &BTreeSet<Url>, settings: &Settings) {
        let keep_for = settings.keep_for.max(FORGOTTEN_AFTER);
        let wanted: BTreeSet<&str> = wanted.iter().map(Url::as_str).collect();
        let count = self.answers.len();
        self.answers.retain(|page, answer| {
            is_within(answer.checked_at, keep_for, settings.now) || wanted.contains(page.as_str())
        });
        self.is_changed |= self.answers.len() < count;
    }

    /// Whether the file can be written: better known before many servers are asked than afterwards.
    ///
    /// # Errors
    /// When it cannot.
    pub fn check_writable(&self) -> Result<(), Error> {
        let Some(path) = &self.path else { return Ok(()) };
        file::check_writable(path).map_err(|error| Error::Unwritable { path: path.clone(), error })
    }

    /// Writes the file as a whole, through a temporary one beside it, if it would say something else.
    ///
    /// # Errors
    /// When it cannot be written; what was there is still there then.
    pub fn write(&mut self) -> Result<(), Error> {
        if let Some(path) = self.path.as_ref().filter(|_| self.is_changed) {
            self.write_to(path).map_err(|error| Error::Unwritable { path: path.clone(), error })?;
            self.is_changed = false;
        }
        Ok(())
    }

    fn write_to(&self, path: &Path) -> io::Result<()> {
        let mut text = serde_json::to_string_pretty(&FileRef { schema: SCHEMA, answers: &self.answers })?;
        text.push('\n');
        file::write(path, |out| out.write_all(text.as_bytes()))
    }
}

fn is_fresh(answer: &Answer, settings: &Settings) -> bool {
    let keep_for = match answer.outcome {
        Outcome::Alive | Outcome::Moved { .. } => settings.keep_for,
        Outcome::Dead { .. } => settings.keep_for.min(DEAD_FOR),
        Outcome::Unsure { .. } => return false,
    };
    is_within(answer.checked_at, keep_for, settings.now)
}

/// Whether a moment is past, but by less than a period.
fn is_within(moment: Timestamp, period: Period, now: Timestamp) -> bool {
    let age = now.duration_since(moment);
    !age.is_negative() && age < period.duration()
}

fn parse(path: &Path, text: &str) -> Result<BTreeMap<String, Answer>, Error> {
    let file: File = serde_json::from_str(text).map_err(|error| {
        let place = Place { line: error.line(), column: column(text, error.line(), error.column()) };
        problem(path, text, place, "json-syntax", without_place(&error))
    })?;
    if file.schema == SCHEMA {
        return Ok(file.answers);
    }
    let message = format!("expected schema `{SCHEMA}`, found `{}`", file.schema.chars().take(60).collect::<String>());
    Err(problem(path, text, Place { line: 1, column: 1 }, "schema-version", message))
}

/// The column in characters, where the reader counts bytes.
fn column(text: &str, line: usize, bytes: usize) -> usize {
    let line = line.checked_sub(1).and_then(|index| text.lines().nth(index)).unwrap_or_default();
    1 + line.char_indices().take_while(|(start, _)| start + 1 < bytes).count()
}

/// The message alone: the reader adds the place in its own way.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message).to_owned()
}

fn problem(path: &Path, text: &str, place: Place, code: &'static str, message: String) -> Error {
    let line = place.line.checked_sub(1).and_then(|index| text.lines().nth(index));
    Error::Cache(Box::new(Diagnostic {
        path: path.to_string_lossy().into_owned(),
        place,
        level: Level::Error,
        code,
        message,
        help: Some("repair it, or remove it to ask for every page anew".to_owned()),
        snippet: line.map(|line| Box::new(Snippet::cut(line, place.column))),
    }))
}
