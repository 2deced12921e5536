//! Updates that are not for a server: for another operating system, another branch of a product, or another train of builds.

use super::candidate::Candidate;
use super::reason::{Reason, waive};
use super::{Gate, Subject};
use crate::model::effect::Effect;
use crate::model::fact::Fact;
use crate::model::hypothesis::Hypothesis;
use crate::model::id::ProductId;
use crate::model::product::{OPERATING_SYSTEM, Product};
use crate::model::rule::Rule;
use crate::model::severity::Severity;
use crate::model::truth::Truth;
use crate::model::version::{Version, Versions};

impl<'a> Gate<'a> {
    /// What is said of an update that is not, or perhaps not, for a server.
    pub fn wrong_product(
        &self,
        subject: &Subject<'a>,
        on: &Hypothesis<'_>,
        candidate: &Candidate<'_>,
    ) -> Option<Reason> {
        let (truth, product) = self.misfit(on, candidate)?;
        let effect = match truth {
            Truth::True => Effect::Block,
            _ => self.question.policy.unknown.effect(Severity::High),
        };
        let message = match on.version(&product) {
            Some(version) => format!("not for {product} {version}"),
            None if truth.is_true() => format!("for {product}, which is another operating system than this server's"),
            None => format!("perhaps not for this build of {product}"),
        };
        let reason = Reason::of_policy(Rule::WrongProduct, effect, message);
        let reason = match truth {
            Truth::True => reason,
            _ => reason.without(vec![Fact::Version(product)]),
        };
        Some(waive(subject, &candidate.update.id, reason))
    }

    /// That an update is, or may be, no longer for a server where others come before it.
    pub fn wrong_product_beside(&self, candidate: &Candidate<'_>, truth: Truth) -> Reason {
        let message = "not for what other pending updates make of its product".to_owned();
        let reason = Reason::of_policy(Rule::WrongProduct, Effect::Block, message);
        match candidate.products.first() {
            Some(product) if truth == Truth::Unknown => reason.without(vec![Fact::Version(product.clone())]),
            _ => reason,
        }
    }

    /// Whether an update goes only on one branch or train of a product.
    pub fn is_of_branch(&self, candidate: &Candidate<'_>) -> bool {
        let products = candidate.products.iter().filter_map(|id| self.question.database.products().get(id));
        let mut products = products.filter(|_| candidate.update.brings.is_some());
        products.any(|product| product.trains.is_some() || candidate.update.has_kind_of(&product.for_branch))
    }

    /// Whether an update is not for a server, and by which product.
    fn misfit(&self, on: &Hypothesis<'_>, candidate: &Candidate<'_>) -> Option<(Truth, ProductId)> {
        if self.is_for_another_system(on, candidate) {
            return candidate.products.first().map(|product| (Truth::True, product.clone()));
        }
        let products = self.question.database.products();
        let may_have = |id: &&ProductId| on.has_any(std::slice::from_ref(id)).is_possible();
        let misses = |id| products.get(id).map_or(Truth::False, |product| misses_branch(on, candidate, product));
        let here = candidate.products.iter().filter(may_have).map(|id| (misses(id), id));
        // For one of several products it may still be meant.
        let (truth, product) = here.min_by_key(|(truth, _)| *truth)?;
        truth.is_possible().then(|| (truth, product.clone()))
    }

    /// Whether it is for systems of which this server has none, and another one.
    fn is_for_another_system(&self, on: &Hypothesis<'_>, candidate: &Candidate<'_>) -> bool {
        let products = self.question.database.products();
        let is_system =
            |id: &ProductId| products.get(id).is_some_and(|one| one.family.as_deref() == Some(OPERATING_SYSTEM));
        let mut own = on.server().products.iter().flatten().map(|one| &one.product);
        let is_about_systems = !candidate.products.is_empty() && candidate.products.iter().all(is_system);
        is_about_systems && own.any(is_system) && !on.has_any(&candidate.products).is_possible()
    }
}

/// Whether a product of the server is in no branch or train for which an update is.
fn misses_branch(on: &Hypothesis<'_>, candidate: &Candidate<'_>, product: &Product) -> Truth {
    let brings = candidate.update.brings.iter().flatten().filter(|brings| brings.product == product.id);
    let brought: Vec<&Version> = brings.map(|brings| &brings.version).collect();
    let is_bound = candidate.update.has_kind_of(&product.for_branch);
    if brought.is_empty() || !is_bound && product.trains.is_none() {
        return Truth::False;
    }
    let is_in = |range: &Versions, version: &Version| range.contain(Some(version), product.version_scheme).is_true();
    let is_gdr = |version: &Version| product.trains.as_ref().is_some_and(|trains| is_in(&trains.gdr, version));
    let is_cu = |version: &Version| product.trains.as_ref().is_some_and(|trains| is_in(&trains.cu, version));
    // What is of no branch and goes on both trains fits whatever version there is.
    if !is_bound && brought.iter().any(|version| !is_gdr(version)) {
        return Truth::False;
    }
    let fits = |own: &Version, version: &Version| {
        let is_in_branch = !is_bound || own.same_branch(version, product.branch_parts);
        is_in_branch && !(is_gdr(version) && is_cu(own))
    };
    on.each_version(&product.id, |own| Truth::from(!brought.iter().any(|version| fits(own, version))))
}
