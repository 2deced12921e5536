//! An explanation as a tree: from the verdict to the reasons, to the evidence, to where it was written.

use std::borrow::Cow;
use std::io::{self, Write};

use super::Page;
use super::page::{bold, colour, guarded, inline, marked, waits_for};
use crate::document::decision::{Decision, Reason, Unblock, Wait};
use crate::document::explanation::{Explanation, Procedure, Silence, Task};
use crate::model::fact::Fact;
use crate::model::verdict::Verdict;

/// A node of the tree.
struct Branch {
    text: String,
    below: Vec<Self>,
}

impl Branch {
    fn leaf(text: String) -> Self {
        Self { text, below: Vec::new() }
    }

    /// A heading; none without anything below it.
    fn over(heading: &str, below: Vec<Self>) -> Option<Self> {
        (!below.is_empty()).then(|| Self { text: heading.to_owned(), below })
    }
}

/// Writes an explanation for people.
pub fn render(explanation: &Explanation, page: &Page, out: &mut dyn Write) -> io::Result<()> {
    let decision = &explanation.decision;
    let style = bold(colour(decision.verdict), page);
    let (update, server) = (inline(decision.update.as_str()), inline(decision.server.as_str()));
    writeln!(out, "{style}{}{style:#}  {update} on {server}", marked(decision))?;
    if let Some(title) = &explanation.title {
        writeln!(out, "  {}", inline(title))?;
    }
    if decision.verdict == Verdict::Sequence {
        writeln!(out, "  waits: {}", inline(&waits_for(decision)))?;
    }
    write_tree(&branches(explanation), page, "", out)
}

fn branches(explanation: &Explanation) -> Vec<Branch> {
    let decision = &explanation.decision;
    let mut branches = of_reasons(explanation);
    branches.extend(of_order(decision));
    branches.extend(Branch::over("way out", decision.unblock.iter().map(of_way).collect()));
    branches.extend(Branch::over("considered, and silent", of_silent(&explanation.silent)));
    branches.extend(Branch::over("notes", explanation.notes.iter().cloned().map(Branch::leaf).collect()));
    branches
}

/// The reasons, those that decide first.
fn of_reasons(explanation: &Explanation) -> Vec<Branch> {
    let mut reasons: Vec<&Reason> = explanation.decision.reasons.iter().collect();
    reasons.sort_by_key(|reason| std::cmp::Reverse((reason.counts(), reason.effect)));
    match reasons.is_empty() {
        true => vec![Branch::leaf("no advisory and no rule of the policy speaks against it".to_owned())],
        false => reasons.into_iter().map(|reason| of_reason(reason, explanation)).collect(),
    }
}

fn of_reason(reason: &Reason, explanation: &Explanation) -> Branch {
    let mut below = of_evidence(reason, explanation);
    below.extend(reason.missing.iter().map(|fact| Branch::leaf(format!("{fact} was not collected"))));
    below.extend(of_waiver(reason));
    below.extend(
        explanation.procedures.iter().filter(|one| Some(&one.advisory) == reason.advisory.as_ref()).flat_map(of_steps),
    );
    below.extend(reason.references.iter().map(|reference| Branch::leaf(format!("see {reference}"))));
    Branch { text: weighed(reason), below }
}

/// What a reason says, how much it weighs, and by whom.
fn weighed(reason: &Reason) -> String {
    let source = reason.advisory.as_ref().map(|id| format!(" {id}")).unwrap_or_default();
    let severity =
        reason.severity.map(|severity| format!(", {}", format!("{severity:?}").to_lowercase())).unwrap_or_default();
    let doubt = if reason.truth.is_true() { "" } else { ", undecided" };
    let waived = if reason.waived.is_some() { ", WAIVED" } else { "" };
    format!("{} by {}{source}{severity}{doubt}{waived}: {}", reason.effect, reason.rule, reason.message)
}

/// The facts behind a reason, and where each was written.
fn of_evidence(reason: &Reason, explanation: &Explanation) -> Vec<Branch> {
    let place = |fact: &Fact| {
        let origin = explanation.origins.iter().find(|origin| origin.fact == *fact);
        origin.map(|origin| format!("  ({})", origin.place)).unwrap_or_default()
    };
    let facts = reason.evidence.iter();
    facts.map(|one| Branch::leaf(format!("{} = {}{}", one.fact, one.value, place(&one.fact)))).collect()
}

fn of_waiver(reason: &Reason) -> Option<Branch> {
    let waiver = reason.waived.as_ref()?;
    let ticket = waiver.ticket.as_ref().map(|ticket| format!(", {ticket}")).unwrap_or_default();
    let text = format!("waived by {}{ticket}, to {}: {}", waiver.approved_by, waiver.expires, waiver.reason);
    Some(Branch::leaf(text))
}

fn of_steps(procedure: &Procedure) -> impl Iterator<Item = Branch> + '_ {
    let lists = [("before the update", &procedure.before), ("after the update", &procedure.after)];
    lists
        .into_iter()
        .filter(|(_, actions)| !actions.is_empty())
        .map(|(word, actions)| Branch { text: word.to_owned(), below: actions.iter().map(of_task).collect() })
}

fn of_task(task: &Task) -> Branch {
    let done = if task.done == Some(true) { " (done, as the facts show)" } else { "" };
    let below = task.command.iter().map(|command| Branch::leaf(format!("> {command}"))).collect();
    Branch { text: format!("{}{done}", task.action), below }
}

fn of_order(decision: &Decision) -> Vec<Branch> {
    let lists = [("after", &decision.after), ("together with", &decision.with)];
    let filled = lists.into_iter().filter(|(_, pairs)| !pairs.is_empty());
    filled
        .map(|(word, pairs)| Branch {
            text: word.to_owned(),
            below: pairs.iter().map(|wait| Branch::leaf(waited_for(wait))).collect(),
        })
        .collect()
}

fn of_way(way: &Unblock) -> Branch {
    let wait = way.or_wait_until.map(|moment| format!(" (or wait until {moment})")).unwrap_or_default();
    let below = way.command.iter().map(|command| Branch::leaf(format!("> {command}"))).collect();
    Branch { text: format!("{}{wait}", way.action), below }
}

/// The advisories that concern the server, and how many others there are.
fn of_silent(silent: &[Silence]) -> Vec<Branch> {
    let (near, far): (Vec<&Silence>, Vec<&Silence>) = silent.iter().partition(|one| one.concerns);
    let mut below: Vec<Branch> = near.into_iter().map(|one| Branch::leaf(of_silence(one))).collect();
    if !far.is_empty() {
        below.push(Branch::leaf(format!("{} about other products or roles (-f json shows them)", far.len())));
    }
    below
}

fn of_silence(one: &Silence) -> String {
    let because: Vec<String> =
        one.because.iter().map(|evidence| format!("{} = {}", evidence.fact, evidence.value)).collect();
    match because.is_empty() {
        true => format!("{} {}", one.advisory, one.title),
        false => format!("{} {}: {}", one.advisory, one.title, because.join("; ")),
    }
}

fn write_tree(branches: &[Branch], page: &Page, margin: &str, out: &mut dyn Write) -> io::Result<()> {
    for (index, branch) in branches.iter().enumerate() {
        let is_last = index + 1 == branches.len();
        let (knot, below) = if is_last { ("`-- ", "    ") } else { ("|-- ", "|   ") };
        let first = format!("{margin}{knot}");
        let inner = format!("{margin}{below}");
        let rest = if branch.below.is_empty() { inner.clone() } else { format!("{inner}|   ") };
        for line in lines(&branch.text, &first, &rest, page.width.max(margin.len() + 40)) {
            writeln!(out, "{}", guarded(&line))?;
        }
        write_tree(&branch.below, page, &inner, out)?;
    }
    Ok(())
}

/// A text in lines of a width. Long words, such as references, stay whole: somebody wants to click or copy them.
fn lines(text: &str, first: &str, rest: &str, width: usize) -> Vec<String> {
    let options = textwrap::Options::new(width)
        .initial_indent(first)
        .subsequent_indent(rest)
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .word_separator(textwrap::WordSeparator::AsciiSpace);
    textwrap::wrap(&inline(text), options).into_iter().map(Cow::into_owned).collect()
}

fn waited_for(wait: &Wait) -> String {
    match wait {
        Wait::Pair(pair) => format!("{} on {}", pair.update, pair.server),
        Wait::Batch { batch } => format!("all of batch {batch} and of those before it"),
    }
}
