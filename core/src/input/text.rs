//! Bytes to text, once for every reader: gzip is unpacked, UTF-8 with or without a byte order mark or UTF-16 with one (as
//! PowerShell 5.1 writes it) is decoded, and nothing is larger than one limit.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;
use std::sync::OnceLock;

use flate2::read::MultiGzDecoder;
use sha2::{Digest, Sha256};

use super::problem::Problem;
use crate::diagnostic::{Diagnostic, Level, Place, Snippet};

/// The largest input, packed or unpacked, in bytes: ten times the inventory of 100,000 servers.
pub const LARGEST: u64 = 1 << 30;

/// The longest message, in characters.
const LONGEST_MESSAGE: usize = 600;

/// The path that means standard input.
pub const STDIN: &str = "-";

/// An input that was read: its text and what it is called in diagnostics.
#[derive(Clone, Debug, Default)]
pub struct Text {
    /// The path as it was given, or `<stdin>`.
    pub path: String,
    /// Its text, without a byte order mark.
    pub text: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub digest: String,
    /// Where lines and characters lie; counted when the first problem asks for it.
    index: OnceLock<Index>,
}

/// Where lines and characters lie in a text, so that no problem has to count from the start of the text or of a long line.
#[derive(Clone, Debug)]
struct Index {
    /// Where each line begins, in bytes.
    lines: Vec<usize>,
    /// Where every [`STEP`]th character begins, in bytes.
    marks: Vec<usize>,
}

/// How many characters lie between two marks.
const STEP: usize = 1024;

impl Index {
    fn of(text: &str) -> Self {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(newline, _)| newline + 1)).collect();
        let marks = match text.is_ascii() {
            true => (0..text.len()).step_by(STEP).collect(),
            false => text.char_indices().step_by(STEP).map(|(start, _)| start).collect(),
        };
        Self { lines, marks }
    }
}

impl Text {
    /// A text that is at hand already.
    pub fn new(path: String, text: String, digest: String) -> Self {
        Self { path, text, digest, index: OnceLock::new() }
    }

    /// Decodes bytes that were read.
    ///
    /// # Errors
    /// As [`decode`]; and when they are gzip that cannot be unpacked or would be too large.
    pub fn of_bytes(path: String, bytes: Vec<u8>) -> Result<Self, Box<Diagnostic>> {
        let digest = hex(&Sha256::digest(&bytes));
        match unpacked(bytes, LARGEST).and_then(decode) {
            Ok(text) => Ok(Self::new(path, text, digest)),
            Err(problem) => Err(Self::new(path, String::new(), digest).diagnostic(problem)),
        }
    }

    /// Reads a file, or standard input for `-`; `name` is what diagnostics call it.
    ///
    /// # Errors
    /// When it cannot be read or unpacked, is too large, or is in no encoding that is supported.
    pub fn read(path: &Path, name: String) -> Result<Self, Box<Diagnostic>> {
        let bytes = if path.as_os_str() == STDIN {
            bounded(io::stdin().lock(), LARGEST, "read")
        } else {
            File::open(path).map_err(|error| unreadable("read", &error)).and_then(|file| bounded(file, LARGEST, "read"))
        };
        match bytes {
            Ok(bytes) => Self::of_bytes(name, bytes),
            Err(problem) => Err(Self::new(name, String::new(), String::new()).diagnostic(problem)),
        }
    }

    /// A line by its number, from 1.
    pub fn line(&self, number: usize) -> Option<&str> {
        self.text.get(self.span(number)?)
    }

    /// The place of an offset, in bytes.
    pub fn place(&self, offset: usize) -> Place {
        let lines = &self.index().lines;
        let line = lines.partition_point(|start| *start <= offset).max(1);
        let start = lines.get(line - 1).copied().unwrap_or(0);
        let is_inside = self.text.is_char_boundary(offset);
        let before = if is_inside { self.characters_before(offset) - self.characters_before(start) } else { 0 };
        Place { line, column: before + 1 }
    }

    /// The line of a place as far as it is shown; of a long one only the part around the column is looked at.
    fn snippet(&self, place: Place) -> Option<Snippet> {
        let line = self.span(place.line)?;
        let skipped = Snippet::skipped(place.column);
        let start = match skipped {
            0 => line.start,
            _ => self.offset_of(self.characters_before(line.start) + skipped).min(line.end),
        };
        Some(Snippet::of(self.text.get(start..line.end)?, place.column - skipped))
    }

    /// A problem of this text as a diagnostic, with the line that it is about.
    pub fn diagnostic(&self, problem: Problem) -> Box<Diagnostic> {
        let place = problem.place.unwrap_or_default();
        Box::new(Diagnostic {
            path: self.path.clone(),
            place,
            level: Level::Error,
            code: problem.code,
            message: cut(problem.message),
            help: problem.help,
            snippet: self.snippet(place).map(Box::new),
        })
    }

    /// A problem at an offset of the text, in bytes.
    pub fn problem(&self, offset: usize, code: &'static str, message: String) -> Box<Diagnostic> {
        self.diagnostic(Problem::new(code, message).placed(self.place(offset)))
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| Index::of(&self.text))
    }

    /// Where a line lies, in bytes, without what ends it.
    fn span(&self, number: usize) -> Option<Range<usize>> {
        let lines = &self.index().lines;
        let start = *lines.get(number.checked_sub(1)?)?;
        let written = self.text.get(start..lines.get(number).copied().unwrap_or(self.text.len()))?;
        let line = written.strip_suffix('\n').map_or(written, |line| line.strip_suffix('\r').unwrap_or(line));
        (!written.is_empty()).then(|| start..start + line.len())
    }

    /// How many characters stand before an offset at which one begins.
    fn characters_before(&self, offset: usize) -> usize {
        let marks = &self.index().marks;
        let passed = marks.partition_point(|mark| *mark <= offset).saturating_sub(1);
        let mark = marks.get(passed).copied().unwrap_or(0);
        passed * STEP + self.text.get(mark..offset).unwrap_or_default().chars().count()
    }

    /// Where a character begins, by how many stand before it; the end of the text where there are not so many.
    fn offset_of(&self, number: usize) -> usize {
        let mark = self.index().marks.get(number / STEP).copied().unwrap_or(self.text.len());
        let rest = self.text.get(mark..).unwrap_or_default();
        rest.char_indices().nth(number % STEP).map_or(self.text.len(), |(place, _)| mark + place)
    }
}

/// Bytes, unpacked when they are gzip.
///
/// # Errors
/// When they cannot be unpacked, or would be larger than the limit.
pub fn unpacked(bytes: Vec<u8>, largest: u64) -> Result<Vec<u8>, Problem> {
    match bytes.starts_with(&[0x1f, 0x8b]) {
        true => bounded(MultiGzDecoder::new(bytes.as_slice()), largest, "unpack"),
        false => Ok(bytes),
    }
}

/// Reads everything, up to a limit.
fn bounded(from: impl Read, largest: u64, verb: &str) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    match from.take(largest + 1).read_to_end(&mut bytes) {
        Err(error) => Err(unreadable(verb, &error)),
        Ok(length) if length as u64 > largest => {
            let message = format!("the file is too large: expected at most {} MiB", largest >> 20);
            Err(Problem::new("too-large", message))
        }
        Ok(_) => Ok(bytes),
    }
}

fn unreadable(verb: &str, error: &io::Error) -> Problem {
    Problem::new("unreadable", format!("cannot {verb} the file: {error}"))
}

/// Decodes bytes.
///
/// # Errors
/// When they are in no encoding that is supported, or hold NUL characters.
pub fn decode(bytes: Vec<u8>) -> Result<String, Problem> {
    let text = match bytes.as_slice() {
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest.to_vec()),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => utf8(bytes),
    }?;
    match text.find('\0') {
        None => Ok(with_plain_ends(text)),
        Some(offset) => {
            let problem = Problem::new("encoding", "a NUL character".to_owned()).placed(place_in(text, offset));
            Err(problem.helped(Some("UTF-16 needs a byte order mark; save the file as UTF-8".to_owned())))
        }
    }
}

/// Messages of other libraries hold as much of an input as it happens to have.
fn cut(mut message: String) -> String {
    if let Some((end, _)) = message.char_indices().nth(LONGEST_MESSAGE) {
        message.truncate(end);
        message.push('…');
    }
    message
}

/// A carriage return alone ends a line of YAML and of CSV, but not for who counts lines to show a place: those of a text
/// in which there is one become line feeds.
fn with_plain_ends(text: String) -> String {
    let is_alone = |(at, _): (usize, &str)| text.as_bytes().get(at + 1) != Some(&b'\n');
    match text.match_indices('\r').any(is_alone) {
        true => text.replace("\r\n", "\n").replace('\r', "\n"),
        false => text,
    }
}

fn utf8(bytes: Vec<u8>) -> Result<String, Problem> {
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(error.as_bytes().get(..valid).unwrap_or_default()).into_owned();
        let problem = Problem::new("encoding", "not valid UTF-8".to_owned()).placed(place_in(before, valid));
        problem.helped(Some("save the file as UTF-8, or as UTF-16 with a byte order mark".to_owned()))
    })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Problem> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let text = char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect::<Result<String, _>>();
    let problem = || Problem::new("encoding", "not valid UTF-16".to_owned()).placed(Place { line: 1, column: 1 });
    text.ok().filter(|_| rest.is_empty()).ok_or_else(problem)
}

fn place_in(text: String, offset: usize) -> Place {
    Text::new(String::new(), text, String::new()).place(offset)
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
