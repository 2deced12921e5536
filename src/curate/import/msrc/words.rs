//! The texts of a bulletin as values: numbers of updates, builds and months, found among whatever else was typed.

use crate::model::id::UpdateId;
use crate::model::pending::Restart;
use crate::model::time::{Day, Month};
use crate::model::version::Version;

/// The kind of remediation that is an update.
pub const VENDOR_FIX: &str = "Vendor Fix";

/// A text with single blanks and without invisible characters.
pub fn clean(text: &str) -> String {
    let is_hidden = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}');
    let seen: String = text.chars().filter(|&c| !is_hidden(c)).collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The update of a number such as `5094123` or `KB 5094123`, and nothing else.
pub fn update(text: &str) -> Option<UpdateId> {
    let text = clean(text);
    let number = match text.get(..2) {
        Some(prefix) if prefix.eq_ignore_ascii_case("kb") => text.get(2..).unwrap_or_default().trim_start(),
        _ => text.as_str(),
    };
    // The oldest articles that are still named have six digits; fewer are a typing mistake.
    let is_number = (6..=8).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    if is_number && !number.starts_with('0') { UpdateId::new(number).ok() } else { None }
}

/// The updates in a list such as `MS16-016, 3124280; 3121918`, and the words in it that are neither an update nor the
/// bulletin of one.
pub fn superseded(text: &str) -> (Vec<UpdateId>, Vec<String>) {
    let text = clean(&without_tags(text));
    let is_part = |c: char| c.is_alphanumeric() || c == '-';
    let words = text.split(|c| !is_part(c)).filter(|word| !word.is_empty());
    let (mut updates, mut others) = (Vec::new(), Vec::new());
    let mut has_bulletin = false;
    for word in words {
        if is_bulletin(word) {
            has_bulletin = true;
            continue;
        }
        for part in word.split('-').filter(|part| !part.is_empty() && !part.eq_ignore_ascii_case("kb")) {
            match update(part) {
                Some(update) => updates.push(update),
                None if part.eq_ignore_ascii_case("none") => {}
                None => others.push(part.to_owned()),
            }
        }
    }
    if has_bulletin && updates.is_empty() {
        others.push(text);
    }
    (updates, others)
}

/// `MS16-016`.
fn is_bulletin(word: &str) -> bool {
    let digits = |text: &str, count| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    let number = word.get(..2).filter(|prefix| prefix.eq_ignore_ascii_case("ms")).and_then(|_| word.get(2..));
    number.and_then(|number| number.split_once('-')).is_some_and(|(year, number)| digits(year, 2) && digits(number, 3))
}

/// Markup that was pasted into a field, such as `<br>`.
fn without_tags(text: &str) -> String {
    let mut is_inside = false;
    text.chars()
        .map(|c| {
            is_inside |= c == '<';
            let shown = if is_inside { ' ' } else { c };
            is_inside &= c != '>';
            shown
        })
        .collect()
}

/// A build number.
#[derive(Clone, Debug)]
pub struct Build {
    /// Its numbers.
    pub numbers: Vec<u64>,
    /// The same, without leading zeros.
    pub version: Version,
}

/// The builds in a text such as `4.8.9334.0 and 4.8.4802.0`, and the words in it that are none.
pub fn builds(text: &str) -> (Vec<Build>, Vec<String>) {
    let text = clean(text);
    let words = text.split([' ', ',', ';', '&']).filter(|word| !word.is_empty());
    let (mut builds, mut others) = (Vec::new(), Vec::new());
    for word in words.filter(|word| !["and", "or"].iter().any(|joint| word.eq_ignore_ascii_case(joint))) {
        match build(word) {
            Some(build) => builds.push(build),
            None => others.push(word.to_owned()),
        }
    }
    // Where no word is a build, the whole text is reported.
    if builds.is_empty() && !others.is_empty() {
        others = vec![text];
    }
    (builds, others)
}

/// Fewer than three numbers are the revision of something, but not a build.
fn build(word: &str) -> Option<Build> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let number = |part: &str| digits(part).then(|| part.parse().ok()).flatten();
    let numbers = word.split('.').map(number).collect::<Option<Vec<u64>>>().filter(|numbers| numbers.len() >= 3)?;
    let text = numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(".");
    Some(Build { version: text.parse().ok()?, numbers })
}

/// Whether an update restarts the server, of `Yes`, `Maybe` and `No`.
pub fn restart(text: &str) -> Option<Restart> {
    let words = [("yes", Restart::Required), ("maybe", Restart::Possible), ("no", Restart::Never)];
    words.into_iter().find(|(word, _)| word.eq_ignore_ascii_case(text.trim())).map(|(_, restart)| restart)
}

/// The month of a bulletin's id, such as `2026-Jun`; letters may follow, as in `2017-May-B`.
pub fn month_of_id(id: &str) -> Option<Month> {
    const NAMES: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let mut parts = id.split('-');
    let (year, name) = (parts.next()?, parts.next()?);
    let index = NAMES.iter().position(|month| month.eq_ignore_ascii_case(name))?;
    Month::new(year.parse().ok()?, i8::try_from(index + 1).ok()?)
}

/// The month of a time such as `2026-06-09T07:00:00`.
pub fn month_of_time(text: &str) -> Option<Month> {
    text.trim().get(..10)?.parse::<Day>().ok().map(Month::of)
}
