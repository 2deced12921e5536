//! The reasons of two decisions about one pair: which were added, which removed, and which changed in weight.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::item::change_kind;
use crate::document::decision::Decision;
use crate::document::difference::{ReasonChange, Weight};
use crate::evaluate::reason::Reason;
use crate::model::effect::Effect;
use crate::model::id::AdvisoryId;
use crate::model::rule::Rule;

/// What makes a reason of one side and one of the other the same reason: by advisory, the policy's rules last.
type Key<'a> = (bool, Option<&'a AdvisoryId>, Rule);

/// What a reason weighs, and its message.
type Weighed<'a> = (Weight, &'a Arc<str>);

/// The reasons that differ in weight; other words or other evidence for the same make no difference.
pub fn differences(old: Option<&Decision>, new: Option<&Decision>) -> Vec<ReasonChange> {
    let mut before = by_key(old);
    let mut after = by_key(new);
    let keys: Vec<Key<'_>> = before.keys().chain(after.keys()).copied().collect();
    let mut changes = Vec::new();
    for key in keys {
        let olds = before.remove(&key).unwrap_or_default();
        let news = after.remove(&key).unwrap_or_default();
        changes.extend(of_one_key(key, olds, news));
    }
    changes.retain(|change| !is_age(change));
    changes.sort_by(|one, two| sorting(one).cmp(&sorting(two)));
    changes
}

/// The age of the data puts the same note on every decision. It is reported with the data instead, as nobody acts on it;
/// where the policy makes it block, it is a reason like any other.
fn is_age(change: &ReasonChange) -> bool {
    let is_note = |weight: &Weight| weight.effect == Effect::Note;
    change.rule == Rule::Freshness && change.old.iter().chain(&change.new).all(is_note)
}

fn sorting(change: &ReasonChange) -> (Key<'_>, Option<&Weight>, Option<&Weight>) {
    ((change.advisory.is_none(), change.advisory.as_ref(), change.rule), change.old.as_ref(), change.new.as_ref())
}

fn by_key(decision: Option<&Decision>) -> BTreeMap<Key<'_>, Vec<Weighed<'_>>> {
    let mut by_key: BTreeMap<Key<'_>, Vec<Weighed<'_>>> = BTreeMap::new();
    for reason in decision.iter().flat_map(|decision| &decision.reasons) {
        let key = (reason.advisory.is_none(), reason.advisory.as_ref(), reason.rule);
        by_key.entry(key).or_default().push((weight(reason), &reason.message));
    }
    by_key.values_mut().for_each(|reasons| reasons.sort());
    by_key
}

fn weight(reason: &Reason) -> Weight {
    Weight {
        effect: reason.effect,
        truth: reason.truth,
        waived: reason.waived.is_some(),
        missing: reason.missing.clone(),
    }
}

/// Takes the reasons with the same weight on both sides out of both.
fn pair_off(olds: &mut Vec<Weighed<'_>>, news: &mut Vec<Weighed<'_>>) {
    olds.retain(|(old, _)| match news.iter().position(|(new, _)| new == old) {
        Some(same) => {
            news.remove(same);
            false
        }
        None => true,
    });
}

/// A rule may speak twice, as freshness does: reasons with the same weight on both sides are paired off first.
fn of_one_key(key: Key<'_>, mut olds: Vec<Weighed<'_>>, mut news: Vec<Weighed<'_>>) -> Vec<ReasonChange> {
    pair_off(&mut olds, &mut news);
    let (_, advisory, rule) = key;
    let longest = olds.len().max(news.len());
    let (mut olds, mut news) = (olds.into_iter(), news.into_iter());
    let mut changes = Vec::new();
    for _ in 0..longest {
        let (old, new) = (olds.next(), news.next());
        let change = change_kind(old.is_some(), new.is_some());
        let message = new.as_ref().or(old.as_ref()).map(|(_, message)| Arc::clone(message)).unwrap_or_default();
        let (old, new) = (old.map(|(weight, _)| weight), new.map(|(weight, _)| weight));
        changes.push(ReasonChange { rule, advisory: advisory.cloned(), change, old, new, message });
    }
    changes
}
