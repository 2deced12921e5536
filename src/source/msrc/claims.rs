//! What bulletins claim of each update and product, before it is weighed.

use std::collections::{BTreeMap, BTreeSet};

use super::names::Names;
use super::report::{Report, Why};
use super::words::{self, Build};
use super::{Document, Remediation};
use crate::model::id::{ProductId, UpdateId};
use crate::model::pending::Restart;
use crate::model::product::Product;
use crate::model::time::Month;

/// The kinds of update whose build proves that the update is in, because each contains those before it.
const PROVEN: [&str; 4] = ["Security Update", "Monthly Rollup", "Cumulative Update", "Alternate Cumulative"];

/// The kind that contains what came before it, of products that have Security Only updates beside it.
const ROLLUP: &str = "Monthly Rollup";

/// The kind that raises the build as far as the rollup of its month does, without what the rollups before it brought.
const SECURITY_ONLY: &str = "Security Only";

/// Everything that bulletins claim.
#[derive(Debug, Default)]
pub struct Claims {
    /// What they say of an update as such.
    pub updates: BTreeMap<UpdateId, Naming>,
    /// What they say of an update for one product.
    pub pairs: BTreeMap<(UpdateId, ProductId), Claim>,
    /// Every build that an update of any kind brings to a product.
    pub raises: BTreeMap<ProductId, Vec<Raise>>,
    /// The products that have rollups.
    pub rolled_up: BTreeSet<ProductId>,
}

/// Where an update is named.
#[derive(Debug, Default)]
pub struct Naming {
    /// The first document's path.
    pub path: String,
    /// The months of the documents; none for a document that is not of a month.
    pub months: BTreeSet<Option<Month>>,
    /// Whether a vulnerability names it that was not revised after the month, so that it was there in that month.
    pub was_there: bool,
}

/// What is claimed of an update for one product.
#[derive(Debug, Default)]
pub struct Claim {
    /// Where it is published first.
    pub source: String,
    /// The builds that it brings, by their numbers.
    pub builds: BTreeMap<Vec<u64>, Build>,
    /// Whether it is also listed as a kind whose builds prove nothing.
    pub is_untold: bool,
    /// The strongest answer.
    pub restart: Option<Restart>,
    /// What it replaces.
    pub supersedes: BTreeSet<UpdateId>,
}

/// A build that an update brings to a product.
#[derive(Debug)]
pub struct Raise {
    /// The update.
    pub update: UpdateId,
    /// The build.
    pub build: Build,
    /// Whether it comes without the updates before it.
    pub is_security_only: bool,
}

/// Collects what documents claim.
pub struct Collector<'a> {
    products: &'a BTreeMap<ProductId, Product>,
    names: Names,
    claims: Claims,
    report: &'a mut Report,
}

impl<'a> Collector<'a> {
    /// Starts to collect for the products of a database.
    pub fn new(products: &'a BTreeMap<ProductId, Product>, report: &'a mut Report) -> Self {
        Self { products, names: Names::new(products), claims: Claims::default(), report }
    }

    /// What was collected.
    pub fn finish(self) -> Claims {
        self.claims
    }

    /// Collects a document.
    pub fn learn(&mut self, document: &Document) {
        let month = words::month_of_id(&document.id);
        for vulnerability in &document.vulnerabilities {
            let months: Option<Vec<Month>> =
                vulnerability.revisions.iter().map(|time| words::month_of_time(time)).collect();
            let was_there = month.is_some_and(|month| {
                months.is_some_and(|months| !months.is_empty() && months.iter().all(|one| *one <= month))
            });
            for remediation in &vulnerability.remediations {
                let Some(update) = self.update(document, remediation) else { continue };
                let products = self.products_of(document, remediation, &update);
                if products.is_empty() {
                    continue;
                }
                let naming = self.claims.updates.entry(update.clone()).or_default();
                if naming.months.is_empty() {
                    naming.path.clone_from(&document.path);
                }
                naming.months.insert(month);
                naming.was_there |= was_there;
                products.into_iter().for_each(|product| self.claim(document, remediation, &update, product));
            }
        }
    }

    /// The update that a remediation is, if it is one.
    fn update(&mut self, document: &Document, remediation: &Remediation) -> Option<UpdateId> {
        if !words::clean(&remediation.kind).eq_ignore_ascii_case(words::VENDOR_FIX) {
            self.report.add(&document.path, Why::NotAFix, &remediation.kind);
            return None;
        }
        let update = words::update(&remediation.description);
        if update.is_none() {
            self.report.add(&document.path, Why::NotAnUpdate, &remediation.description);
        }
        update
    }

    /// The products that a fix goes to; several names may mean the same one.
    fn products_of(
        &mut self,
        document: &Document,
        remediation: &Remediation,
        update: &UpdateId,
    ) -> BTreeSet<ProductId> {
        let mut products = BTreeSet::new();
        if remediation.products.is_empty() {
            self.report.add(&document.path, Why::NoProduct, update.as_str());
        }
        for id in &remediation.products {
            let Some(name) = document.products.get(id) else {
                self.report.add(&document.path, Why::UnlistedProduct, id);
                continue;
            };
            match self.names.product(name) {
                Some(product) => drop(products.insert(product.clone())),
                None => self.report.add(&document.path, Why::UnknownProduct, name),
            }
        }
        products
    }

    fn claim(&mut self, document: &Document, remediation: &Remediation, update: &UpdateId, product: ProductId) {
        let is_untold = !remediation.is_kind(&PROVEN);
        let is_security_only = remediation.is_kind(&[SECURITY_ONLY]);
        let builds = self.builds(document, remediation, update, &product);
        for build in &builds {
            let raise = Raise { update: update.clone(), build: build.clone(), is_security_only };
            self.claims.raises.entry(product.clone()).or_default().push(raise);
        }
        if remediation.is_kind(&[ROLLUP]) {
            self.claims.rolled_up.insert(product.clone());
        }
        if is_untold && !builds.is_empty() {
            self.report.add(&document.path, Why::UntoldKind, &remediation.sub_type);
        }
        let restart = self.restart(document, remediation);
        let supersedes = self.supersedes(document, remediation, update);
        let claim = self.claims.pairs.entry((update.clone(), product)).or_default();
        if claim.source.is_empty() {
            claim.source = document.source();
        }
        claim.is_untold |= is_untold;
        claim.builds.extend(builds.into_iter().map(|build| (build.numbers.clone(), build)));
        claim.restart = stronger(claim.restart, restart);
        claim.supersedes.extend(supersedes);
    }

    /// The builds of a fix that can be the product's.
    fn builds(
        &mut self,
        document: &Document,
        remediation: &Remediation,
        update: &UpdateId,
        product: &ProductId,
    ) -> Vec<Build> {
        let (mut builds, others) = words::builds(&remediation.build);
        others.iter().for_each(|word| self.report.add(&document.path, Why::NotABuild, word));
        let Some(product) = self.products.get(product) else { return Vec::new() };
        let Some(versions) = &product.versions else {
            builds.iter().for_each(|_| self.report.add(&document.path, Why::UntoldProduct, product.id.as_str()));
            return Vec::new();
        };
        builds.retain(|build| {
            let is_own = versions.contain(Some(&build.version), product.version_scheme).is_true();
            if !is_own {
                let text = format!("{update} {} for {}", build.version, product.id);
                self.report.add(&document.path, Why::ForeignBuild, &text);
            }
            is_own
        });
        builds
    }

    fn restart(&mut self, document: &Document, remediation: &Remediation) -> Option<Restart> {
        let word = words::clean(&remediation.restart);
        let restart = words::restart(&word);
        if restart.is_none() && !word.is_empty() {
            self.report.add(&document.path, Why::UnknownRestart, &word);
        }
        restart
    }

    fn supersedes(&mut self, document: &Document, remediation: &Remediation, update: &UpdateId) -> Vec<UpdateId> {
        let (mut updates, others) = words::superseded(&remediation.supercedence);
        others.iter().for_each(|word| self.report.add(&document.path, Why::NotSuperseded, word));
        if remediation.is_kind(&[SECURITY_ONLY]) {
            // It holds what is new in its month and nothing else, so it stands for no earlier update.
            updates.drain(..).for_each(|older| {
                self.report.add(&document.path, Why::NotContained, &format!("{update} over {older}"));
            });
        }
        updates
    }
}

impl Remediation {
    fn is_kind(&self, kinds: &[&str]) -> bool {
        let own = words::clean(&self.sub_type);
        kinds.iter().any(|kind| kind.eq_ignore_ascii_case(&own))
    }
}

/// Of several answers the one that restarts more counts.
fn stronger(one: Option<Restart>, two: Option<Restart>) -> Option<Restart> {
    let rank = |restart: &Restart| match restart {
        Restart::Never => 0,
        Restart::Possible => 1,
        Restart::Required => 2,
    };
    one.into_iter().chain(two).max_by_key(rank)
}
