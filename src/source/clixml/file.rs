//! A file's text: unpacked when it is gzip, decoded from UTF-8 or UTF-16, and never larger than a limit.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::{Problem, whole};
use crate::diagnostic::Diagnostic;
pub use crate::source::text::Text;

/// The largest file, packed or unpacked, in bytes; the exports of a large server take a few megabytes.
const LARGEST: u64 = 64 * 1024 * 1024;

/// Reads a file.
///
/// # Errors
/// When it cannot be read or unpacked, is too large, or is in no encoding that is supported.
pub fn read(path: &Path) -> Result<Text, Problem> {
    let unreadable = |error| whole(path, "unreadable", format!("cannot read the file: {error}"));
    let packed = bounded(File::open(path).map_err(unreadable)?, path, "read")?;
    let bytes = if packed.starts_with(&[0x1f, 0x8b]) {
        bounded(MultiGzDecoder::new(packed.as_slice()), path, "unpack")?
    } else {
        packed
    };
    let text = decode(bytes).map_err(|message| whole(path, "encoding", message.to_owned()))?;
    let text = Text { path: path.to_string_lossy().into_owned(), text };
    match text.text.find('\0') {
        None => Ok(text),
        Some(offset) => {
            let help = Some("UTF-16 needs a byte order mark".to_owned());
            Err(Box::new(Diagnostic { help, ..*text.problem(offset, "encoding", "a NUL character".to_owned()) }))
        }
    }
}

fn bounded(from: impl Read, path: &Path, verb: &str) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    match from.take(LARGEST + 1).read_to_end(&mut bytes) {
        Err(error) => Err(whole(path, "unreadable", format!("cannot {verb} the file: {error}"))),
        Ok(length) if length as u64 > LARGEST => {
            let message = format!("the file is too large: expected at most {} MiB of text", LARGEST >> 20);
            Err(whole(path, "too-large", message))
        }
        Ok(_) => Ok(bytes),
    }
}

fn decode(bytes: Vec<u8>) -> Result<String, &'static str> {
    match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest.to_vec()),
        _ => utf8(bytes),
    }
}

fn utf8(bytes: Vec<u8>) -> Result<String, &'static str> {
    String::from_utf8(bytes).map_err(|_| "not valid UTF-8")
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, &'static str> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let text = char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect::<Result<String, _>>();
    text.ok().filter(|_| rest.is_empty()).ok_or("not valid UTF-16")
}
