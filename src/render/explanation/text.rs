//! An explanation as a tree: from the verdict to the reasons, to the evidence, to where it was written.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::Page;
use super::page::{guarded, inline, marked, waits_for};
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
}

/// Writes an explanation for people.
pub fn render(explanation: &Explanation, page: &Page, out: &mut dyn Write) -> io::Result<()> {
    let decision = &explanation.decision;
    let colour = match decision.verdict {
        Verdict::Block => AnsiColor::Red,
        Verdict::Sequence => AnsiColor::Yellow,
        Verdict::Approve => AnsiColor::Green,
    };
    let style = if page.has_colour { Style::new().bold().fg_color(Some(colour.into())) } else { Style::new() };
    writeln!(
        out,
        "{style}{}{style:#}  {} on {}",
        marked(decision),
        inline(decision.update.as_str()),
        inline(decision.server.as_str())
    )?;
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
    // What decides comes first.
    let mut reasons: Vec<&Reason> = decision.reasons.iter().collect();
    reasons.sort_by_key(|reason| std::cmp::Reverse((reason.counts(), reason.effect)));
    let mut branches: Vec<Branch> = reasons.into_iter().map(|reason| of_reason(reason, explanation)).collect();
    if decision.reasons.is_empty() {
        branches.push(Branch::leaf("no advisory and no rule of the policy speaks against it".to_owned()));
    }
    branches.extend(of_order(decision));
    if !decision.unblock.is_empty() {
        let below = decision.unblock.iter().map(of_way).collect();
        branches.push(Branch { text: "way out".to_owned(), below });
    }
    if !explanation.silent.is_empty() {
        let (near, far): (Vec<&Silence>, Vec<&Silence>) = explanation.silent.iter().partition(|one| one.concerns);
        let mut below: Vec<Branch> = near.into_iter().map(|one| Branch::leaf(of_silence(one))).collect();
        if !far.is_empty() {
            below.push(Branch::leaf(format!("{} about other products or roles (-f json shows them)", far.len())));
        }
        branches.push(Branch { text: "considered, and silent".to_owned(), below });
    }
    if !explanation.notes.is_empty() {
        let below = explanation.notes.iter().cloned().map(Branch::leaf).collect();
        branches.push(Branch { text: "notes".to_owned(), below });
    }
    branches
}

fn of_reason(reason: &Reason, explanation: &Explanation) -> Branch {
    let source = reason.advisory.as_ref().map(|id| format!(" {id}")).unwrap_or_default();
    let severity =
        reason.severity.map(|severity| format!(", {}", format!("{severity:?}").to_lowercase())).unwrap_or_default();
    let doubt = if reason.truth.is_true() { "" } else { ", undecided" };
    let waived = if reason.waived.is_some() { ", WAIVED" } else { "" };
    let text = format!("{} by {}{source}{severity}{doubt}{waived}: {}", reason.effect, reason.rule, reason.message);
    let place = |fact: &Fact| {
        let origin = explanation.origins.iter().find(|origin| origin.fact == *fact);
        origin.map(|origin| format!("  ({})", origin.place)).unwrap_or_default()
    };
    let mut below: Vec<Branch> = reason
        .evidence
        .iter()
        .map(|evidence| Branch::leaf(format!("{} = {}{}", evidence.fact, evidence.value, place(&evidence.fact))))
        .collect();
    below.extend(reason.missing.iter().map(|fact| Branch::leaf(format!("{fact} was not collected"))));
    if let Some(waiver) = &reason.waived {
        let ticket = waiver.ticket.as_ref().map(|ticket| format!(", {ticket}")).unwrap_or_default();
        below.push(Branch::leaf(format!(
            "waived by {}{ticket}, to {}: {}",
            waiver.approved_by, waiver.expires, waiver.reason
        )));
    }
    below.extend(
        explanation.procedures.iter().filter(|one| Some(&one.advisory) == reason.advisory.as_ref()).flat_map(of_steps),
    );
    below.extend(reason.references.iter().map(|reference| Branch::leaf(format!("see {reference}"))));
    Branch { text, below }
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
        let text = inline(&branch.text);
        // Long words, such as references, stay whole: somebody wants to click or copy them.
        let options = textwrap::Options::new(page.width.max(margin.len() + 40))
            .initial_indent(&first)
            .subsequent_indent(&rest)
            .break_words(false)
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .word_separator(textwrap::WordSeparator::AsciiSpace);
        for line in textwrap::wrap(&text, options) {
            writeln!(out, "{}", guarded(&line))?;
        }
        write_tree(&branch.below, page, &inner, out)?;
    }
    Ok(())
}

fn waited_for(wait: &Wait) -> String {
    match wait {
        Wait::Pair(pair) => format!("{} on {}", pair.update, pair.server),
        Wait::Batch { batch } => format!("all of batch {batch} and of those before it"),
    }
}
