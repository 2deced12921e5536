//! What required advisories ask of a server, and which pending updates bring it.

use std::collections::{BTreeMap, BTreeSet};

use super::minimal_subset::minimal_subset;
use super::need::Need;
use super::pair::PendingId;
use super::pending::Pending;
use crate::advisory::Advisory;
use crate::document::decision::Missing;
use crate::evaluate::reason::Reason;
use crate::evaluate::{Gate, Subject};
use crate::model::fact::Fact;
use crate::model::hypothesis::Hypothesis;
use crate::model::id::AdvisoryId;
use crate::model::trace::Trace;
use crate::model::truth::Truth;

/// What the server ought to have, and which pending updates bring it.
#[derive(Debug, Default)]
pub struct Required {
    /// The notes on the pending updates that bring something.
    pub wanted: BTreeMap<PendingId, Vec<Reason>>,
    /// What may not wait.
    pub needs: Vec<Need>,
    /// What no pending update brings.
    pub missing: Vec<Missing>,
    /// The facts that leave open whether something is wanted.
    pub undecided: BTreeSet<(Fact, AdvisoryId)>,
}

impl Required {
    /// What required advisories ask of a server, and what of that is pending.
    pub fn of<'a>(gate: &'a Gate<'a>, subject: &Subject<'a>, now: &Hypothesis<'a>, pending: &Pending<'a>) -> Self {
        let mut required = Self::default();
        for advisory in &subject.required {
            let mut trace = Trace::listening();
            let truth = advisory.speaks(now, &mut trace);
            if truth.is_possible() {
                required.undecided.extend(trace.finish().1.into_iter().map(|fact| (fact, advisory.id.clone())));
                required.look_for(gate, subject, now, pending, advisory, truth);
            }
        }
        required
    }

    /// Notes on the updates that bring what an advisory requires; what none brings is missing.
    fn look_for<'a>(
        &mut self,
        gate: &'a Gate<'a>,
        subject: &Subject<'a>,
        now: &Hypothesis<'a>,
        pending: &Pending<'a>,
        advisory: &Advisory,
        truth: Truth,
    ) {
        let satisfying = satisfying(advisory, now, pending);
        if satisfying.is_empty() {
            let requires = advisory.requires().map(ToString::to_string).unwrap_or_default();
            let (server, advisory) = (subject.server.name.clone(), advisory.id.clone());
            self.missing.push(Missing { server, advisory, requires, truth });
        }
        let mut ends = Vec::new();
        for (id, candidate) in satisfying.into_iter().filter_map(|id| Some((id, pending.get(id)?.1))) {
            let note = gate.wanted(subject, now, candidate, advisory);
            // A waived one hurries nothing.
            ends.extend(note.counts().then_some(id));
            self.wanted.entry(id).or_default().push(note);
        }
        if truth.is_true() && advisory.severity >= gate.question.policy.expedite.required {
            self.needs.push(Need { ends });
        }
    }
}

/// The pending updates that satisfy a required advisory: each that does alone, or the fewest that do together.
fn satisfying<'a>(advisory: &Advisory, now: &Hypothesis<'a>, pending: &Pending<'a>) -> Vec<PendingId> {
    let with = |ids: &[PendingId]| {
        let updates = ids.iter().filter_map(|id| pending.get(*id));
        now.with(updates.map(|(_, candidate)| &candidate.update.id))
    };
    // What only silences it, by a fix or a product that comes or goes, is no help: it has to make hold what is asked for.
    let satisfies = |ids: &[PendingId]| {
        let on = with(ids);
        let requires = advisory.requires().map(|requires| requires.test(&on.opposite(), &mut Trace::silent()));
        requires.is_some_and(Truth::is_true)
    };
    let all: Vec<PendingId> = pending.places().collect();
    let alone: Vec<PendingId> = all.iter().copied().filter(|id| satisfies(&[*id])).collect();
    if !alone.is_empty() || !satisfies(&all) {
        return alone;
    }
    minimal_subset(all, satisfies)
}
