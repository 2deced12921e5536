//! Updates that are younger than what the curators have looked at.

use std::collections::BTreeSet;

use crate::evaluate::Gate;
use crate::evaluate::candidate::Candidate;
use crate::evaluate::reason::Reason;
use crate::model::effect::Effect;
use crate::model::fact::{Fact, PendingFact};
use crate::model::id::ProductId;
use crate::model::rule::Rule;
use crate::model::severity::Severity;
use crate::model::time::{Day, Released};
use crate::model::truth::Truth;

impl Gate<'_> {
    /// That an update was released after the last day whose updates the curators have looked at, for one of the families
    /// of its products.
    ///
    /// Doubt about it is told only where it does something: a note would stand at every update of a house whose database
    /// says nothing of this.
    pub(super) fn unassessed(&self, candidate: &Candidate<'_>) -> Option<Reason> {
        let told = |message, missing| Some(self.perhaps(message, missing)).filter(|one| one.effect > Effect::Note);
        let fact = |fact| Fact::Pending(candidate.update.id.clone(), fact);
        if candidate.products.is_empty() {
            return told(
                "its products are not known, nor whether anybody has looked at it".to_owned(),
                fact(PendingFact::Products),
            );
        }
        if let Some(product) = candidate.products.iter().find(|product| self.family_of(product).is_none()) {
            return told(
                format!("the family of {product} is not known, nor whether anybody has looked at it"),
                Fact::Advisories,
            );
        }
        let released = candidate.update.released;
        let judged = self.families_of(candidate).into_iter();
        let (truth, family) = judged.map(|family| (is_after(released, self.last_day(family)), family)).max()?;
        let last = self.last_day(family);
        match (truth, last) {
            (Truth::False, _) => None,
            (Truth::True, _) => Some(self.too_new(candidate, family)),
            (Truth::Unknown, None) => {
                let message = format!("not known through which day the updates of {family} have been looked at");
                told(message, Fact::Advisories)
            }
            (Truth::Unknown, Some(last)) => {
                let message =
                    format!("day of release not known; the updates of {family} have been looked at through {last}");
                told(message, fact(PendingFact::Released))
            }
        }
    }

    fn families_of(&self, candidate: &Candidate<'_>) -> BTreeSet<&str> {
        candidate.products.iter().filter_map(|product| self.family_of(product)).collect()
    }

    fn family_of(&self, product: &ProductId) -> Option<&str> {
        self.question.database.products().get(product)?.family.as_deref()
    }

    fn last_day(&self, family: &str) -> Option<Day> {
        self.question.database.curated().get(family)?.updates
    }

    fn too_new(&self, candidate: &Candidate<'_>, family: &str) -> Reason {
        let word = |day: Option<String>| day.unwrap_or_default();
        let released = word(candidate.update.released.map(|released| released.to_string()));
        let last = word(self.last_day(family).map(|day| day.to_string()));
        let message = format!("released {released}; the updates of {family} have been looked at through {last}");
        let fact = Fact::Pending(candidate.update.id.clone(), PendingFact::Released);
        Reason::of_policy(Rule::Unassessed, self.question.policy.unassessed.effect(), message).with(fact, released)
    }

    fn perhaps(&self, message: String, missing: Fact) -> Reason {
        let policy = self.question.policy;
        let effect = policy.unassessed.effect().min(policy.unknown.effect(Severity::High));
        Reason::of_policy(Rule::Unassessed, effect, message).without(vec![missing])
    }
}

/// Whether it was released after a day.
fn is_after(released: Option<Released>, last: Option<Day>) -> Truth {
    let (Some(released), Some(last)) = (released, last) else { return Truth::Unknown };
    match last.moved(1) {
        Some(next) => !released.is_before(next),
        None => Truth::False,
    }
}
