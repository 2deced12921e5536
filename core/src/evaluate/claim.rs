//! Claims: which advisories speak about an update on a server, and what each calls for. Asking needs no words; a reason with
//! its text and evidence is made of a claim only where it is shown.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::candidate::Candidate;
use super::reason::{Reason, waive};
use super::{Gate, Subject};
use crate::advisory::{Advisory, Kind};
use crate::model::effect::Effect;
use crate::model::fact::{Fact, PendingFact, joined};
use crate::model::hypothesis::Hypothesis;
use crate::model::id::{AdvisoryId, UpdateId};
use crate::model::rule::Rule;
use crate::model::server::ServerFact;
use crate::model::trace::{Evidence, Trace};
use crate::model::truth::Truth;

/// An advisory that speaks, and what it calls for.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// The advisory.
    pub advisory: &'a Advisory,
    /// Whether it is known to speak.
    pub truth: Truth,
    /// What it calls for; of one on trial nothing.
    pub effect: Effect,
    /// What it would call for if it were not on trial.
    stated: Effect,
    /// Whether its steps before the update are taken, as the facts show.
    is_prepared: bool,
}

/// The advisories that may speak about one update on one server.
#[derive(Clone, Debug, Default)]
pub struct Speakers<'a> {
    /// The advisories about it that may concern the server.
    pub advisories: Vec<&'a Advisory>,
    /// The advisories and hazards that are in doubt as things are now, once that is known.
    pub doubted: Option<BTreeSet<AdvisoryId>>,
}

impl<'a> Gate<'a> {
    /// The advisories that speak about an update on a server, and what each calls for. What is not in doubt for want of facts,
    /// but because an update of unknown build came, counts as true.
    pub fn claims<'s>(
        &'s self,
        subject: &'s Subject<'a>,
        on: &'s Hypothesis<'a>,
        candidate: &'a Candidate<'_>,
        speakers: &'s Speakers<'a>,
    ) -> impl Iterator<Item = Claim<'a>> + 's {
        let about_update = speakers.advisories.iter().map(|advisory| {
            let names = advisory.names(&candidate.update, on, &mut Trace::silent());
            let id = &candidate.update.id;
            let contains = |company: &UpdateId| self.catalogue.successors_by_vendor(company).contains(id);
            let speaks = || match advisory.safe_with.iter().any(contains) {
                // It brings along what it contains.
                true => advisory.speaks(&on.along([id]), &mut Trace::silent()),
                false => advisory.speaks(on, &mut Trace::silent()),
            };
            (*advisory, if names.is_possible() { names.and(speaks()) } else { names })
        });
        let about_server = subject.hazards.iter().map(|hazard| (*hazard, hazard.threatens(on, &candidate.update)));
        let speaking = about_update.chain(about_server).filter(|(_, truth)| truth.is_possible());
        speaking.map(|(advisory, truth)| {
            let is_new = speakers.doubted.as_ref().is_some_and(|doubted| !doubted.contains(&advisory.id));
            let claim = match is_new {
                true => {
                    let counted = self.claim(advisory, Truth::True, on);
                    // Who waives the doubt about a server does not waive what another update may make true.
                    let is_waived = |truth| subject.is_waived(&candidate.update.id, counted.rule(), advisory, truth);
                    let truth = if is_waived(truth) && !is_waived(Truth::True) { Truth::True } else { truth };
                    Claim { truth, ..counted }
                }
                false => self.claim(advisory, truth, on),
            };
            let is_exposed = claim.effect > Effect::Note && self.is_exposed(subject, on, advisory);
            if is_exposed { claim.as_note() } else { self.by_rings(subject.server, candidate, claim) }
        })
    }

    /// The claims that stop an update on a server.
    pub fn blocking<'s>(
        &'s self,
        subject: &'s Subject<'a>,
        on: &'s Hypothesis<'a>,
        candidate: &'a Candidate<'_>,
        speakers: &'s Speakers<'a>,
    ) -> impl Iterator<Item = Claim<'a>> + 's {
        let counts =
            |claim: &Claim<'a>| !subject.is_waived(&candidate.update.id, claim.rule(), claim.advisory, claim.truth);
        let claims = self.claims(subject, on, candidate, speakers);
        claims.filter(move |claim| claim.effect == Effect::Block && counts(claim))
    }

    /// The reasons of the advisories that speak about an update on a server.
    pub fn advice(
        &self,
        subject: &Subject<'a>,
        on: &Hypothesis<'a>,
        candidate: &'a Candidate<'_>,
        speakers: &Speakers<'a>,
    ) -> Vec<Reason> {
        let claims = self.claims(subject, on, candidate, speakers);
        let id = &candidate.update.id;
        let waived = |claim: Claim<'a>| waive(subject, id, claim.reason(on, candidate));
        let reasons = claims.map(|claim| subject.spare_rings(&self.question, id, waived(claim)));
        reasons.chain(self.wrong_product(subject, on, candidate)).collect()
    }

    /// The note that an update brings what the server ought to have.
    pub fn wanted(
        &self,
        subject: &Subject<'a>,
        on: &Hypothesis<'a>,
        candidate: &Candidate<'_>,
        advisory: &Advisory,
    ) -> Reason {
        let truth = advisory.speaks(on, &mut Trace::silent());
        waive(subject, &candidate.update.id, self.claim(advisory, truth, on).reason(on, candidate))
    }

    /// The note that an update ends what a server is exposed to.
    pub fn ends_exposure(
        &self,
        subject: &Subject<'a>,
        on: &Hypothesis<'a>,
        candidate: &Candidate<'_>,
        advisory: &Advisory,
        truth: Truth,
    ) -> Reason {
        let id = &candidate.update.id;
        let mut trace = Trace::listening();
        Truth::any(advisory.bad().map(|bad| advisory.harms(bad, on, &mut trace)));
        let (evidence, missing) = trace.finish();
        let is_known = truth.is_true();
        let words = if is_known { "ends what this server has" } else { "ends what this server may have" };
        let reason = Reason {
            rule: Rule::Exposed,
            advisory: Some(advisory.id.clone()),
            effect: Effect::Note,
            truth,
            severity: Some(advisory.severity),
            message: format!("{words}: {}", advisory.title).into(),
            evidence,
            missing: if is_known { Vec::new() } else { missing },
            trial: false,
            waived: None,
            references: advisory.references.clone(),
        };
        waive(subject, id, reason)
    }

    /// Whether a server is exposed by an advisory for certain, now and whatever part of what is open gets installed: then
    /// another update with the same fault makes nothing worse. One that is only let in by this decision excuses no other.
    pub fn is_exposed(&self, subject: &Subject<'a>, on: &Hypothesis<'a>, advisory: &Advisory) -> bool {
        let weakest = on.opposite();
        subject.exposed.contains(&advisory.id)
            && advisory.bad().any(|bad| advisory.harms(bad, &weakest, &mut Trace::silent()).is_true())
    }

    /// What an advisory calls for on a server, when it speaks with this certainty.
    pub fn claim<'c>(&self, advisory: &'c Advisory, truth: Truth, on: &Hypothesis<'_>) -> Claim<'c> {
        let policy = self.question.policy;
        let is_prepared = advisory.kind() == Kind::Procedure && advisory.is_prepared(on);
        let stated = match is_prepared {
            true => Effect::Note,
            false => policy.effects.effect(advisory, truth, &policy.unknown),
        };
        let effect = if advisory.is_on_trial() { Effect::Note } else { stated };
        Claim { advisory, truth, effect, stated, is_prepared }
    }
}

impl Claim<'_> {
    /// The same where it only warns.
    #[must_use]
    pub fn as_note(self) -> Self {
        Self { effect: Effect::Note, stated: Effect::Note, ..self }
    }

    /// The rule that it comes from.
    pub fn rule(&self) -> Rule {
        rule(self.advisory.kind())
    }

    /// The claim in words, with its evidence.
    pub fn reason(&self, on: &Hypothesis<'_>, candidate: &Candidate<'_>) -> Reason {
        let advisory = self.advisory;
        let (evidence, mut missing) = proof(advisory, on, candidate);
        if self.truth == Truth::Unknown && missing.is_empty() {
            missing = missing_of_installed(advisory, on, candidate);
        }
        let message = if self.is_prepared { prepared(advisory) } else { message(advisory, self.truth, &missing) };
        let reason = Reason {
            rule: self.rule(),
            advisory: Some(advisory.id.clone()),
            effect: self.stated,
            truth: self.truth,
            severity: Some(advisory.severity),
            message,
            evidence,
            missing: if self.truth == Truth::Unknown { missing } else { Vec::new() },
            waived: None,
            trial: false,
            references: advisory.references.clone(),
        };
        if advisory.is_on_trial() { reason.on_trial() } else { reason }
    }
}

/// The facts from which it follows that an advisory speaks, and those that would settle whether it does.
fn proof(advisory: &Advisory, on: &Hypothesis<'_>, candidate: &Candidate<'_>) -> (Vec<Evidence>, Vec<Fact>) {
    let mut trace = Trace::listening();
    if !matches!(advisory.kind(), Kind::Hazard | Kind::Required) {
        advisory.names(&candidate.update, on, &mut trace);
    }
    advisory.speaks(on, &mut trace);
    if advisory.is_pulled_by(&candidate.update) == Truth::Unknown {
        trace.miss(|| Fact::Pending(candidate.update.id.clone(), PendingFact::Products));
    }
    trace.finish()
}

/// What is missing where an advisory is in doubt about something that is installed, or that an update may bring; never empty.
fn missing_of_installed(advisory: &Advisory, on: &Hypothesis<'_>, candidate: &Candidate<'_>) -> Vec<Fact> {
    let mut trace = Trace::listening();
    for bad in advisory.bad() {
        advisory.harms(bad, on, &mut trace);
    }
    let (_, missing) = trace.finish();
    match missing.is_empty() {
        true if candidate.update.unknown_build.is_some() => {
            vec![Fact::Pending(candidate.update.id.clone(), PendingFact::Brings)]
        }
        true => vec![ServerFact::Updates.into()],
        false => missing,
    }
}

/// The rule of a kind of advisory.
pub fn rule(kind: Kind) -> Rule {
    match kind {
        Kind::KnownBad => Rule::KnownBad,
        Kind::Required => Rule::Required,
        Kind::Prerequisite => Rule::Prerequisite,
        Kind::Hazard => Rule::Hazard,
        Kind::Procedure => Rule::Procedure,
    }
}

/// What a procedure says whose steps before the update are taken: its title alone would read as an alarm.
fn prepared(advisory: &Advisory) -> Arc<str> {
    format!("prepared, as the facts show: {}", advisory.title).into()
}

/// One sentence for the administrator.
fn message(advisory: &Advisory, truth: Truth, missing: &[Fact]) -> Arc<str> {
    let title = &advisory.title;
    match (advisory.requires(), truth) {
        // The update is the fix; alone, the title would read like a warning of it.
        (_, Truth::Unknown) if advisory.kind() == Kind::Required => {
            format!("wanted, unless {} tell otherwise: {title}", joined(missing)).into()
        }
        _ if advisory.kind() == Kind::Required => format!("wanted, because {title}").into(),
        (_, Truth::Unknown) => format!("cannot be decided without {}: {title}", joined(missing)).into(),
        (Some(requires), _) if advisory.kind() == Kind::Prerequisite => {
            format!("{title}: first needs {requires}").into()
        }
        _ => title.clone(),
    }
}
