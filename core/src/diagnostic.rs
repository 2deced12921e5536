//! Diagnostics: what is wrong with an input, where, and what would be right.

use std::fmt;

use serde::Serialize;
use unicode_width::UnicodeWidthChar;

/// How grave a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The input cannot be used.
    Error,
    /// The input can be used, but should be looked at.
    Warning,
}

/// A rule as people see it, whatever it checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Described {
    /// Its stable code, in kebab case.
    pub code: &'static str,
    /// How grave it is unless somebody says otherwise.
    pub level: Level,
    /// What it finds, in one line.
    pub about: &'static str,
}

/// A place in a text: line and column, both counted from 1, the column in characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Place {
    /// The line, from 1; 0 means the file as a whole.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// One problem of one input.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Diagnostic {
    /// The input's path, or `<stdin>`.
    pub path: String,
    /// Where in it.
    pub place: Place,
    /// How grave it is.
    pub level: Level,
    /// A stable code in kebab case.
    pub code: &'static str,
    /// What is wrong: lower case, no final stop, input in backticks.
    pub message: String,
    /// What would be right.
    pub help: Option<String>,
    /// The line of the source that it is about, as far as it is shown.
    pub snippet: Option<Box<Snippet>>,
}

/// A part of a source line, and where the caret goes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Snippet {
    text: String,
    caret: usize,
}

/// How much of a line is shown; inventories written by programs may be one line of megabytes.
const SHOWN: usize = 100;

impl Snippet {
    /// Cuts a window around a column out of a line; what could drive a terminal or a pipeline becomes harmless.
    pub fn cut(line: &str, column: usize) -> Self {
        let skipped = Self::skipped(column);
        let start = line.char_indices().nth(skipped).map_or(line.len(), |(start, _)| start);
        Self::of(line.get(start..).unwrap_or_default(), column - skipped)
    }

    /// How many characters of a line are left out before what is shown around a column.
    pub fn skipped(column: usize) -> usize {
        if column <= SHOWN * 3 / 4 { 0 } else { column - (SHOWN / 2 + 1) }
    }

    /// The same of a line whose first characters are left out already, and the column counted from there.
    pub fn of(part: &str, column: usize) -> Self {
        let text: String = part.chars().take(SHOWN).map(|c| if is_harmless(c) { c } else { ' ' }).collect();
        let before: String = text.chars().take(column.saturating_sub(1)).collect();
        let caret = without_commands(before).chars().map(|c| c.width().unwrap_or(0)).sum();
        Self { text: without_commands(text), caret }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            Level::Error => "error",
            Level::Warning => "warning",
        };
        write!(f, "{}:", inert(&self.path))?;
        if self.place.line > 0 {
            write!(f, "{}:{}:", self.place.line, self.place.column)?;
        }
        write!(f, " {level}[{}]: {}", self.code, inert(&self.message))?;
        if let Some(Snippet { text, caret }) = self.snippet.as_deref() {
            let number = self.place.line.to_string();
            let margin = " ".repeat(number.len());
            write!(f, "\n{number} | {}\n{margin} | {:caret$}^", inert(text), "")?;
        }
        if let Some(help) = &self.help {
            write!(f, "\n  help: {}", inert(help))?;
        }
        Ok(())
    }
}

/// A text that can drive neither the terminal nor the pipeline whose log it comes into.
pub fn inert(text: &str) -> String {
    without_commands(text.chars().map(|c| if is_harmless(c) { c } else { '\u{fffd}' }).collect())
}

/// Control characters drive terminals, and marks of direction make a text read as another.
pub fn is_harmless(c: char) -> bool {
    let is_direction =
        matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !c.is_control() && !is_direction
}

/// The runners of Azure Pipelines, and of GitHub Actions in their first form, take commands from anywhere in a line.
fn without_commands(text: String) -> String {
    if !text.contains("##") {
        return text;
    }
    text.replace("##vso[", "## vso[").replace("##[", "## [")
}

/// The known word that is most like an unknown one, if one is near.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower: String = word.to_lowercase().chars().take(80).collect();
    known
        .into_iter()
        .map(|candidate| (strsim::osa_distance(&lower, &candidate.to_lowercase()), candidate))
        // A third of the word may be wrong; of a short one a single letter.
        .filter(|(distance, candidate)| *distance <= 1.max(candidate.chars().count() / 3))
        .min()
        .map(|(_, candidate)| candidate)
}

/// The hint that names the known word that is most like an unknown one, if one is near.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(word, known).map(suggestion)
}

/// The hint that names the word that was probably meant.
pub fn suggestion(word: &str) -> String {
    format!("did you mean `{word}`?")
}
