//! One server, one update, in one hypothesis: the reasons that speak (pure).

use std::collections::BTreeSet;
use std::sync::Arc;

use hashbrown::HashMap;
use jiff::Timestamp;

use crate::advisory::{Advisory, Kind, asked};
use crate::database::Database;
use crate::evaluate::reason::{Reason, Waived, silences};
use crate::model::catalogue::Catalogue;
use crate::model::effect::Effect;
use crate::model::fact::{Fact, joined};
use crate::model::hypothesis::Hypothesis;
use crate::model::id::{ProductId, UpdateId};
use crate::model::pending::PendingUpdate;
use crate::model::rule::Rule;
use crate::model::server::Server;
use crate::model::time::Day;
use crate::model::trace::Trace;
use crate::model::truth::Truth;
use crate::policy::waivers::Waiver;
use crate::policy::{Policy, Ring};

pub mod by_product;
pub mod candidate;
pub mod merge;
pub mod policy_rules;
pub mod reason;

use by_product::ByProduct;
use candidate::{Candidate, candidates, index};
use policy_rules::stale_database;

/// Everything that a decision rests on, but the servers.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// The database.
    pub database: &'a Database,
    /// The house's policy.
    pub policy: &'a Policy,
    /// The house's waivers.
    pub waivers: &'a [Waiver],
    /// The pending updates, as they were read.
    pub pending: &'a [PendingUpdate],
    /// The moment of decision.
    pub at: Timestamp,
    /// Whether advisories speak that were published later.
    pub hindsight: bool,
}

/// A question prepared for many servers: updates joined with what the database knows, advisories found by update.
#[derive(Clone, Debug)]
pub struct Gate<'a> {
    /// What was asked.
    pub question: Question<'a>,
    /// What is known of updates and products.
    pub catalogue: Catalogue,
    /// The pending updates, by id.
    pub candidates: Vec<Candidate<'a>>,
    /// What the pending file and the database tell differently.
    pub notes: Vec<String>,
    hazards: ByProduct<'a>,
    required: ByProduct<'a>,
    stale_database: Option<Reason>,
    by_product: HashMap<ProductId, Vec<usize>>,
    by_offer: HashMap<String, Vec<usize>>,
}

/// A server with what is asked of it for every update.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// The server.
    pub server: &'a Server,
    /// The hazards that may concern it.
    pub hazards: Vec<&'a Advisory>,
    /// The required advisories that may concern it.
    pub required: Vec<&'a Advisory>,
    /// The places of the candidates that await approval on it.
    pub pending: Vec<usize>,
    /// The products that it has or can come to have by these; none when its products were not collected.
    reach: Option<Vec<&'a ProductId>>,
    ring: Option<&'a Ring>,
    waivers: Vec<&'a Waiver>,
    stale_inventory: Option<Reason>,
}

impl<'a> Gate<'a> {
    /// Prepares a question.
    pub fn new(question: Question<'a>) -> Self {
        let today = Day::of(question.at);
        let in_force: Vec<&Advisory> =
            question.database.advisories().iter().filter(|one| one.is_in_force(today, question.hindsight)).collect();
        let mut notes = Vec::new();
        let updates = merge::merge(question.pending, question.database.updates(), &mut notes);
        let known = merge::knowledge(&updates, question.database.updates());
        let catalogue =
            Catalogue::new(known, question.database.version_rules(), &asked::asked(updates.keys(), &in_force));
        let candidates = candidates(updates, &in_force, question.pending, &catalogue);
        let of_kind = |kind| ByProduct::new(in_force.iter().copied().filter(|one| one.kind() == kind));
        let (hazards, required) = (of_kind(Kind::Hazard), of_kind(Kind::Required));
        let stale_database = stale_database(&question);
        let by_product = index(&candidates, |candidate| match candidate.update.offered_to {
            Some(_) => Vec::new(),
            None => candidate.products.clone(),
        });
        let by_offer = index(&candidates, |candidate| {
            candidate.update.offered_to.iter().flatten().map(|name| name.to_lowercase()).collect()
        });
        Self { question, catalogue, candidates, notes, hazards, required, stale_database, by_product, by_offer }
    }

    /// A server as the rules see it, and what awaits approval there.
    pub fn subject(&'a self, now: &Hypothesis<'a>) -> Subject<'a> {
        let Question { policy, waivers, at, .. } = self.question;
        let server = now.server();
        let pending = self.pending_on(now);
        let reach = self.reach(server, &pending);
        let is_in_force = |waiver: &&Waiver| waiver.is_valid(at) && waiver.servers.include(server, policy);
        Subject {
            server,
            hazards: self.hazards.of(reach.as_deref()),
            required: self.required.of(reach.as_deref()),
            ring: policy.ring(server),
            waivers: waivers.iter().filter(is_in_force).collect(),
            stale_inventory: self.stale_inventory(server),
            pending,
            reach,
        }
    }

    /// The hypothesis that nothing is installed but what was collected.
    pub fn now(&'a self, server: &'a Server) -> Hypothesis<'a> {
        Hypothesis::now(server, &self.catalogue, self.question.at)
    }

    /// The places of the candidates that await approval on a server: offered to it, or for one of its products, and not
    /// installed. A server whose products were not collected may have any product.
    fn pending_on(&self, now: &Hypothesis<'_>) -> Vec<usize> {
        let server = now.server();
        let names = server.groups.iter().flatten().map(|group| group.to_lowercase()).chain([server.name.folded()]);
        let mut places: Vec<usize> = match self.by_offer.is_empty() {
            true => Vec::new(),
            false => names.filter_map(|name| self.by_offer.get(&name)).flatten().copied().collect(),
        };
        match &server.products {
            None => places.extend(self.by_product.values().flatten()),
            Some(products) => {
                places.extend(products.iter().filter_map(|one| self.by_product.get(&one.product)).flatten());
            }
        }
        places.sort_unstable();
        places.dedup();
        let is_installed = |place: &usize| {
            self.candidates.get(*place).is_none_or(|candidate| now.installed(&candidate.update.id).is_true())
        };
        places.retain(|place| !is_installed(place));
        places
    }

    /// The advisories about an update that may concern a server with the products that it can come to have.
    ///
    /// The others are silent whatever is installed; leaving them out early is what makes large databases cheap.
    pub fn advisories_for(&self, subject: &Subject<'a>, candidate: &Candidate<'a>) -> Vec<&'a Advisory> {
        let may_have = |product: &ProductId| subject.reach.as_ref().is_none_or(|reach| reach.contains(&product));
        let concerns = |advisory: &&&Advisory| {
            advisory.affects.is_empty() || advisory.affects.iter().any(|affects| may_have(&affects.product))
        };
        candidate.advisories.iter().filter(concerns).copied().collect()
    }

    fn reach(&'a self, server: &'a Server, pending: &[usize]) -> Option<Vec<&'a ProductId>> {
        let own = server.products.as_ref()?.iter().map(|one| &one.product);
        let candidates = pending.iter().filter_map(|place| self.candidates.get(*place));
        let all: BTreeSet<&ProductId> = own.chain(candidates.flat_map(|candidate| &candidate.products)).collect();
        Some(all.into_iter().collect())
    }

    /// The reasons of advisories that speak about an update on a server.
    pub fn advice(
        &self,
        subject: &Subject<'a>,
        on: &Hypothesis<'a>,
        candidate: &'a Candidate<'_>,
        advisories: &[&Advisory],
    ) -> Vec<Reason> {
        let about_update = advisories.iter().filter_map(|advisory| {
            let names = advisory.names(&candidate.update, on, &mut Trace::silent());
            let truth = if names.is_possible() { names.and(advisory.speaks(on, &mut Trace::silent())) } else { names };
            truth.is_possible().then(|| self.reason(advisory, truth, on, Some(&candidate.update)))
        });
        let about_server = subject.hazards.iter().filter_map(|hazard| {
            let truth = hazard.threatens(on, &candidate.update);
            truth.is_possible().then(|| self.reason(hazard, truth, on, None))
        });
        about_update.chain(about_server).map(|reason| waive(subject, &candidate.update.id, reason)).collect()
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
        waive(subject, &candidate.update.id, self.reason(advisory, truth, on, None))
    }

    fn reason(&self, advisory: &Advisory, truth: Truth, on: &Hypothesis<'_>, update: Option<&PendingUpdate>) -> Reason {
        let mut trace = Trace::listening();
        if let Some(update) = update {
            advisory.names(update, on, &mut trace);
        }
        advisory.speaks(on, &mut trace);
        let (evidence, missing) = trace.finish();
        let policy = self.question.policy;
        let stated = policy.effects.effect(advisory, truth, &policy.unknown);
        let is_ready = advisory.kind() == Kind::Procedure && advisory.is_prepared(on);
        Reason {
            rule: rule(advisory.kind()),
            advisory: Some(advisory.id.clone()),
            effect: if is_ready { Effect::Note } else { stated },
            truth,
            severity: Some(advisory.severity),
            message: if is_ready { ready(advisory) } else { message(advisory, truth, &missing) },
            evidence,
            missing: if truth == Truth::Unknown { missing } else { Vec::new() },
            waived: None,
            references: advisory.references.clone(),
        }
    }
}

/// What a procedure says whose steps before the update are taken: its title alone would read as an alarm.
fn ready(advisory: &Advisory) -> Arc<str> {
    format!("prepared, as the facts show: {}", advisory.title).into()
}

/// Marks a reason with the waiver that silences it; of several the one that lasts longest.
fn waive(subject: &Subject<'_>, update: &UpdateId, mut reason: Reason) -> Reason {
    let covers = |waiver: &&&Waiver| waiver.updates.as_ref().is_none_or(|updates| updates.contains(update));
    let silencing = subject.waivers.iter().filter(covers).filter(|waiver| silences(waiver, &reason));
    let longest = silencing.max_by_key(|waiver| (waiver.expires, &waiver.ticket, &waiver.reason));
    reason.waived = longest.map(|waiver| Arc::new(Waived::by(waiver)));
    reason
}

fn rule(kind: Kind) -> Rule {
    match kind {
        Kind::KnownBad => Rule::KnownBad,
        Kind::Required => Rule::Required,
        Kind::Prerequisite => Rule::Prerequisite,
        Kind::Hazard => Rule::Hazard,
        Kind::Procedure => Rule::Procedure,
    }
}

/// One sentence for the administrator.
fn message(advisory: &Advisory, truth: Truth, missing: &[Fact]) -> Arc<str> {
    let title = &advisory.title;
    match (advisory.requires(), truth) {
        // The update is the cure; alone, the title would read like a warning of it.
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
