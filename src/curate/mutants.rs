//! Faults put into an advisory on purpose: each that no case notices is a part of the advisory that nothing proves.
//!
//! Each range end is widened and narrowed by one known build, each figure by one; each condition, role, product, fix,
//! trigger and field of a condition is dropped.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use serde_json::Value;

use crate::advisory::Advisory;
use crate::advisory::case::Expect;
use crate::advisory::file::AdvisoryFile;
use crate::condition::name::Name;
use crate::condition::{Condition, Parts};
use crate::curate::corpus::{self, Corpus};
use crate::model::id::ProductId;
use crate::model::key_path::KeyPath;
use crate::model::time::Day;
use crate::model::version::{Operator, Version, Versions};

/// An advisory and what its cases say of it, against which faults are held.
#[derive(Debug)]
pub struct Edited<'a> {
    corpus: &'a Corpus<'a>,
    advisory: &'a Advisory,
    written: Value,
    outcomes: Vec<Expect>,
}

/// A fault that no case noticed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// What was changed, as people name it; stable, so that an advisory can say why it may survive.
    pub name: String,
    /// Where.
    pub at: KeyPath,
    /// The reason that the advisory states for letting it survive.
    pub excuse: Option<String>,
}

/// What became of the faults put into one advisory.
#[derive(Clone, Debug, Default)]
pub struct Trial {
    /// How many there were.
    pub count: usize,
    /// Those that no case noticed.
    pub survivors: Vec<Mutant>,
    /// The excuses that fit no survivor, by their places in the advisory.
    pub idle_excuses: Vec<usize>,
}

/// A change of one value: what it is called, where, and what becomes of the value; none drops it.
struct Change {
    name: String,
    at: KeyPath,
    new: Option<Value>,
}

/// What a fault makes of an advisory.
enum Faulty {
    /// Another one.
    Advisory(Box<Advisory>),
    /// None at all: without its only build or trigger it has nothing to say about any update.
    Mute,
}

impl<'a> Edited<'a> {
    /// An advisory without faults.
    pub fn new(corpus: &'a Corpus<'a>, advisory: &'a Advisory) -> Self {
        let outcomes = advisory.cases.iter().map(|case| corpus.outcome(advisory, case)).collect();
        let bare = Advisory { cases: Vec::new(), survivors: Vec::new(), ..advisory.clone() };
        let written = serde_json::to_value(&bare).unwrap_or_default();
        Self { corpus, advisory, written, outcomes }
    }

    /// The advisory with one value changed; none where the value is not there or the result is not an advisory.
    pub fn with(&self, at: &KeyPath, change: impl FnOnce(Value) -> Value) -> Option<Advisory> {
        let mut written = self.written.clone();
        let value = written.pointer_mut(&at.pointer())?;
        *value = change(value.take());
        serde_json::from_value(written).ok()
    }

    /// The advisory without one value: a key of a mapping, or an entry of a list.
    fn without(&self, at: &KeyPath) -> Option<Faulty> {
        let (parent, last) = at.parent()?;
        let mut written = self.written.clone();
        match written.pointer_mut(&parent.pointer())? {
            Value::Object(keys) => drop(keys.remove(last)?),
            Value::Array(entries) => drop(
                last.parse().ok().filter(|place| *place < entries.len()).map(|place: usize| entries.remove(place))?,
            ),
            _ => return None,
        }
        let file: AdvisoryFile = serde_json::from_value(written).ok()?;
        Some(Advisory::try_from(file).map_or(Faulty::Mute, |advisory| Faulty::Advisory(Box::new(advisory))))
    }

    /// The advisory with a fault; none where it is no fault, because the value is not there or the file cannot be read.
    fn changed(&self, change: &Change) -> Option<Faulty> {
        match &change.new {
            Some(new) => self.with(&change.at, |_| new.clone()).map(Box::new).map(Faulty::Advisory),
            None => self.without(&change.at),
        }
    }

    /// Whether a case comes out otherwise with the changed advisory.
    pub fn notices(&self, changed: &Advisory) -> bool {
        let outcomes = self.advisory.cases.iter().map(|case| self.corpus.outcome(changed, case));
        !outcomes.eq(self.outcomes.iter().copied())
    }

    fn notices_fault(&self, faulty: &Faulty) -> bool {
        match faulty {
            Faulty::Advisory(changed) => self.notices(changed),
            Faulty::Mute => self.notices_silence(),
        }
    }

    /// Whether a case about an update comes out otherwise when the advisory has nothing to say about any.
    fn notices_silence(&self) -> bool {
        let mut cases = self.advisory.cases.iter().zip(&self.outcomes);
        cases.any(|(case, outcome)| case.update.is_some() && *outcome != Expect::Silent)
    }

    /// The reason that the advisory states for letting a change survive, and the place of it.
    fn excuse(&self, change: &Change) -> Option<(usize, String)> {
        let mut survivors = self.advisory.survivors.iter().enumerate();
        let survivor = survivors.find(|(_, survivor)| survivor.mutant == change.name);
        survivor.map(|(index, survivor)| (index, survivor.reason.clone()))
    }

    fn value(&self, at: &KeyPath) -> Option<&Value> {
        self.written.pointer(&at.pointer())
    }
}

/// Puts every fault into an advisory, one at a time.
pub fn trial(corpus: &Corpus<'_>, advisory: &Advisory) -> Trial {
    let edited = Edited::new(corpus, advisory);
    let mut trial = Trial::default();
    let mut used = BTreeSet::new();
    for change in changes(&edited) {
        let Some(faulty) = edited.changed(&change) else { continue };
        trial.count += 1;
        if !edited.notices_fault(&faulty) {
            let (index, excuse) = edited.excuse(&change).unzip();
            used.extend(index);
            trial.survivors.push(Mutant { name: change.name, at: change.at, excuse });
        }
    }
    trial.idle_excuses = (0..advisory.survivors.len()).filter(|index| !used.contains(index)).collect();
    trial
}

fn changes(edited: &Edited<'_>) -> Vec<Change> {
    let mut changes = Vec::new();
    for (path, product, versions) in corpus::ranges(edited.advisory) {
        // What a remedy verifies is outside the cases.
        if is_decided(&path) {
            changes.extend(changed_ranges(edited.corpus, &path, product, versions));
        }
    }
    drop_entries(edited, &mut changes);
    for (path, root) in corpus::deciding(edited.advisory) {
        if path == KeyPath::key("when") {
            changes.push(dropped(&path));
        }
        corpus::walk(root, &path, &mut |path, condition| change_condition(edited, &path, condition, &mut changes));
    }
    changes
}

/// Whether the cases of an advisory can see a value: those of steps they cannot.
fn is_decided(path: &KeyPath) -> bool {
    !matches!(path.steps().next(), Some("remedy" | "steps"))
}

fn dropped(at: &KeyPath) -> Change {
    Change { name: format!("drop {at}"), at: at.clone(), new: None }
}

/// Drops each product, role, range of builds and fix.
fn drop_entries(edited: &Edited<'_>, changes: &mut Vec<Change>) {
    for key in ["affects", "builds", "fixed_by", "safe_with", "triggers"] {
        let path = KeyPath::key(key);
        let entries = edited.value(&path).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for (index, entry) in entries.iter().enumerate() {
            // Without its only entry, `affects` would mean every server and `builds` would not be an advisory.
            changes.push(dropped(&path.then(index)));
            let roles = path.then(index).then("roles");
            let count = entry.get("roles").and_then(Value::as_array).map_or(0, Vec::len);
            changes.extend((0..count).map(|role| dropped(&roles.then(role))));
        }
    }
}

/// Drops each part and field of a condition, and moves its figures by one.
fn change_condition(edited: &Edited<'_>, path: &KeyPath, condition: &Condition, changes: &mut Vec<Change>) {
    let inside = path.then(condition.key());
    match edited.value(&inside) {
        Some(Value::Array(entries)) => changes.extend((0..entries.len()).map(|index| dropped(&inside.then(index)))),
        Some(Value::Object(fields)) if matches!(condition.parts(), Parts::None) => {
            let ranges = ranges(condition);
            // The ranges of products are moved by known builds.
            for (field, value) in fields.iter().filter(|(field, _)| !ranges.contains(&KeyPath::key(field))) {
                changes.push(dropped(&inside.then(field)));
                change_figure(&inside.then(field), value, changes);
            }
        }
        _ => {}
    }
}

/// Where a condition names ranges of versions, from its key.
fn ranges(condition: &Condition) -> Vec<KeyPath> {
    let mut ranges = Vec::new();
    condition.kind().names(&mut |path, name| ranges.extend(Some(path).filter(|_| matches!(name, Name::Versions(..)))));
    ranges
}

fn change_figure(at: &KeyPath, value: &Value, changes: &mut Vec<Change>) {
    let moved = |by: i64| match (value.as_i64(), value.as_f64()) {
        (Some(number), _) => Some(Value::from(number + by)),
        (None, Some(number)) => Some(Value::from(number + if by > 0 { 1.0 } else { -1.0 })),
        _ => value.as_str()?.parse::<Day>().ok()?.moved(by).map(|day| Value::from(day.to_string())),
    };
    for by in [-1, 1] {
        if let Some(new) = moved(by) {
            changes.push(Change { name: format!("{at}: {value} becomes {new}"), at: at.clone(), new: Some(new) });
        }
    }
}

/// A range with one end moved by a known build, as often as it then really contains one build less or more.
fn changed_ranges(corpus: &Corpus<'_>, at: &KeyPath, product: &ProductId, versions: &Versions) -> Vec<Change> {
    let builds = corpus.builds(product);
    // Another bound of the same range may make the difference invisible.
    let contains_the_same = |new: &Versions| {
        builds.iter().all(|build| corpus.contains(product, new, build) == corpus.contains(product, versions, build))
    };
    let moved = moved_ranges(corpus, product, versions).into_iter();
    let different = moved.filter(|new| builds.is_empty() || !contains_the_same(new));
    let change = |new: Versions| {
        let name = format!("{at}: {versions} becomes {new}");
        Change { name, at: at.clone(), new: Some(new.to_string().into()) }
    };
    different.map(change).collect()
}

/// A range with one end moved, for each end and direction.
fn moved_ranges(corpus: &Corpus<'_>, product: &ProductId, versions: &Versions) -> Vec<Versions> {
    let mut ranges = Vec::new();
    for (index, (operator, version)) in versions.bounds().iter().enumerate() {
        for moved in moved(corpus, product, *operator, version) {
            let mut bounds = versions.bounds().to_vec();
            if let Some(bound) = bounds.get_mut(index) {
                *bound = moved;
            }
            ranges.push(Versions::of(&bounds));
        }
    }
    ranges
}

/// A comparator that lets in one known build more, and one that lets in one less; without known builds the version
/// itself is the only one there is.
fn moved(corpus: &Corpus<'_>, product: &ProductId, operator: Operator, version: &Version) -> Vec<(Operator, Version)> {
    let scheme = corpus.scheme(product);
    let known = corpus.builds(product);
    let is = |side| move |build: &&Version| build.compare(version, scheme) == Some(side);
    let own = || Some(version.clone()).filter(|_| known.is_empty() || known.iter().any(|b| is(Ordering::Equal)(&b)));
    let below = || known.iter().rev().find(is(Ordering::Less)).cloned();
    let above = || known.iter().find(is(Ordering::Greater)).cloned();
    let ends = match operator {
        Operator::AtLeast => [
            below().map(|build| (Operator::AtLeast, build)),
            own().or_else(above).map(|build| (Operator::Above, build)),
        ],
        Operator::Above => [
            own().or_else(below).map(|build| (Operator::AtLeast, build)),
            above().map(|build| (Operator::Above, build)),
        ],
        Operator::AtMost => {
            [above().map(|build| (Operator::AtMost, build)), own().or_else(below).map(|build| (Operator::Below, build))]
        }
        Operator::Below => {
            [own().or_else(above).map(|build| (Operator::AtMost, build)), below().map(|build| (Operator::Below, build))]
        }
        Operator::Exactly => {
            [below().map(|build| (Operator::Exactly, build)), above().map(|build| (Operator::Exactly, build))]
        }
    };
    ends.into_iter().flatten().collect()
}
