//! What bulletins claim about each update and product, before it is weighed.

use std::collections::{BTreeMap, BTreeSet};

use super::dating::Dating;
use super::names::Names;
use super::report::{Entry, Report, Why};
use super::words::{self, Build};
use super::{Bulletin, Remediation};
use crate::model::id::{ProductId, UpdateId};
use crate::model::pending::Restart;
use crate::model::product::Product;
use crate::model::time::Month;

/// The kinds of update whose build proves that the update is in, because each contains those before it.
const PROVEN: [&str; 4] = ["Security Update", "Monthly Rollup", "Cumulative Update", "Alternate Cumulative"];

/// The kind that contains what came before it, of products that have Security Only updates as well.
const ROLLUP: &str = "Monthly Rollup";

/// The kind that raises the build as far as the rollup of its month does, without what earlier rollups brought.
const SECURITY_ONLY: &str = "Security Only";

/// The kind that is of a component, even where the whole system is named as its product.
const OF_COMPONENT: &str = "IE Cumulative";

/// Everything that bulletins claim.
#[derive(Debug, Default)]
pub struct Claims {
    /// What they say about an update as a whole.
    pub updates: BTreeMap<UpdateId, Naming>,
    /// What they say about an update for one product.
    pub pairs: BTreeMap<(UpdateId, ProductId), Claim>,
    /// Every build that an update of any kind brings to a product.
    pub raises: BTreeMap<ProductId, Vec<Raise>>,
    /// The products that have rollups.
    pub rolled_up: BTreeSet<ProductId>,
    /// The updates of whole products; all others are of a component of the system.
    pub whole: BTreeSet<UpdateId>,
}

/// Where an update is named.
#[derive(Debug, Default)]
pub struct Naming {
    /// The first bulletin's path.
    pub path: String,
    /// The months of the bulletins; none for a bulletin that is not of a month.
    pub months: BTreeSet<Option<Month>>,
    /// The least of what the dates say about the vulnerabilities that name it.
    pub dating: Option<Dating>,
}

/// What is claimed about an update for one product.
#[derive(Debug, Default)]
pub struct Claim {
    /// Where it is published first.
    pub source: String,
    /// The builds that it brings, by their numbers.
    pub builds: BTreeMap<Vec<u64>, Build>,
    /// Whether it is also listed as a kind whose builds prove nothing.
    pub is_unproven: bool,
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

/// A fix of one product.
struct Fix<'a> {
    bulletin: &'a Bulletin,
    remediation: &'a Remediation,
    update: &'a UpdateId,
    product: &'a ProductId,
    /// Whether it goes to a component of the product only.
    is_component: bool,
}

/// Collects what bulletins claim.
pub struct Collector<'a> {
    products: &'a BTreeMap<ProductId, Product>,
    names: Names,
    claims: Claims,
    report: &'a mut Report,
}

impl<'a> Collector<'a> {
    /// Starts collecting for the products of a database.
    pub fn new(products: &'a BTreeMap<ProductId, Product>, report: &'a mut Report) -> Self {
        Self { products, names: Names::new(products), claims: Claims::default(), report }
    }

    /// What was collected.
    pub fn finish(self) -> Claims {
        self.claims
    }

    /// Collects a bulletin.
    pub fn learn(&mut self, bulletin: &Bulletin) {
        let (month, whole) = (bulletin.month(), bulletin.dating());
        for vulnerability in &bulletin.vulnerabilities {
            let dating = vulnerability.dating(month, whole);
            vulnerability.remediations.iter().for_each(|remediation| self.fix(bulletin, remediation, dating));
        }
    }

    fn fix(&mut self, bulletin: &Bulletin, remediation: &Remediation, dating: Dating) {
        let Some(update) = self.update(bulletin, remediation) else { return };
        let products = self.products_of(bulletin, remediation, &update);
        if products.is_empty() {
            return;
        }
        self.claims.updates.entry(update.clone()).or_default().learn(bulletin, dating);
        for (product, is_component) in products {
            let fix = Fix { bulletin, remediation, update: &update, product: &product, is_component };
            self.claim(&fix);
        }
    }

    /// The update that a remediation is, if it is one.
    fn update(&mut self, bulletin: &Bulletin, remediation: &Remediation) -> Option<UpdateId> {
        let update = words::update(&remediation.description);
        if !words::clean(&remediation.kind).eq_ignore_ascii_case(words::VENDOR_FIX) {
            let name = update.as_ref().map_or("", UpdateId::as_str);
            self.report_products(bulletin, remediation, Why::NotAFix, (name, &remediation.kind));
            return None;
        }
        if update.is_none() {
            self.report_products(bulletin, remediation, Why::NotAnUpdate, ("", &remediation.description));
        }
        update
    }

    /// Reports a text for each product that a remediation names, or without a product if it names none.
    fn report_products(&mut self, bulletin: &Bulletin, remediation: &Remediation, why: Why, what: (&str, &str)) {
        let (update, text) = what;
        let products = remediation.products.iter().map(|id| bulletin.products.get(id).unwrap_or(id).as_str());
        let nameless = remediation.products.is_empty().then_some("");
        for product in products.chain(nameless) {
            self.report.add(&bulletin.path, why, Entry::new(update, product, text));
        }
    }

    /// The products that a fix goes to, and whether only to a component; several names may mean the same one.
    fn products_of(
        &mut self,
        bulletin: &Bulletin,
        remediation: &Remediation,
        update: &UpdateId,
    ) -> BTreeMap<ProductId, bool> {
        let mut products = BTreeMap::new();
        let mut leave_out =
            |why, product: &str| self.report.add(&bulletin.path, why, Entry::new(update.as_str(), product, ""));
        if remediation.products.is_empty() {
            leave_out(Why::NoProduct, "");
        }
        for id in &remediation.products {
            let Some(name) = bulletin.products.get(id) else {
                leave_out(Why::UnlistedProduct, id);
                continue;
            };
            let own = self.names.product(name).map(|product| (product, false));
            match own.or_else(|| self.names.system(name).map(|system| (system, true))) {
                Some((product, is_component)) => *products.entry(product.clone()).or_insert(true) &= is_component,
                None => leave_out(Why::UnknownProduct, name),
            }
        }
        products
    }

    fn claim(&mut self, fix: &Fix<'_>) {
        let is_unproven = !fix.is_component && !fix.remediation.is_kind(&PROVEN);
        let builds = if fix.is_component { self.component_builds(fix) } else { self.builds(fix) };
        if is_unproven && !builds.is_empty() {
            self.leave_out(fix, Why::UnprovenKind, &fix.remediation.sub_type);
        }
        self.weigh_kind(fix, &builds);
        let restart = self.restart(fix);
        let supersedes = self.supersedes(fix);
        let claim = self.claims.pairs.entry((fix.update.clone(), fix.product.clone())).or_default();
        if claim.source.is_empty() {
            claim.source = fix.bulletin.source();
        }
        claim.is_unproven |= is_unproven;
        claim.builds.extend(builds.into_iter().map(|build| (build.numbers.clone(), build)));
        claim.restart = stronger(claim.restart, restart);
        claim.supersedes.extend(supersedes);
    }

    /// Reports something of a fix that is left out.
    fn leave_out(&mut self, fix: &Fix<'_>, why: Why, text: &str) {
        self.report.add(&fix.bulletin.path, why, Entry::new(fix.update.as_str(), fix.product.as_str(), text));
    }

    /// Keeps what the kind of a fix says about its product and the product's other updates.
    fn weigh_kind(&mut self, fix: &Fix<'_>, builds: &[Build]) {
        if fix.is_component {
            return;
        }
        let is_security_only = fix.remediation.is_kind(&[SECURITY_ONLY]);
        for build in builds {
            let raise = Raise { update: fix.update.clone(), build: build.clone(), is_security_only };
            self.claims.raises.entry(fix.product.clone()).or_default().push(raise);
        }
        if fix.remediation.is_kind(&[ROLLUP]) {
            self.claims.rolled_up.insert(fix.product.clone());
        }
        if !fix.remediation.is_kind(&[OF_COMPONENT]) {
            self.claims.whole.insert(fix.update.clone());
        }
    }

    /// No builds: the version of a system says nothing about those of its components.
    fn component_builds(&mut self, fix: &Fix<'_>) -> Vec<Build> {
        let text = words::clean(&fix.remediation.build);
        if !text.is_empty() {
            self.leave_out(fix, Why::ComponentBuild, &text);
        }
        Vec::new()
    }

    /// The builds of a fix that the product can have.
    fn builds(&mut self, fix: &Fix<'_>) -> Vec<Build> {
        let (mut builds, others) = words::builds(&fix.remediation.build);
        others.iter().for_each(|word| self.leave_out(fix, Why::NotABuild, word));
        let Some(product) = self.products.get(fix.product) else { return Vec::new() };
        let Some(versions) = &product.versions else {
            builds.iter().for_each(|build| self.leave_out(fix, Why::UnversionedProduct, build.version.as_str()));
            return Vec::new();
        };
        builds.retain(|build| {
            let is_own = versions.contain(Some(&build.version), product.version_scheme).is_true();
            if !is_own {
                self.leave_out(fix, Why::ForeignBuild, build.version.as_str());
            }
            is_own
        });
        builds
    }

    fn restart(&mut self, fix: &Fix<'_>) -> Option<Restart> {
        let word = words::clean(&fix.remediation.restart);
        let restart = words::restart(&word);
        if restart.is_none() && !word.is_empty() {
            self.leave_out(fix, Why::UnknownRestart, &word);
        }
        restart
    }

    fn supersedes(&mut self, fix: &Fix<'_>) -> Vec<UpdateId> {
        let (mut updates, others) = words::superseded(&fix.remediation.supercedence);
        others.iter().for_each(|word| self.leave_out(fix, Why::NotSuperseded, word));
        if fix.remediation.is_kind(&[SECURITY_ONLY]) {
            // It contains what is new in its month and nothing else, so it replaces no earlier update.
            updates.drain(..).for_each(|older| self.leave_out(fix, Why::NotContained, older.as_str()));
        }
        updates
    }
}

impl Naming {
    fn learn(&mut self, bulletin: &Bulletin, dating: Dating) {
        if self.months.is_empty() {
            self.path.clone_from(&bulletin.path);
        }
        self.months.insert(bulletin.month());
        self.dating = Some(self.dating.map_or(dating, |other| other.min(dating)));
    }
}

impl Remediation {
    fn is_kind(&self, kinds: &[&str]) -> bool {
        let own = words::clean(&self.sub_type);
        kinds.iter().any(|kind| kind.eq_ignore_ascii_case(&own))
    }
}

/// Of several answers, the one that restarts more counts.
fn stronger(one: Option<Restart>, two: Option<Restart>) -> Option<Restart> {
    let rank = |restart: &Restart| match restart {
        Restart::Never => 0,
        Restart::Possible => 1,
        Restart::Required => 2,
    };
    one.into_iter().chain(two).max_by_key(rank)
}
