//! Titles that do not fit on one line of a report.

use super::{Check, Found, LintRule};
use crate::advisory::Advisory;
use crate::curate::corpus::Corpus;
use crate::model::key_path::KeyPath;

/// The rule.
pub const RULE: LintRule =
    LintRule::warning("title-too-long", "a title that does not fit on one line", Check::Advisory(check));

/// In characters.
const LONGEST: usize = 100;

fn check(_: &Corpus<'_>, advisory: &Advisory, found: &mut Found) {
    let length = advisory.title.chars().count();
    let lines = advisory.title.trim_end().lines().count();
    if length > LONGEST || lines > 1 {
        let message = match lines {
            1 => format!("the title has {length} characters; at most {LONGEST} fit"),
            _ => format!("the title has {lines} lines; write one"),
        };
        let help = "say what breaks and where; the rest belongs in `impact`".to_owned();
        found.add(KeyPath::key("title"), message, Some(help));
    }
}
