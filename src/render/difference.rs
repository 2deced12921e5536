//! What changes between two decisions, for people and programs: the formats, and what those for people share.
//!
//! To add one: write `render/difference/<name>.rs` and add its line to the list.

use std::collections::{BTreeMap, BTreeSet};

use super::{Format, Formats, json};
use crate::document::difference::{
    Absence, Answer, Cause, Change, ChangeKind, DataChange, DataInput, DataKind, Detail, Difference, Field, KeyChange,
    ReasonChange, Silent, Weight,
};
use crate::model::effect::Effect;
use crate::model::fact::joined;
use crate::model::id::{ServerName, UpdateId};
use crate::model::rule::Rule;
use crate::model::truth::Truth;
use crate::model::wording::{counted, listed};

pub mod markdown;
pub mod text;

impl Formats for Difference {
    const FORMATS: &'static [Format<Self>] = &[
        Format { name: "text", about: "for people: what changes, by cause", render: text::render },
        Format { name: "json", about: "the whole document, with every server", render: json },
        Format { name: "markdown", about: "for a comment on a pull request", render: markdown::render },
    ];
}

/// Servers about which the same is to be said for one update.
#[derive(Clone, Debug)]
pub struct Group<'d> {
    /// The update, or how many of them when the same is said of all.
    pub updates: String,
    /// The verdict before.
    pub old: Answer,
    /// The verdict after.
    pub new: Answer,
    /// Why, and what else differs.
    pub why: Vec<String>,
    /// The servers.
    pub servers: Vec<&'d ServerName>,
}

/// The groups with the same causes.
#[derive(Clone, Debug)]
pub struct Section<'d> {
    /// The entries of the data that made these decisions differ.
    pub causes: &'d [Cause],
    /// Whether they only follow from other decisions, which these entries changed.
    pub is_indirect: bool,
    /// The groups, by update.
    pub groups: Vec<Group<'d>>,
}

/// What makes decisions one group: the update, unless it does not matter, the verdicts, and why they differ.
type Key<'d> = (Option<&'d UpdateId>, Answer, Answer, Vec<String>);

/// The decisions of each group.
type Groups<'d> = BTreeMap<Key<'d>, Vec<&'d Change>>;

/// Changes by cause, then update, then server; what only follows from others comes last.
pub fn sections(changes: &[Change]) -> Vec<Section<'_>> {
    let mut sections: BTreeMap<(bool, &[Cause]), Groups<'_>> = BTreeMap::new();
    for change in changes {
        let groups = sections.entry((change.indirect, &change.causes)).or_default();
        let update = Some(&change.update).filter(|_| !is_about_age(change));
        groups.entry((update, change.old, change.new, why(change))).or_default().push(change);
    }
    let section = |((is_indirect, causes), groups)| Section { causes, is_indirect, groups: listed_groups(groups) };
    sections.into_iter().map(section).collect()
}

fn listed_groups(groups: Groups<'_>) -> Vec<Group<'_>> {
    groups.into_iter().map(|(key, changes)| group(key, &changes)).collect()
}

/// Whether only the age of the data differs, which is the same for every update.
fn is_about_age(change: &Change) -> bool {
    !change.because.is_empty() && change.because.iter().all(|reason| reason.rule == Rule::Freshness)
}

fn group<'d>((update, old, new, why): Key<'d>, changes: &[&'d Change]) -> Group<'d> {
    let servers: BTreeSet<&ServerName> = changes.iter().map(|change| &change.server).collect();
    let updates: BTreeSet<&UpdateId> = changes.iter().map(|change| &change.update).collect();
    let updates = update.map_or_else(|| counted(updates.len(), "update"), ToString::to_string);
    Group { updates, old, new, why, servers: servers.into_iter().collect() }
}

/// How many reasons of one decision are shown.
const REASONS: usize = 3;
/// How many things of one kind are named on one line.
const NAMED: usize = 3;

/// Why a decision differs, and what else is different about it.
fn why(change: &Change) -> Vec<String> {
    let mut why: Vec<String> = change.absence.iter().map(|absence| absent(*absence, change.old)).collect();
    let reasons: Vec<&ReasonChange> = change.because.iter().filter(|reason| explains(reason, change)).collect();
    let is_cause = |reason: &ReasonChange| change.causes.iter().any(|cause| names(cause, reason));
    why.extend(reasons.iter().take(REASONS).map(|reason| reason_text(reason, !is_cause(reason))));
    let more = reasons.len().saturating_sub(REASONS);
    why.extend((more > 0).then(|| format!("{} more", counted(more, "reason"))));
    why.extend(details(change));
    why
}

/// Whether a reason explains the change of the verdict: it made the old one, or it makes the new one.
fn explains(reason: &ReasonChange, change: &Change) -> bool {
    if change.old == change.new {
        return true;
    }
    let makes =
        |weight: &Option<Weight>, answer: Answer| weighs(weight).is_some_and(|effect| answer_of(effect) == answer);
    // A pair that is no longer evaluated loses all its reasons: they do not say why.
    let made_old = change.new != Answer::Absent && change.new < change.old && makes(&reason.old, change.old);
    made_old || change.new != Answer::Approve && makes(&reason.new, change.new)
}

fn answer_of(effect: Effect) -> Answer {
    match effect {
        Effect::Note => Answer::Approve,
        Effect::Sequence => Answer::Sequence,
        Effect::Block => Answer::Block,
    }
}

fn names(cause: &Cause, reason: &ReasonChange) -> bool {
    reason.advisory.as_ref().is_some_and(|id| id.as_str() == cause.id)
}

fn weighs(weight: &Option<Weight>) -> Option<Effect> {
    weight.as_ref().filter(|weight| !weight.waived).map(|weight| weight.effect)
}

fn absent(absence: Absence, old: Answer) -> String {
    match (absence, old) {
        (Absence::Installed, Answer::Absent) => "counted as installed before",
        (Absence::Installed, _) => "counts as installed now",
        (Absence::NotOffered, Answer::Absent) => "was not for this server before",
        (Absence::NotOffered, _) => "is not for this server any more",
    }
    .to_owned()
}

fn reason_text(reason: &ReasonChange, has_message: bool) -> String {
    let who = speaker(reason);
    let what = match (&reason.old, &reason.new) {
        (None, Some(new)) => format!("{who} now {}{}", does(new), doubt(new)),
        (Some(old), None) if old.waived => format!("{who}, which was waived, is gone"),
        (Some(old), None) => format!("{who} no longer {}{}", does(old), doubt(old)),
        (Some(old), Some(new)) if (old.effect, old.truth, old.waived) == (new.effect, new.truth, new.waived) => {
            format!("{who} misses other facts: {}", joined(&new.missing))
        }
        (Some(old), Some(new)) => format!("{who}: {}{} -> {}{}", old.effect, marks(old), new.effect, marks(new)),
        (None, None) => who,
    };
    if has_message { format!("{what}: {}", reason.message) } else { what }
}

/// The rule, and the advisory where it is one that speaks.
fn speaker(reason: &ReasonChange) -> String {
    match &reason.advisory {
        Some(advisory) => format!("{} {advisory}", reason.rule),
        None => reason.rule.to_string(),
    }
}

fn does(weight: &Weight) -> &'static str {
    match (weight.waived, weight.effect) {
        (true, _) => "speaks, but is waived",
        (false, Effect::Note) => "notes",
        (false, Effect::Sequence) => "makes it wait",
        (false, Effect::Block) => "blocks",
    }
}

fn marks(weight: &Weight) -> String {
    let marks = [(weight.truth == Truth::Unknown, "undecided"), (weight.waived, "waived")];
    let marks: Vec<&str> = marks.iter().filter(|(is_set, _)| *is_set).map(|(_, mark)| *mark).collect();
    if marks.is_empty() { String::new() } else { format!(" ({})", marks.join(", ")) }
}

fn doubt(weight: &Weight) -> &'static str {
    if weight.truth == Truth::Unknown { " for want of facts" } else { "" }
}

/// What differs besides verdict and reasons. With another verdict much else differs too: only what comes with the new
/// one is shown.
fn details(change: &Change) -> Vec<String> {
    let has = |key: Field| change.details.iter().any(|detail| detail.key == key);
    let is_shown = |detail: &&Detail| match (detail.key, change.old == change.new) {
        (Field::Round, true) => !has(Field::After) && !has(Field::With),
        (_, true) | (Field::Conflict, false) => true,
        (Field::Undecided, false) => change.new == Answer::Block,
        (Field::NotBefore | Field::After | Field::With, false) => change.new == Answer::Sequence,
        _ => false,
    };
    change.details.iter().filter(is_shown).map(|detail| detail_text(detail, &change.server)).collect()
}

fn detail_text(detail: &Detail, server: &ServerName) -> String {
    let is_now = detail.new.iter().any(|word| word == "true");
    let either = |yes: &str, no: &str| if is_now { yes.to_owned() } else { no.to_owned() };
    match detail.key {
        Field::Undecided => either("undecided: only missing facts block it", "no longer undecided"),
        Field::Conflict => either("CONFLICT: wanted here and blocked", "no longer in conflict"),
        Field::Expedited => either("expedited", "no longer expedited"),
        Field::NotBefore => not_before(detail.old.first(), detail.new.first()),
        Field::After => waits("after", detail, server),
        Field::With => waits("together with", detail, server),
        Field::Round => format!("in round {} (was {})", words(detail.new.first()), words(detail.old.first())),
        Field::Unblock => ways_out(detail),
    }
}

fn not_before(old: Option<&String>, new: Option<&String>) -> String {
    match (old, new) {
        (None, Some(new)) => format!("not before {new}"),
        (Some(old), None) => format!("no longer waits until {old}"),
        (old, new) => format!("not before {} (was {})", words(new), words(old)),
    }
}

fn ways_out(detail: &Detail) -> String {
    let ways = listed(detail.new.iter().filter(|way| !detail.old.contains(way)).map(String::as_str), NAMED);
    if ways.is_empty() { "a way out less".to_owned() } else { format!("another way out: {ways}") }
}

fn words(word: Option<&String>) -> &str {
    word.map_or("none", String::as_str)
}

/// What it waits for: updates of its own server by name; other servers without names, since they differ from server to
/// server.
fn waits(how: &str, detail: &Detail, server: &ServerName) -> String {
    let (before, after) = (own_updates(&detail.old, server), own_updates(&detail.new, server));
    let (came, went) = (only_in(&after, &before), only_in(&before, &after));
    let has_others = |own: &[&str], all: &[String]| all.len() > own.len();
    match (came.as_str(), went.as_str()) {
        ("", "") => match (has_others(&before, &detail.old), has_others(&after, &detail.new)) {
            (false, _) => format!("{how} other servers"),
            (_, false) => format!("no longer {how} other servers"),
            _ => format!("{how} other servers than before"),
        },
        (came, "") => format!("{how} {came}"),
        ("", went) => format!("no longer {how} {went}"),
        (came, went) => format!("{how} {came}, no longer {how} {went}"),
    }
}

/// The updates of a server, of pairs such as `EX01/KB5001779`.
fn own_updates<'p>(pairs: &'p [String], server: &ServerName) -> Vec<&'p str> {
    pairs.iter().filter_map(|pair| pair.strip_prefix(server.as_str())?.strip_prefix('/')).collect()
}

fn only_in(one: &[&str], other: &[&str]) -> String {
    listed(one.iter().filter(|update| !other.contains(update)).copied(), NAMED)
}

/// The causes of a section on one line, with their titles or without.
pub fn heading(difference: &Difference, section: &Section<'_>, has_titles: bool) -> String {
    let cause = |cause: &Cause| match difference.data_of(cause) {
        Some(entry) if has_titles => entry_text(entry),
        Some(entry) => happened(entry),
        None => format!("{} {}", cause.kind, cause.id),
    };
    let causes: Vec<String> = section.causes.iter().take(NAMED).map(cause).collect();
    let more = section.causes.len().saturating_sub(NAMED);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    match (section.is_indirect, causes.is_empty()) {
        (_, true) => "no cause was found in the data".to_owned(),
        (false, _) => format!("{}{more}", causes.join("; ")),
        (true, _) => format!("following from {}{more}", causes.join("; ")),
    }
}

/// An entry of the data, what happened to it, and its title.
pub fn entry_text(entry: &DataChange) -> String {
    let title = entry.title.as_deref().map(|title| format!(": {title}")).unwrap_or_default();
    format!("{}{title}", happened(entry))
}

fn happened(entry: &DataChange) -> String {
    // An advisory's id says what it is.
    let kind = if entry.kind == DataKind::Advisory { String::new() } else { format!("{} ", entry.kind) };
    format!("{kind}{} {}{}", entry.id, entry.change, keys(entry))
}

fn keys(entry: &DataChange) -> String {
    let text = |key: &KeyChange| match (&key.old, &key.new) {
        (None, None) => key.key.clone(),
        (old, new) => format!("{} {} -> {}", key.key, words(old.as_ref()), words(new.as_ref())),
    };
    let keys: Vec<String> = entry.keys.iter().map(text).collect();
    if keys.is_empty() { String::new() } else { format!(" ({})", keys.join(", ")) }
}

/// What an entry does to this fleet.
pub fn reach(entry: &DataChange) -> String {
    match (entry.verdicts, entry.also_changed, entry.silent) {
        (0, 0, Some(silent)) => silence(silent).to_owned(),
        (0, 0, None) => "changes nothing here".to_owned(),
        (verdicts, 0, _) => counted(verdicts, "verdict"),
        (0, also_changed, _) => counted(also_changed, "other difference"),
        (verdicts, also_changed, _) => {
            let also_changed = counted(also_changed, "other difference");
            format!("{}, {also_changed}", counted(verdicts, "verdict"))
        }
    }
}

fn silence(silent: Silent) -> &'static str {
    match silent {
        Silent::Draft => "a draft never speaks",
        Silent::Trial => "on trial, it has no effect",
        Silent::Withdrawn => "withdrawn, it never speaks",
        Silent::Later => "published after the moment of decision, so it does not speak yet",
    }
}

/// How many verdicts change and how, or that none does; and how many were compared.
pub fn headline(difference: &Difference, arrow: &str) -> (String, String) {
    let summary = &difference.summary;
    if summary.changed == 0 {
        return ("no verdict changes".to_owned(), compared(difference));
    }
    let transitions = summary.transitions.iter().map(|one| format!("{} {} {arrow} {}", one.pairs, one.old, one.new));
    let transitions: Vec<String> = transitions.collect();
    (verdicts_change(summary.changed), format!("{} ({})", transitions.join(", "), compared(difference)))
}

/// How many verdicts change.
pub fn verdicts_change(number: usize) -> String {
    format!("{} {}", counted(number, "verdict"), if number == 1 { "changes" } else { "change" })
}

/// How much was compared, so that silence is not mistaken for safety.
pub fn compared(difference: &Difference) -> String {
    let Difference { summary, inputs, .. } = difference;
    let pairs = counted(summary.pairs, "decision");
    format!("{pairs} on {} of {} compared", summary.servers, counted(inputs.inventory.servers, "server"))
}

/// A side of the comparison.
pub fn side(input: &DataInput) -> String {
    let commit = input.commit.as_deref().and_then(|commit| commit.get(..10));
    let commit = commit.map(|commit| format!(" ({commit})")).unwrap_or_default();
    let stale = input.stale.as_deref().map(|stale| format!("; {stale}")).unwrap_or_default();
    format!("{}{commit}, {}{stale}", input.name, counted(input.advisories, "advisory"))
}

/// What appeared and what disappeared among everything that is not about one pair, a line each.
pub fn lists(difference: &Difference) -> Vec<(&'static str, Vec<String>)> {
    let sign = |turn: ChangeKind| if turn == ChangeKind::Removed { "no longer" } else { "now" };
    let missing = difference.missing.iter().map(|one| format!("{}: {}", sign(one.change), one.missing));
    let unplaced = difference.unplaced.iter().map(|one| format!("{}: {}", sign(one.change), one.update));
    let notes = difference.notes.iter().map(|one| format!("{}: {}", sign(one.change), one.note));
    vec![
        ("Missing: what servers ought to have and nothing pending brings", missing.collect()),
        ("Unplaced updates, not evaluated", unplaced.collect()),
        ("Notes", notes.collect()),
    ]
}
