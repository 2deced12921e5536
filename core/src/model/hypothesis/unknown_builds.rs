//! What a server would have after an update of which nobody knows the build, or about which the sources disagree.

use super::{Hypothesis, brought};
use crate::model::catalogue::{Catalogue, UpdateKnowledge};
use crate::model::fact::{Fact, PendingFact};
use crate::model::id::{ProductId, UpdateId};
use crate::model::level::Level;
use crate::model::truth::Truth;
use crate::model::unknown_build::UnknownBuild;
use crate::model::version::Versions;

impl Hypothesis<'_> {
    /// Whether all, none or only some of what an update of unknown build may bring this server is in a range.
    pub fn may_be_brought(&self, product: &ProductId, unknown: &UnknownBuild, versions: &Versions) -> Truth {
        let Some(may_bring) = unknown.of(product) else { return Truth::False };
        let rules = self.catalogue.rules(product);
        let brought = |level: Level<'_>| {
            let spans = may_bring.spans(level.span(rules), rules);
            let mut truths = spans.iter().map(|span| span.is_in(versions, rules));
            let Some(first) = truths.next() else { return Truth::False };
            truths.fold(first, Truth::agreed)
        };
        let is_here = self.may_have(product, unknown);
        let mut own = self.products.iter().flatten().filter(|runs| runs.product == product).peekable();
        let truth = match own.peek() {
            None => brought(Level::NotCollected),
            Some(_) => self.leaning(own.flat_map(|runs| runs.levels()).map(brought)),
        };
        // Where the products of the update are not known either, it may be for another one.
        let certain = if unknown.is_for_any { Truth::Unknown } else { Truth::True };
        truth.and(certain).and(is_here)
    }

    /// What would tell the version of a product: the builds of the updates that are taken to be installed and leave it open, or
    /// else the version itself.
    pub(super) fn missing_version(&self, product: &ProductId) -> Fact {
        let taken = self.assumed.iter().chain(&self.possible);
        let is_open = |id: &&&UpdateId| self.catalogue.update(id).is_some_and(|known| known.is_open_for(product));
        let open = taken.filter(is_open).min();
        let is_collected = || Hypothesis::now(self.server, self.catalogue, self.at).has_version(product);
        match open {
            Some(update) if is_collected() => Fact::Pending((*update).clone(), PendingFact::Brings),
            _ => Fact::Version(product.clone()),
        }
    }

    /// Whether the version of a product is known, or the product is not there.
    pub fn has_version(&self, product: &ProductId) -> bool {
        let mut own = self.products.iter().flatten().filter(|runs| runs.product == product);
        self.products.is_some() && own.all(|runs| runs.level.is_known())
    }

    /// Whether the server has a product. Of one that an update of known products was offered to, but which has none of them,
    /// at least one is there.
    fn may_have(&self, product: &ProductId, unknown: &UnknownBuild) -> Truth {
        let Some(products) = &self.products else { return Truth::Unknown };
        let has = |id: &ProductId| products.iter().any(|runs| runs.product == id);
        let lacks_all = || !unknown.is_for_any && !unknown.products.iter().any(|one| has(&one.product));
        match unknown.products.as_slice() {
            _ if has(product) => Truth::True,
            [_] if lacks_all() => Truth::True,
            _ if lacks_all() || !self.lists_product(product) => Truth::Unknown,
            _ => Truth::False,
        }
    }
}

/// What is known of a product's version after an update.
pub(super) fn after<'a>(
    catalogue: &'a Catalogue,
    level: Level<'a>,
    update: &'a UpdateKnowledge,
    product: &ProductId,
) -> Level<'a> {
    let rules = catalogue.rules(product);
    if let Some(may_bring) = update.unknown_build.as_ref().and_then(|unknown| unknown.of(product)) {
        let raised = level.raised_within(may_bring.spans(level.span(rules), rules).into_iter(), rules);
        let is_certain = update.unknown_build.as_ref().is_some_and(|unknown| !unknown.is_for_any);
        return if is_certain { raised } else { level.or(raised, rules) };
    }
    let raised = level.raised(brought(&update.brings, product), rules);
    match update.contested.is_empty() {
        true => raised,
        false => raised.or(level.raised(brought(&update.contested, product), rules), rules),
    }
}
