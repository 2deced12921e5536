//! One server, one update, in one hypothesis: the reasons that speak (pure).

use std::collections::BTreeSet;
use std::sync::Arc;

use hashbrown::HashMap;
use jiff::Timestamp;

use crate::advisory::{Advisory, Kind, asked};
use crate::condition::Condition;
use crate::condition::others::Others;
use crate::database::Database;
use crate::model::catalogue::{Catalogue, Knowledge};
use crate::model::hypothesis::Hypothesis;
use crate::model::id::{AdvisoryId, ProductId, UpdateId};
use crate::model::pending::PendingUpdate;
use crate::model::server::Server;
use crate::model::table::Table;
use crate::model::time::Day;
use crate::policy::waivers::Waiver;
use crate::policy::{Policy, Ring};

pub mod by_product;
pub mod candidate;
pub mod claim;
pub mod first_rings;
pub mod merge;
pub mod policy_rules;
pub mod reach;
pub mod reason;
pub mod recognise;
pub mod rings;
pub mod unknown_builds;
pub mod wrong_product;

use by_product::ByProduct;
use candidate::{Candidate, CandidateId, candidates, exploited, index};
use reason::Reason;
use recognise::offers::Offers;

/// Everything that a decision rests on, but the servers.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// The database.
    pub database: &'a Database,
    /// The policy.
    pub policy: &'a Policy,
    /// The waivers.
    pub waivers: &'a [Waiver],
    /// The pending updates, as they were read.
    pub pending: &'a [PendingUpdate],
    /// The moment of decision.
    pub at: Timestamp,
    /// Whether the inventory holds the whole fleet.
    pub is_complete: bool,
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
    pub candidates: Table<CandidateId, Candidate<'a>>,
    /// What the pending file and the database tell differently.
    pub notes: Vec<String>,
    hazards: ByProduct<'a>,
    known_bad: ByProduct<'a>,
    required: ByProduct<'a>,
    by_product: HashMap<ProductId, Vec<CandidateId>>,
    /// What conditions count of other servers, each question once.
    pub others: Vec<&'a Others>,
    /// The advisories that ask each of these questions.
    pub readers_of_others: HashMap<Arc<str>, BTreeSet<AdvisoryId>>,
    /// Whom the offers mean; before [`Gate::recognise`], nobody in particular.
    pub offers: Offers,
}

/// What advisories count of other servers, each question once, and which ask it.
fn others<'a>(advisories: &[&'a Advisory]) -> (Vec<&'a Others>, HashMap<Arc<str>, BTreeSet<AdvisoryId>>) {
    let (mut all, mut readers) = (Vec::new(), HashMap::<Arc<str>, BTreeSet<AdvisoryId>>::new());
    for advisory in advisories {
        let mut visit = |condition: &'a Condition| {
            if let Condition::Others(others) = condition {
                if !readers.contains_key(others.question()) {
                    all.push(others);
                }
                readers.entry(others.question().clone()).or_default().insert(advisory.id.clone());
            }
        };
        advisory.when.iter().chain(advisory.requires()).for_each(|condition| condition.visit(&mut visit));
    }
    (all, readers)
}

/// A server with what is asked of it for every update.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// The server.
    pub server: &'a Server,
    /// The advisories to which it is exposed for certain, as things are now.
    pub exposed: BTreeSet<&'a AdvisoryId>,
    /// The hazards that may concern it.
    pub hazards: Vec<&'a Advisory>,
    /// The advisories about bad updates that do harm as long as they are installed, and may concern it.
    pub known_bad: Vec<&'a Advisory>,
    /// The required advisories that may concern it.
    pub required: Vec<&'a Advisory>,
    /// The candidates that await approval on it.
    pub pending: Vec<CandidateId>,
    /// The candidates that nobody offers to it in particular and of whose products it may have one.
    pub unplaced: Vec<CandidateId>,
    /// The products that it has, may have or can come to have by these; none when its products were not collected.
    reach: Option<Vec<&'a ProductId>>,
    ring: Option<&'a Ring>,
    waivers: Vec<&'a Waiver>,
    stale: Vec<Reason>,
}

impl<'a> Gate<'a> {
    /// Prepares a question.
    pub fn new(question: Question<'a>) -> Self {
        let today = Day::of(question.at);
        let in_force: Vec<&Advisory> =
            question.database.advisories().iter().filter(|one| one.is_in_force(today, question.hindsight)).collect();
        let mut notes = Vec::new();
        let mut updates = merge::merge(question.pending, question.database, &mut notes);
        unknown_builds::learn(&mut updates, question.database, &in_force);
        let (known, lines) = (question.database.knowledge().clone(), question.database.lines());
        let pending = merge::knowledge(&updates, known.updates());
        let pending = Knowledge::of_pending(pending, &known, &lines);
        let exploited = exploited(&updates, [&known, &pending], today);
        let asked = asked::asked(updates.keys().chain(exploited.values().flatten()), &in_force);
        let catalogue = Catalogue::new(known, pending, lines, &asked).with_families(question.database.families());
        let candidates = candidates(updates, exploited, &in_force, question.pending, &catalogue);
        let counting = || in_force.iter().copied().filter(|one| !one.is_on_trial());
        let hazards = ByProduct::new(in_force.iter().copied().filter(|one| one.kind() == Kind::Hazard));
        let required = ByProduct::new(counting().filter(|one| one.kind() == Kind::Required));
        let known_bad = ByProduct::new(counting().filter(|one| one.harms_while_installed()));
        let by_product = index(&candidates, |candidate| match candidate.update.offered_to {
            Some(_) => Vec::new(),
            None => candidate.products.clone(),
        });
        let offers = Offers::default();
        let (others, readers_of_others) = others(&in_force);
        Self {
            question,
            catalogue,
            candidates,
            notes,
            hazards,
            known_bad,
            required,
            by_product,
            others,
            readers_of_others,
            offers,
        }
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
            exposed: BTreeSet::new(),
            hazards: self.hazards.of(reach.as_deref()),
            known_bad: self.known_bad.of(reach.as_deref()),
            required: self.required.of(reach.as_deref()),
            ring: policy.ring(server),
            waivers: waivers.iter().filter(is_in_force).collect(),
            stale: self.stale(server),
            unplaced: self.unplaced_on(now),
            pending,
            reach,
        }
    }

    /// The hypothesis that nothing is installed but what was collected.
    pub fn now(&'a self, server: &'a Server) -> Hypothesis<'a> {
        Hypothesis::now(server, &self.catalogue, self.question.at)
    }

    /// The candidates that await approval on a server, not installed: offered to it by name or, where it has or may have one
    /// of their products, by group; or offered to nobody in particular, for one of its products.
    fn pending_on(&self, now: &Hypothesis<'_>) -> Vec<CandidateId> {
        let server = now.server();
        let may_have = |id: &CandidateId| {
            let products = self.candidates.get(*id).map(|candidate| candidate.products.as_slice()).unwrap_or_default();
            products.is_empty() || now.has_any(products).is_possible()
        };
        let by_group = self.offers.by_group(server).into_iter().filter(may_have);
        let listed = server.products.iter().flatten();
        let by_product = listed.filter_map(|one| self.by_product.get(&one.product)).flatten();
        let all = self.offers.by_name(server).iter().chain(by_product).copied().chain(by_group);
        self.not_installed(now, all)
    }

    /// The candidates that nobody is offered in particular, for products that a server only may have.
    fn unplaced_on(&self, now: &Hypothesis<'_>) -> Vec<CandidateId> {
        let server = now.server();
        if server.products.is_some() && !server.may_have_more_products() {
            return Vec::new();
        }
        let may_have = |product: &ProductId| now.has_any(std::slice::from_ref(product)).is_possible();
        let perhaps = self.by_product.iter().filter(|(product, _)| may_have(product)).flat_map(|(_, all)| all);
        let has_none = |id: &CandidateId| {
            self.candidates.get(*id).is_some_and(|candidate| !now.has_any(&candidate.products).is_true())
        };
        self.not_installed(now, perhaps.copied().filter(has_none))
    }

    /// Whether an update is one of those that are offered to nobody in particular and that a server only may need.
    pub fn is_unplaced(&self, now: &Hypothesis<'_>, update: &UpdateId) -> bool {
        let mut unplaced = self.unplaced_on(now).into_iter().filter_map(|id| self.candidates.get(id));
        unplaced.any(|candidate| candidate.update.id == *update)
    }

    fn not_installed(&self, now: &Hypothesis<'_>, all: impl Iterator<Item = CandidateId>) -> Vec<CandidateId> {
        let mut all: Vec<CandidateId> = all.collect();
        all.sort_unstable();
        all.dedup();
        let is_installed = |candidate: &Candidate<'_>| now.installed(&candidate.update.id).is_true();
        all.retain(|id| self.candidates.get(*id).is_some_and(|candidate| !is_installed(candidate)));
        all
    }

    /// The holes that are exploited, open on a server and closed by an update: its own, and those of what it supersedes.
    pub fn exploited_by<'c>(
        &self,
        now: &Hypothesis<'_>,
        candidate: &'c Candidate<'_>,
    ) -> impl Iterator<Item = &'c UpdateId> {
        let is_open = |hole: &&UpdateId| {
            let products = self.catalogue.update(hole).map(|known| known.products.as_slice()).unwrap_or_default();
            let is_here = products.is_empty() || now.has_any(products).is_true();
            **hole == candidate.update.id || is_here && !now.installed(hole).is_possible()
        };
        candidate.exploited.iter().filter(is_open).collect::<Vec<_>>().into_iter()
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

    /// The products that a server may have besides those that it lists.
    fn unlisted_on(&'a self, server: &Server) -> impl Iterator<Item = &'a ProductId> {
        let may_have_more = server.may_have_more_products();
        let declared = self.question.database.products().values().filter(move |_| may_have_more);
        declared.filter(|one| !server.would_list(&one.id, one.family.as_deref())).map(|one| &one.id)
    }

    fn reach(&'a self, server: &'a Server, pending: &[CandidateId]) -> Option<Vec<&'a ProductId>> {
        let own = server.products.as_ref()?.iter().map(|one| &one.product);
        let candidates = pending.iter().filter_map(|place| self.candidates.get(*place));
        let brought = candidates.flat_map(|candidate| &candidate.products);
        let all: BTreeSet<&ProductId> = own.chain(brought).chain(self.unlisted_on(server)).collect();
        Some(all.into_iter().collect())
    }
}
