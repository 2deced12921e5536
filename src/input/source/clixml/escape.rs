//! The escapes of CLIXML: `_x000D_` is the UTF-16 unit 000D, and `_x005F_` the underscore of a text that looks so.

use std::borrow::Cow;

/// The length of `_x000D_`.
const ESCAPE: usize = 7;

/// Undoes the escapes of a text; half a pair of surrogates becomes the replacement character.
pub fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") {
        return Cow::Borrowed(text);
    }
    let mut units: Vec<u16> = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = match escaped(rest) {
            Some(unit) => {
                units.push(unit);
                ESCAPE
            }
            None => {
                units.extend_from_slice(c.encode_utf16(&mut [0; 2]));
                c.len_utf8()
            }
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    Cow::Owned(String::from_utf16_lossy(&units))
}

/// The unit that a text begins with, when it begins with an escape.
fn escaped(text: &str) -> Option<u16> {
    let digits = text.get(..ESCAPE)?.strip_prefix("_x")?.strip_suffix('_')?;
    let is_hex = digits.bytes().all(|b| b.is_ascii_hexdigit());
    is_hex.then(|| u16::from_str_radix(digits, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    #[test]
    fn escapes_are_undone() {
        for (written, meant) in [
            ("plain", "plain"),
            ("a_x000D__x000A_b", "a\r\nb"),
            ("_xD83D__xDE00_", "😀"),
            ("_x005F_x000D_", "_x000D_"),
            ("_x00_ _xZZZZ_ _x000", "_x00_ _xZZZZ_ _x000"),
            ("_xä000D_", "_xä000D_"),
            ("_xD83D_!", "\u{fffd}!"),
        ] {
            assert_eq!(super::decode(written), meant, "{written}");
        }
    }
}
