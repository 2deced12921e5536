//! What the formats for people share: text that keeps to its place, and which reason comes first.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::Page;
use crate::diagnostic::inert;
use crate::document::decision::{Decision, Reason, Wait};
use crate::model::id::ServerName;
use crate::model::rule::Rule;
use crate::model::verdict::Verdict;
use crate::model::wording::listed;

/// A text on one line, without anything that could drive a terminal.
pub fn inline(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    inert(&words.join(" "))
}

/// A line that no CI system takes for a command, which they look for at the start of lines.
pub fn guarded(line: &str) -> String {
    match line.trim_start().starts_with("::") {
        true => format!(".{line}"),
        false => line.to_owned(),
    }
}

/// Writes a text in lines that fit the page, with one indent for the first and another for the rest.
pub fn wrapped(text: &str, first: &str, rest: &str, page: &Page, out: &mut dyn Write) -> io::Result<()> {
    let text = inline(text);
    let options = textwrap::Options::new(page.width - 1).initial_indent(first).subsequent_indent(rest);
    let options = options
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        // The other algorithm lets a long word overflow the page rather than leave a line short.
        .wrap_algorithm(textwrap::WrapAlgorithm::FirstFit);
    textwrap::wrap(&text, options).iter().try_for_each(|line| writeln!(out, "{}", guarded(line)))
}

/// How a heading looks: bold and in its colour, where the page has colours.
pub fn bold(colour: AnsiColor, page: &Page) -> Style {
    if page.has_colour { Style::new().bold().fg_color(Some(colour.into())) } else { Style::new() }
}

/// The colour of a verdict.
pub fn colour(verdict: Verdict) -> AnsiColor {
    match verdict {
        Verdict::Block => AnsiColor::Red,
        Verdict::Sequence => AnsiColor::Yellow,
        Verdict::Approve => AnsiColor::Green,
    }
}

/// Texts with a separator between them.
pub fn joined(texts: impl Iterator<Item = String>, between: &str) -> String {
    texts.collect::<Vec<_>>().join(between)
}

/// A text cut to so many columns; an ellipsis shows that something is left out.
pub fn cut(text: &str, width: usize) -> String {
    let text = inline(text);
    if text.width() <= width {
        return text;
    }
    let mut kept = String::new();
    let mut used = 0;
    for c in text.chars() {
        let columns = c.width().unwrap_or(0);
        if used + columns + 3 > width {
            break;
        }
        kept.push(c);
        used += columns;
    }
    format!("{}...", kept.trim_end())
}

/// The reason that an administrator has to know first: the strictest; known before doubtful, advisories before rules.
pub fn foremost(decision: &Decision) -> Option<&Reason> {
    let counting = decision.reasons.iter().filter(|reason| reason.counts());
    counting.max_by(|one, two| {
        let key = |reason: &Reason| (reason.effect, reason.truth, reason.advisory.is_some(), reason.severity);
        key(one).cmp(&key(two)).then_with(|| two.advisory.cmp(&one.advisory))
    })
}

/// The reason on one line: where it comes from, and what it says.
pub fn summary(reason: &Reason) -> String {
    match &reason.advisory {
        Some(advisory) => format!("{advisory} {}", reason.message),
        None => format!("{}: {}", reason.rule, reason.message),
    }
}

/// How many of the things that an update waits for are named on one line.
const SHOWN: usize = 3;

/// What a sequenced update waits for.
pub fn waits_for(decision: &Decision) -> String {
    let Decision { server, after, with, .. } = decision;
    let has_steps = decision.reasons.iter().any(|reason| reason.rule == Rule::Procedure && reason.counts());
    let parts = [
        (!after.is_empty()).then(|| format!("after {}", waits(after, server))),
        (!with.is_empty()).then(|| format!("together with {}", waits(with, server))),
        decision.not_before.map(|moment| format!("not before {moment}")),
        has_steps.then(|| "with its steps before and after".to_owned()),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    match parts.is_empty() {
        true => "not unseen: a person approves it".to_owned(),
        false => parts.join(", "),
    }
}

/// On its own server by update; of other servers the names, since all that restarts there goes first.
fn waits(waits: &[Wait], server: &ServerName) -> String {
    let name = |wait: &Wait| match wait {
        Wait::Pair(pair) if pair.server == *server => pair.update.to_string(),
        Wait::Pair(pair) => pair.server.to_string(),
        Wait::Batch { .. } => wait.to_string(),
    };
    let mut named: Vec<String> = waits.iter().map(name).collect();
    named.dedup();
    listed(named.iter().map(String::as_str), SHOWN)
}

/// A verdict as it is printed, with its marks.
pub fn marked(decision: &Decision) -> String {
    let marks = [(decision.undecided, "undecided"), (decision.conflict, "conflict"), (decision.expedited, "expedited")];
    let marks = joined(marks.iter().filter(|(is_set, _)| *is_set).map(|(_, mark)| (*mark).to_owned()), ", ");
    match (decision.verdict, marks.is_empty()) {
        (verdict, true) => verdict.to_string(),
        (verdict, false) => format!("{verdict} ({marks})"),
    }
}

/// The decisions with a verdict.
pub fn with_verdict(decisions: &[Decision], verdict: Verdict) -> impl Iterator<Item = &Decision> {
    decisions.iter().filter(move |decision| decision.verdict == verdict)
}
