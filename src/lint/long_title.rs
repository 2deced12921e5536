//! Titles that do not fit in one line of a report.

use super::{Check, Found, Rule};
use crate::advisory::Advisory;
use crate::diagnostic::Level;
use crate::library::Library;
use crate::model::key_path::KeyPath;

/// The rule.
pub const RULE: Rule = Rule {
    code: "title-too-long",
    level: Level::Warning,
    about: "a title that does not fit in one line",
    follows: &[],
    check: Check::Advisory(check),
};

/// In characters.
const LONGEST: usize = 100;

fn check(_: &Library<'_>, advisory: &Advisory, found: &mut Found) {
    let length = advisory.title.chars().count();
    if length > LONGEST || advisory.title.contains('\n') {
        let message = format!("the title has {length} characters, and {LONGEST} in one line are read");
        let help = "say what breaks and where; the rest belongs in `impact`".to_owned();
        found.add(KeyPath::key("title"), message, Some(help));
    }
}
