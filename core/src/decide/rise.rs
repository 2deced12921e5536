//! Whether an installation may make something true that is in doubt before it and after it: where facts are missing the three
//! values tell no difference, though in a world that fits them there may be one.

use std::cmp::Ordering;

use crate::advisory::Advisory;
use crate::condition::name::Name;
use crate::condition::{Condition, Parts};
use crate::evaluate::Gate;
use crate::evaluate::candidate::Candidate;
use crate::model::hypothesis::Hypothesis;
use crate::model::id::{ProductId, UpdateId};
use crate::model::pending::{Brings, PendingUpdate};
use crate::model::truth::Truth;
use crate::model::version::Versions;

/// The installation of some updates on a server.
#[derive(Debug)]
pub struct Change<'c, 'a> {
    /// What is known.
    pub gate: &'a Gate<'a>,
    /// What is installed.
    pub by: Vec<&'a Candidate<'a>>,
    /// The server without it.
    pub before: &'c Hypothesis<'a>,
    /// The server with any part of it.
    pub after: &'c Hypothesis<'a>,
}

/// Which way the outcome of a condition may go.
#[derive(Clone, Copy, Debug, Default)]
struct Moves {
    /// From false to true.
    up: bool,
    /// From true to false.
    down: bool,
}

impl Moves {
    fn or(self, other: Self) -> Self {
        Self { up: self.up || other.up, down: self.down || other.down }
    }

    fn swapped(self) -> Self {
        Self { up: self.down, down: self.up }
    }
}

impl<'a> Change<'_, 'a> {
    /// Whether it may make an advisory apply; what is asked of the versions of products that are left out is not.
    pub fn may_make_true(&self, advisory: &Advisory, is_left_out: &dyn Fn(&ProductId) -> bool) -> bool {
        let affects = advisory.affects.iter().filter(|one| !is_left_out(&one.product));
        let affects = affects.map(|one| self.of_product(&one.product, &one.versions));
        let when = advisory.when.iter().map(|when| self.of(when, is_left_out));
        let fixes = advisory.fixes().map(|fix| self.of_update(fix).swapped());
        affects.chain(when).chain(fixes).any(|moves| moves.up)
    }

    /// Whether it may bring a version that proves an update, which was not there for certain before.
    pub fn may_prove(&self, update: &UpdateId) -> bool {
        let proofs = self.gate.catalogue.update(update).map(|known| known.proves.as_slice()).unwrap_or_default();
        let is_brought = self.by.iter().any(|one| proofs.iter().any(|proof| self.may_reach(one, proof)));
        is_brought && !self.before.opposite().has_itself(update).is_true()
    }

    /// Whether it may take away what proves an update that supersedes this one.
    pub fn may_uncover(&self, update: &UpdateId) -> bool {
        let newer = self.gate.catalogue.successors(update).iter().filter(|newer| *newer != update);
        newer.map(|newer| self.of_update(newer)).any(|moves| moves.down)
    }

    /// Whether what an update may bring reaches a proof.
    fn may_reach(&self, one: &Candidate<'_>, proof: &Brings) -> bool {
        let rules = self.gate.catalogue.rules(&proof.product);
        let reaches = |brings: &Brings| {
            brings.product == proof.product
                && brings.version.same_branch(&proof.version, rules.branch_parts)
                && brings.version.compare(&proof.version, rules.scheme).is_none_or(Ordering::is_ge)
        };
        let mut told = one.update.brings.iter().flatten().chain(&one.update.contested);
        // Nothing raises what is not there.
        self.after.has_any(std::slice::from_ref(&proof.product)).is_possible()
            && self.after.is_raised_by(&proof.product, &one.update.id)
            && (one.update.unknown_build.is_some() || told.any(reaches))
    }

    fn of(&self, condition: &Condition, is_left_out: &dyn Fn(&ProductId) -> bool) -> Moves {
        match condition.parts() {
            Parts::Not(part) => self.of(part, is_left_out).swapped(),
            // What is installed here changes nothing on other servers.
            Parts::None if matches!(condition, Condition::Others(_)) => Moves::default(),
            Parts::None => self.of_names(condition, is_left_out),
            parts => parts.iter().map(|part| self.of(part, is_left_out)).fold(Moves::default(), Moves::or),
        }
    }

    fn of_names(&self, condition: &Condition, is_left_out: &dyn Fn(&ProductId) -> bool) -> Moves {
        let mut moves = Moves::default();
        condition.names(&mut |name| {
            let of_name = match name {
                Name::Update(update) => self.of_update(update),
                Name::Versions(product, _) | Name::Product(product) if is_left_out(product) => Moves::default(),
                Name::Versions(product, versions) => self.of_product(product, versions),
                Name::Product(product) => self.of_product(product, &Versions::every()),
                _ => Moves::default(),
            };
            moves = moves.or(of_name);
        });
        moves
    }

    /// A version only rises, and only what may install a product brings one.
    fn of_product(&self, product: &ProductId, versions: &Versions) -> Moves {
        let mut raising = self.by.iter().filter(|one| self.after.is_raised_by(product, &one.update.id)).peekable();
        if raising.peek().is_none() {
            return Moves::default();
        }
        let is_new = !self.before.has_any(std::slice::from_ref(product)).is_true();
        let adds =
            is_new && raising.any(|one| self.gate.catalogue.update(&one.update.id).is_some_and(|k| k.adds_products));
        let bounds = versions.bounds();
        let may_rise = adds || bounds.iter().any(|(operator, _)| operator.bounds_below());
        let may_fall = bounds.iter().any(|(operator, _)| operator.bounds_above());
        self.as_found(may_rise, may_fall, |on| on.runs(product, versions))
    }

    /// An update that is installed stays so, unless its proof is a version and the product moves to another branch or train.
    fn of_update(&self, update: &UpdateId) -> Moves {
        let catalogue = &self.gate.catalogue;
        let newer = catalogue.successors(update);
        let proofs: Vec<&Brings> =
            newer.iter().filter_map(|one| catalogue.update(one)).flat_map(|known| &known.proves).collect();
        let raises = |one: &Candidate<'_>, proof: &Brings| self.after.is_raised_by(&proof.product, &one.update.id);
        let may_rise = self.by.iter().any(|one| {
            newer.binary_search(&one.update.id).is_ok() || proofs.iter().any(|proof| self.may_reach(one, proof))
        });
        let may_fall =
            self.by.iter().any(|one| proofs.iter().any(|proof| raises(one, proof) && self.may_end(proof, &one.update)));
        self.as_found(may_rise, may_fall, |on| on.installed(update))
    }

    /// Whether an update may bring a product to where a version proves nothing.
    fn may_end(&self, proof: &Brings, update: &PendingUpdate) -> bool {
        let rules = self.gate.catalogue.rules(&proof.product);
        let trains = self.gate.catalogue.trains(&proof.product);
        let told = || update.brings.iter().flatten().chain(&update.contested);
        let mut brought = told().filter(|brings| brings.product == proof.product).peekable();
        if update.unknown_build.is_some() || brought.peek().is_none() {
            return trains.is_some() || self.before.leaves_branch(&proof.product, update).is_possible();
        }
        brought.any(|brings| {
            let contains = |train: &Versions, version| train.contain(Some(version), rules.scheme).is_possible();
            let leaves_train =
                || trains.is_some_and(|t| contains(&t.gdr, &proof.version) && contains(&t.cu, &brings.version));
            !brings.version.same_branch(&proof.version, rules.branch_parts) || leaves_train()
        })
    }

    /// Only what may be so afterwards, and was not certainly so before, can have become so.
    fn as_found(&self, may_rise: bool, may_fall: bool, ask: impl Fn(&Hypothesis<'a>) -> Truth) -> Moves {
        let (least_before, least_after) = (self.before.opposite(), self.after.opposite());
        Moves {
            up: may_rise && ask(self.after).is_possible() && !ask(&least_before).is_true(),
            down: may_fall && ask(self.before).is_possible() && !ask(&least_after).is_true(),
        }
    }
}
