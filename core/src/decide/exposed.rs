//! Exposure: which bad updates are installed already, what ends that, and what of it is pending.

use std::collections::{BTreeMap, BTreeSet};

use super::need::Need;
use super::pair::PendingId;
use super::pending::Pending;
use super::safe::Installed;
use crate::advisory::Advisory;
use crate::advisory::harm::Bad;
use crate::document::decision::Cause;
use crate::evaluate::reason::Reason;
use crate::evaluate::{Gate, Subject};
use crate::model::hypothesis::Hypothesis;
use crate::model::id::{AdvisoryId, UpdateId};
use crate::model::trace::Trace;
use crate::model::truth::Truth;

/// What a server is exposed to, and what of that pending updates end.
#[derive(Debug, Default)]
pub struct Exposures<'a> {
    /// What is bad and may be installed or come to be, whether or not it does harm as things are now.
    pub installed: Vec<Installed<'a>>,
    /// The exposures, with the pending updates that end each.
    pub exposed: Vec<Exposure>,
    /// The notes on the pending updates that end one.
    pub notes: BTreeMap<PendingId, Vec<Reason>>,
    /// The exposures that may not wait.
    pub needs: Vec<Need>,
}

/// A bad update that a server has, or a bad build.
#[derive(Clone, Debug)]
pub struct Exposure {
    /// The advisory.
    pub advisory: AdvisoryId,
    /// What is bad.
    pub by: Cause,
    /// Whether it is known that the server has it.
    pub truth: Truth,
    /// The updates that end it and are for this server, with their places where they are pending.
    pub fixes: Vec<(UpdateId, Option<PendingId>)>,
}

/// What a server is exposed to.
pub fn exposures<'a>(
    gate: &'a Gate<'a>,
    subject: &Subject<'a>,
    now: &Hypothesis<'a>,
    pending: &Pending<'a>,
) -> Exposures<'a> {
    let mut found = Exposures::default();
    for advisory in &subject.known_bad {
        let bad = bad(advisory, now);
        let installed: Vec<Installed<'_>> = bad.iter().copied().filter(|one| one.is_there.is_possible()).collect();
        found.installed.extend(bad);
        let harms: Vec<(Bad<'_>, Truth)> = installed
            .into_iter()
            .filter(|one| one.is_there.is_true() || is_for(one.bad, now))
            .filter_map(|one| harm(one, now))
            .collect();
        let Some(truth) = harms.iter().map(|(_, truth)| *truth).max() else { continue };
        let (ends, mut hurrying) = (ends(gate, advisory, now, &harms, pending), Vec::new());
        for id in &ends {
            let Some((_, candidate)) = pending.get(*id) else { continue };
            let note = gate.ends_exposure(subject, now, candidate, advisory, truth);
            // A waived exposure hurries nothing.
            hurrying.extend(note.counts().then_some(*id));
            found.notes.entry(*id).or_default().push(note);
        }
        let fixes = fixes(gate, now, advisory, pending, &ends);
        if truth.is_true() && advisory.severity >= gate.question.policy.expedite.exposed {
            found.needs.push(Need { ends: hurrying });
        }
        let exposure = |(bad, truth): (Bad<'_>, Truth)| Exposure {
            advisory: advisory.id.clone(),
            by: cause(bad, now),
            truth,
            fixes: fixes.clone(),
        };
        // What is known suffices; of what is only possible one says as much as forty.
        let (known, perhaps): (Vec<_>, Vec<_>) = harms.into_iter().partition(|(_, truth)| truth.is_true());
        let told = if known.is_empty() { perhaps.into_iter().take(1).collect() } else { known };
        found.exposed.extend(told.into_iter().map(exposure));
    }
    found
}

/// What an advisory calls bad and the server may have, or have by the version to which something else raises a product. What
/// is pending there may be in already as well, where nobody knows that it is not.
fn bad<'a>(advisory: &'a Advisory, now: &Hypothesis<'_>) -> Vec<Installed<'a>> {
    let provable = |bad: &Bad<'a>| match bad {
        Bad::Update(selector) => Some(&selector.id),
        Bad::Build(_) => None,
    };
    let all = advisory.bad().map(|bad| {
        let (is_there, provable) = (bad.is_there(now, &mut Trace::silent()), provable(&bad));
        let is_covered = !is_there.is_possible() && provable.is_some_and(|update| now.is_present(update).is_possible());
        Installed { advisory, bad, is_there, provable, is_covered }
    });
    all.filter(|one| one.is_there.is_possible() || one.provable.is_some()).collect()
}

/// Whether something bad is for a product that the server has or may have: of what is for others only it would be said of every
/// server whose updates were not collected.
fn is_for(bad: Bad<'_>, now: &Hypothesis<'_>) -> bool {
    let Bad::Update(selector) = bad else { return true };
    let products = now.products_of(&selector.id);
    products.is_empty() || now.has_any(products).is_possible()
}

/// Whether something bad that is installed does harm as things are now, if it may.
fn harm<'a>(one: Installed<'a>, now: &Hypothesis<'_>) -> Option<(Bad<'a>, Truth)> {
    let truth = one.is_there.and(one.advisory.applies_with(one.bad, now, &mut Trace::silent()));
    truth.is_possible().then_some((one.bad, truth))
}

/// The pending updates that fix what an advisory says, or take the product out of the range of bad builds.
fn ends<'a>(
    gate: &'a Gate<'a>,
    advisory: &Advisory,
    now: &Hypothesis<'a>,
    harms: &[(Bad<'_>, Truth)],
    pending: &Pending<'a>,
) -> Vec<PendingId> {
    let fixes: BTreeSet<&UpdateId> = advisory.fixes().flat_map(|fix| gate.catalogue.successors(fix)).collect();
    let is_by_builds = harms.iter().all(|(bad, _)| matches!(bad, Bad::Build(_)));
    let leaves = |on: &Hypothesis<'a>| {
        let mut all = harms.iter();
        is_by_builds && all.all(|(bad, _)| !bad.is_there(on, &mut Trace::silent()).is_possible())
    };
    // What brings the build of a fix contains it.
    let is_fixed = |on: &Hypothesis<'a>| advisory.is_fixed(on, &mut Trace::silent()).is_true();
    let ends = |one: &'a UpdateId| {
        let on = now.with([one]);
        fixes.contains(one) || leaves(&on) || is_fixed(&on)
    };
    pending.iter().filter(|(_, (_, one))| ends(&one.update.id)).map(|(id, _)| id).collect()
}

/// The fixes that are for this server: those that are pending here, and those of a product that it has.
fn fixes(
    gate: &Gate<'_>,
    now: &Hypothesis<'_>,
    advisory: &Advisory,
    pending: &Pending<'_>,
    ends: &[PendingId],
) -> Vec<(UpdateId, Option<PendingId>)> {
    let mut fixes: BTreeMap<UpdateId, Option<PendingId>> = BTreeMap::new();
    for fix in advisory.fixes() {
        let products = gate.catalogue.update(fix).map(|known| known.products.as_slice()).unwrap_or_default();
        if products.is_empty() || now.has_any(products).is_possible() {
            fixes.insert(fix.clone(), None);
        }
    }
    for id in ends {
        if let Some((_, candidate)) = pending.get(*id) {
            fixes.insert(candidate.update.id.clone(), Some(*id));
        }
    }
    fixes.into_iter().collect()
}

fn cause(bad: Bad<'_>, now: &Hypothesis<'_>) -> Cause {
    match bad {
        Bad::Update(selector) => Cause::Update { update: selector.id.clone() },
        Bad::Build(selector) => {
            Cause::Product { product: selector.product.clone(), version: now.version(&selector.product) }
        }
    }
}
