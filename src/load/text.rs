//! Bytes to text: UTF-8 with or without a byte order mark, or UTF-16 with one, as PowerShell 5.1 writes it.

use super::problem::Problem;
use crate::diagnostic::Place;

/// Decodes a file.
///
/// # Errors
/// When the bytes are in no encoding that is supported, or hold NUL characters.
pub fn decode(bytes: Vec<u8>) -> Result<String, Problem> {
    let text = match bytes.as_slice() {
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest.to_vec()),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => utf8(bytes),
    }?;
    match text.find('\0') {
        None => Ok(text),
        Some(position) => {
            let problem = Problem::new("encoding", "a NUL character".to_owned()).placed(place_of(&text, position));
            Err(problem.helped(Some("UTF-16 needs a byte order mark; save the file as UTF-8".to_owned())))
        }
    }
}

fn utf8(bytes: Vec<u8>) -> Result<String, Problem> {
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(error.as_bytes().get(..valid).unwrap_or_default()).into_owned();
        let problem = Problem::new("encoding", "not valid UTF-8".to_owned()).placed(place_of(&before, valid));
        problem.helped(Some("save the file as UTF-8, or as UTF-16 with a byte order mark".to_owned()))
    })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Problem> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
    match String::from_utf16(&units) {
        Ok(text) if rest.is_empty() => Ok(text),
        _ => Err(Problem::new("encoding", "not valid UTF-16".to_owned()).placed(Place { line: 1, column: 1 })),
    }
}

fn place_of(text: &str, position: usize) -> Place {
    let before = text.get(..position).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
    Place { line, column }
}
