//! The number of an update in the vendor's knowledge base, however somebody wrote it.

use std::borrow::Cow;

/// The letters before the number.
const PREFIX: &str = "KB";

/// What a text is, read as such a number.
#[derive(Debug, PartialEq, Eq)]
pub enum Number {
    /// A number: `KB974571`, or a reissue that the vendor names apart: `KB3002657-v2`.
    Known(String),
    /// Not quite: it begins like this one, and goes on.
    Like(String),
    /// Something else.
    Other,
}

impl Number {
    /// Reads a text without what cannot be seen.
    pub fn of(text: &str) -> Self {
        let folded: String = text.chars().map(narrow).filter(|c| !c.is_whitespace()).collect();
        let rest = folded.get(..PREFIX.len()).filter(|prefix| prefix.eq_ignore_ascii_case(PREFIX));
        let is_named = rest.is_some();
        let rest = if is_named { folded.get(PREFIX.len()..).unwrap_or_default() } else { &folded };
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = rest.split_at(digits);
        match significant(number) {
            Some(number) if after.is_empty() => Self::Known(format!("{PREFIX}{number}")),
            Some(number) if is_named && is_reissue(after) => {
                Self::Known(format!("{PREFIX}{number}{}", after.to_ascii_lowercase()))
            }
            Some(number) if is_named => Self::Like(format!("{PREFIX}{number}")),
            _ => Self::Other,
        }
    }
}

/// Whether a text is a number as it is kept, as nearly all are.
pub fn is_plain_number(text: &str) -> bool {
    let digits = text.strip_prefix(PREFIX).filter(|digits| (1..=12).contains(&digits.len()));
    digits.is_some_and(|digits| !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// The digits without zeros before them; none without digits.
fn significant(digits: &str) -> Option<&str> {
    let number = digits.trim_start_matches('0');
    if number.is_empty() { digits.get(digits.len().checked_sub(1)?..) } else { Some(number) }
}

/// `-v2`: how the vendor names a package that replaced the first one.
fn is_reissue(after: &str) -> bool {
    let version = after.strip_prefix("-v").or_else(|| after.strip_prefix("-V"));
    version.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// The narrow form of what consoles of East Asian languages write wide.
fn narrow(letter: char) -> char {
    match letter {
        '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(letter) - 0xFEE0).unwrap_or(letter),
        _ => letter,
    }
}

/// A text without the letters that nobody sees.
pub fn visible(text: &str) -> Cow<'_, str> {
    let is_invisible =
        |letter: char| matches!(letter, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}');
    match text.contains(is_invisible) {
        true => Cow::Owned(text.replace(is_invisible, "")),
        false => Cow::Borrowed(text),
    }
}

/// The number that a title names, where it names one and no other.
pub fn named_in(title: &str) -> Option<String> {
    let words = title.split(|letter: char| !letter.is_alphanumeric() && letter != '-');
    let mut numbers = words.filter_map(|word| match Number::of(word) {
        Number::Known(number) if word.len() > PREFIX.len() && !word.starts_with(|c: char| c.is_ascii_digit()) => {
            Some(number)
        }
        _ => None,
    });
    let first = numbers.next()?;
    numbers.all(|number| number == first).then_some(first)
}

/// Whether a text is an id as WSUS and Configuration Manager give them, perhaps with a prefix: eight, four, four, four and
/// twelve hexadecimal digits.
pub fn is_guid(text: &str) -> bool {
    let bare = text.trim_matches(['{', '}']);
    let guid = bare.rsplit(['/', '_']).next().unwrap_or(bare);
    let lengths: Vec<usize> = guid.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && guid.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}
