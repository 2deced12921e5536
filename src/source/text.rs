//! A text and where it was read, so that every problem with it has its place.

use crate::diagnostic::{Diagnostic, Level, Place, Snippet};

/// A file that was read.
#[derive(Clone, Debug)]
pub struct Text {
    /// Its path, as diagnostics tell it.
    pub path: String,
    /// Its text, without a byte order mark.
    pub text: String,
}

impl Text {
    /// A problem at an offset of the text, in bytes.
    pub fn problem(&self, offset: usize, code: &'static str, message: String) -> Box<Diagnostic> {
        let before = self.text.get(..offset).unwrap_or(&self.text);
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = self.text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        let column = before.get(start..).map_or(0, |part| part.chars().count()) + 1;
        let place = Place { line: before.matches('\n').count() + 1, column };
        let snippet = Some(Box::new(Snippet::cut(line, column)));
        let path = self.path.clone();
        Box::new(Diagnostic { path, place, level: Level::Error, code, message, help: None, snippet })
    }
}
