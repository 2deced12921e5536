//! What required advisories ask of a server, and which pending updates bring it.

use std::collections::{BTreeMap, BTreeSet};

use super::minimal_subset::minimal_subset;
use crate::advisory::Advisory;
use crate::document::decision::Missing;
use crate::evaluate::candidate::Candidate;
use crate::evaluate::reason::Reason;
use crate::evaluate::{Gate, Subject};
use crate::model::fact::Fact;
use crate::model::hypothesis::Hypothesis;
use crate::model::id::AdvisoryId;
use crate::model::trace::Trace;

/// What the server ought to have, and which pending updates bring it.
#[derive(Debug, Default)]
pub struct Required {
    /// The notes on the pending updates that bring something, by their places.
    pub wanted: BTreeMap<usize, Vec<Reason>>,
    /// What no pending update brings.
    pub missing: Vec<Missing>,
    /// The facts that leave open whether something is wanted.
    pub undecided: BTreeSet<(Fact, AdvisoryId)>,
}

impl Required {
    /// What required advisories ask of a server, and what of that is pending.
    pub fn of<'a>(
        gate: &'a Gate<'a>,
        subject: &Subject<'a>,
        now: &Hypothesis<'a>,
        pending: &[(usize, &'a Candidate<'a>)],
    ) -> Self {
        let mut required = Self::default();
        for advisory in &subject.required {
            let mut trace = Trace::listening();
            let truth = advisory.speaks(now, &mut trace);
            if !truth.is_possible() {
                continue;
            }
            required.undecided.extend(trace.finish().1.into_iter().map(|fact| (fact, advisory.id.clone())));
            let granting = granting(advisory, now, pending);
            if granting.is_empty() {
                let requires = advisory.requires().map(ToString::to_string).unwrap_or_default();
                let (server, advisory) = (subject.server.name.clone(), advisory.id.clone());
                required.missing.push(Missing { server, advisory, requires, truth });
            }
            for index in granting {
                if let Some((_, candidate)) = pending.get(index) {
                    required.wanted.entry(index).or_default().push(gate.wanted(subject, now, candidate, advisory));
                }
            }
        }
        required
    }
}

/// The pending updates that satisfy a required advisory: each that does alone, or the fewest that do together.
fn granting<'a>(advisory: &Advisory, now: &Hypothesis<'a>, pending: &[(usize, &'a Candidate<'a>)]) -> Vec<usize> {
    let ids = |indices: &[usize]| {
        indices.iter().filter_map(|&index| pending.get(index)).map(|(_, one)| &one.update.id).collect::<Vec<_>>()
    };
    let grants = |indices: &[usize]| !advisory.speaks(&now.with(ids(indices)), &mut Trace::silent()).is_possible();
    let all: Vec<usize> = (0..pending.len()).collect();
    let alone: Vec<usize> = all.iter().copied().filter(|&index| grants(&[index])).collect();
    if !alone.is_empty() || !grants(&all) {
        return alone;
    }
    minimal_subset(all, grants)
}
