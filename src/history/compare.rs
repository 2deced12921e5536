//! Two decisions about one fleet, with the advisory data before and after a change: what differs, and why (pure).

use std::collections::{BTreeMap, BTreeSet};

use crate::document::decision::{Decision, Document, TOOL};
use crate::document::difference::{
    Absence, Answer, Change, ChangeKind, DataInput, Difference, Inputs, MissingChange, NoteChange, SCHEMA, Summary,
    Transition, UnplacedChange,
};
use crate::evaluate::policy_rules::freshness::stale_database;
use crate::evaluate::{Gate, Question};
use crate::model::id::{ServerName, UpdateId};
use crate::model::server::Server;

pub mod causes;
pub mod data;
pub mod details;
pub mod entries;
pub mod item;
pub mod reasons;

use causes::Causes;

/// One side of a comparison: what the data is called, what was asked with it, and what was decided.
#[derive(Clone, Debug)]
pub struct Side<'a> {
    /// The folder or git revision as it was given.
    pub name: String,
    /// The commit, when it is a git revision.
    pub commit: Option<String>,
    /// What was asked; both sides differ in the database only.
    pub question: Question<'a>,
    /// What was decided.
    pub document: &'a Document,
}

/// The decisions of both sides about one pair; each may have none.
type Both<'a> = (Option<&'a Decision>, Option<&'a Decision>);

/// Compares two decisions about the same servers.
///
/// Total and pure: the same sides give the same document, and swapped sides give its mirror image.
pub fn compare(old: &Side<'_>, new: &Side<'_>, servers: &[Server]) -> Difference {
    let gates = [Gate::new(old.question.clone()), Gate::new(new.question.clone())];
    let items = data::differences(&old.question, &new.question);
    let pairs = pairs(old.document, new.document);
    let (mut changes, mut also_changed) = differing(&pairs, &mut Causes::new(&items, &gates));
    causes::follow([&mut changes, &mut also_changed]);
    explain_absence(&mut changes, &gates, servers);
    let mut difference = Difference {
        schema: SCHEMA.to_owned(),
        at: new.question.at,
        tool: TOOL.to_owned(),
        inputs: inputs(old, new),
        summary: Summary::default(),
        data: items.into_iter().map(|item| item.change).collect(),
        missing: missing(old.document, new.document),
        unplaced: unplaced(old.document, new.document),
        notes: notes(old.document, new.document),
        changes,
        also_changed,
    };
    causes::count(&mut difference);
    difference.summary = summary(&difference, &pairs);
    difference
}

/// The pairs of both documents, by server and update.
fn pairs<'a>(old: &'a Document, new: &'a Document) -> BTreeMap<(&'a ServerName, &'a UpdateId), Both<'a>> {
    let mut pairs: BTreeMap<_, Both<'a>> = BTreeMap::new();
    for one in &old.decisions {
        pairs.entry((&one.server, &one.update)).or_default().0 = Some(one);
    }
    for one in &new.decisions {
        pairs.entry((&one.server, &one.update)).or_default().1 = Some(one);
    }
    pairs
}

/// The pairs whose verdict differs, and those of which only something else does.
fn differing(
    pairs: &BTreeMap<(&ServerName, &UpdateId), Both<'_>>,
    causes: &mut Causes<'_>,
) -> (Vec<Change>, Vec<Change>) {
    let different = pairs.iter().filter_map(|((server, update), both)| change(server, update, both, causes));
    different.partition(|change| change.old != change.new)
}

fn change(server: &ServerName, update: &UpdateId, (old, new): &Both<'_>, causes: &mut Causes<'_>) -> Option<Change> {
    let answer = |one: &Option<&Decision>| one.map_or(Answer::Absent, |one| one.verdict.into());
    let because = reasons::differences(*old, *new);
    let details = match (old, new) {
        (Some(old), Some(new)) => details::differences(old, new),
        _ => Vec::new(),
    };
    if answer(old) == answer(new) && because.is_empty() && details.is_empty() {
        return None;
    }
    let mut change = Change {
        server: server.clone(),
        update: update.clone(),
        old: answer(old),
        new: answer(new),
        absence: None,
        because,
        details,
        causes: Vec::new(),
        indirect: false,
    };
    change.causes = causes.of(&change, [*old, *new]);
    Some(change)
}

/// Records why pairs are not evaluated on one side: an update that counts as installed is not the same as one that no
/// longer concerns the server.
fn explain_absence(changes: &mut [Change], gates: &[Gate<'_>; 2], servers: &[Server]) {
    let by_name: BTreeMap<&ServerName, &Server> = servers.iter().map(|server| (&server.name, server)).collect();
    let [old, new] = gates;
    for change in changes {
        let gate = match (change.old, change.new) {
            (Answer::Absent, _) => old,
            (_, Answer::Absent) => new,
            _ => continue,
        };
        let is_installed =
            by_name.get(&change.server).is_some_and(|server| gate.now(server).installed(&change.update).is_true());
        change.absence = Some(if is_installed { Absence::Installed } else { Absence::NotOffered });
    }
}

/// The entries that are in only one of two lists, in order.
fn one_sided<'a, T: Ord>(old: &'a [T], new: &'a [T]) -> Vec<(&'a T, ChangeKind)> {
    let (before, after): (BTreeSet<&T>, BTreeSet<&T>) = (old.iter().collect(), new.iter().collect());
    let kind = |one: &T| if after.contains(one) { ChangeKind::Added } else { ChangeKind::Removed };
    before.symmetric_difference(&after).map(|one| (*one, kind(one))).collect()
}

fn missing(old: &Document, new: &Document) -> Vec<MissingChange> {
    let differing = one_sided(&old.missing, &new.missing).into_iter();
    differing.map(|(missing, change)| MissingChange { missing: missing.clone(), change }).collect()
}

fn unplaced(old: &Document, new: &Document) -> Vec<UnplacedChange> {
    let differing = one_sided(&old.unplaced, &new.unplaced).into_iter();
    differing.map(|(update, change)| UnplacedChange { update: update.clone(), change }).collect()
}

fn notes(old: &Document, new: &Document) -> Vec<NoteChange> {
    let differing = one_sided(&old.notes, &new.notes).into_iter();
    differing.map(|(note, change)| NoteChange { note: note.clone(), change }).collect()
}

fn inputs(old: &Side<'_>, new: &Side<'_>) -> Inputs {
    let read = &new.document.inputs;
    Inputs {
        inventory: read.inventory.clone(),
        pending: read.pending.clone(),
        policy: read.policy.clone(),
        waivers: read.waivers.clone(),
        old: data_input(old),
        new: data_input(new),
    }
}

fn data_input(side: &Side<'_>) -> DataInput {
    let advisories = &side.document.inputs.advisories;
    DataInput {
        name: side.name.clone(),
        commit: side.commit.clone(),
        sha256: advisories.sha256.clone(),
        advisories: advisories.count,
        stale: stale_database(&side.question),
    }
}

fn summary(difference: &Difference, pairs: &BTreeMap<(&ServerName, &UpdateId), Both<'_>>) -> Summary {
    let mut transitions: BTreeMap<(Answer, Answer), usize> = BTreeMap::new();
    for change in &difference.changes {
        *transitions.entry((change.old, change.new)).or_default() += 1;
    }
    let lists =
        [difference.also_changed.len(), difference.missing.len(), difference.unplaced.len(), difference.notes.len()];
    Summary {
        pairs: pairs.len(),
        servers: pairs.keys().map(|(server, _)| server).collect::<BTreeSet<_>>().len(),
        changed: difference.changes.len(),
        also_changed: lists.iter().sum(),
        transitions: transitions.into_iter().map(|((old, new), pairs)| Transition { old, new, pairs }).collect(),
    }
}
