//! Holds that hold nothing, everything, or what another one holds already.

use super::{Check, CheckedPolicy, item};
use crate::curate::lint::selectors::count;
use crate::curate::lint::{Found, LintRule};
use crate::diagnostic::Level;
use crate::model::trace::Trace;
use crate::policy::hold::{Glob, Hold};

/// Holds that no update can match.
pub const NOTHING: LintRule<Check> = LintRule {
    code: "hold-matches-nothing",
    level: Level::Warning,
    about: "a hold that no update can match, such as a title without `*`",
    follows: &[],
    check: nothing,
};

/// Holds that every update matches.
pub const EVERYTHING: LintRule<Check> = LintRule {
    code: "hold-matches-everything",
    level: Level::Error,
    about: "a hold that every update matches",
    follows: &[],
    check: everything,
};

/// Titles with brackets, which stand for a choice.
pub const BRACKETS: LintRule<Check> = LintRule {
    code: "hold-title-brackets",
    level: Level::Warning,
    about: "a title with `[` or `{`, which stand for a choice and not for themselves",
    follows: &[],
    check: brackets,
};

/// Holds within others.
pub const SUBSUMED: LintRule<Check> = LintRule {
    code: "hold-subsumed",
    level: Level::Warning,
    about: "a hold that changes nothing, because another one holds the same updates",
    follows: &["hold-matches-nothing", "hold-matches-everything"],
    check: subsumed,
};

/// Holds without a pending update.
pub const IDLE: LintRule<Check> = LintRule {
    code: "hold-idle",
    level: Level::Warning,
    about: "with -p: a hold that matches no pending update",
    follows: &["hold-matches-nothing", "hold-title-brackets", "hold-subsumed"],
    check: idle,
};

fn holds<'a>(checked: &CheckedPolicy<'a>) -> impl Iterator<Item = (usize, &'a Hold)> + use<'a> {
    checked.policy.hold.iter().enumerate()
}

fn nothing(checked: &CheckedPolicy<'_>, found: &mut Found) {
    for (index, hold) in holds(checked) {
        if hold.classification.as_ref().is_some_and(Vec::is_empty) {
            let help = Some("name classifications, or leave the key out".to_owned());
            let message = "an empty list of classifications holds nothing".to_owned();
            found.add(item("hold", index).then("classification"), message, help);
        }
        let title = hold.title.as_ref().filter(|title| is_no_title(title.pattern()) && !is_pending(checked, title));
        if let Some(pattern) = title.map(Glob::pattern) {
            let message = format!("no update has `{pattern}` as its whole title");
            let help = Some(format!("to hold titles in which it occurs, write `*{}*`", pattern.trim()));
            found.add(item("hold", index).then("title"), message, help);
        }
    }
}

/// Whether it is too little for a title: these have a number, of an article or a month, and are compared as a whole.
fn is_no_title(pattern: &str) -> bool {
    !pattern.contains(['*', '?', '[', '{']) && !pattern.chars().any(|c| c.is_ascii_digit())
}

fn is_pending(checked: &CheckedPolicy<'_>, title: &Glob) -> bool {
    let titles = checked.pending.unwrap_or_default().iter().filter_map(|update| update.title.as_deref());
    titles.into_iter().any(|one| title.matches(one))
}

fn everything(checked: &CheckedPolicy<'_>, found: &mut Found) {
    let is_all = |glob: &Glob| !glob.pattern().is_empty() && glob.pattern().chars().all(|c| c == '*');
    for (index, hold) in holds(checked) {
        if hold.classification.is_none() && hold.title.as_ref().is_some_and(is_all) {
            let message = "this holds every update: the gate never approves anything".to_owned();
            let help = Some("for a time without changes, write a `freeze`".to_owned());
            found.add(item("hold", index).then("title"), message, help);
        }
    }
}

fn brackets(checked: &CheckedPolicy<'_>, found: &mut Found) {
    for (index, hold) in holds(checked) {
        if let Some(pattern) = hold.title.as_ref().map(Glob::pattern).filter(|pattern| pattern.contains(['[', '{'])) {
            let message =
                format!("`{pattern}` does not match its brackets: `[ab]` is one letter of these, `{{a,b}}` a choice");
            let help = Some(format!("write `{}`", pattern.replace(['[', ']', '{', '}'], "?")));
            found.add(item("hold", index).then("title"), message, help);
        }
    }
}

fn subsumed(checked: &CheckedPolicy<'_>, found: &mut Found) {
    for (index, hold) in holds(checked) {
        // Of two that are the same, the later one is told.
        let covers = |(other, wide): &(usize, &Hold)| {
            *other != index && is_within(hold, wide) && (*other < index || !is_within(wide, hold))
        };
        if let Some((other, _)) = holds(checked).find(covers) {
            let place = checked.root.follow(["hold", &other.to_string()]).place.line;
            let message = format!("what this holds, the hold in line {place} holds already");
            found.add(item("hold", index), message, Some("take it out".to_owned()));
        }
    }
}

fn is_within(narrow: &Hold, wide: &Hold) -> bool {
    let classifications = match (&narrow.classification, &wide.classification) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(narrow), Some(wide)) => narrow.iter().all(|one| wide.contains(one)),
    };
    let titles = match (&narrow.title, &wide.title) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(narrow), Some(wide)) => is_title_within(narrow, wide),
    };
    classifications && titles
}

/// Whether every title of one pattern is one of another. A pattern whose only wildcard is `*` takes the wildcards of
/// another one as it takes the letters for which they stand; of others nothing is said.
fn is_title_within(narrow: &Glob, wide: &Glob) -> bool {
    let is_simple = |glob: &Glob, special: &[char]| !glob.pattern().contains(special);
    narrow.pattern().eq_ignore_ascii_case(wide.pattern())
        || (is_simple(wide, &['?', '[', '{', '\\'])
            && is_simple(narrow, &['[', '{', '\\'])
            && wide.matches(narrow.pattern()))
}

fn idle(checked: &CheckedPolicy<'_>, found: &mut Found) {
    let Some(pending) = checked.pending.filter(|pending| !pending.is_empty()) else { return };
    for (index, hold) in holds(checked) {
        if !pending.iter().any(|update| hold.matches(update, &mut Trace::silent()).is_possible()) {
            let message = format!("this holds none of {}", count(pending.len(), "pending update"));
            let help = Some("it may be meant for other months; if not, compare it with the titles".to_owned());
            found.add(item("hold", index), message, help);
        }
    }
}
