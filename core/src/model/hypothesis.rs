//! A server as it is, or as it would be with some updates installed.
//!
//! "What if this were installed?" is answered by making that server and asking the same question again.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::rc::Rc;

use hashbrown::HashSet;
use jiff::Timestamp;

use super::catalogue::Catalogue;
use super::fact::Fact;
use super::id::{ProductId, UpdateId};
use super::pending::Brings;
use super::server::{InstalledUpdate, Server, ServerFact};
use super::time::Day;
use super::trace::Trace;
use super::truth::Truth;
use super::version::{Version, VersionScheme, Versions};

/// A server at a moment, with updates assumed to be installed.
#[derive(Clone, Debug)]
pub struct Hypothesis<'a> {
    server: &'a Server,
    catalogue: &'a Catalogue,
    at: Timestamp,
    listed: Rc<HashSet<&'a UpdateId>>,
    assumed: Vec<&'a UpdateId>,
    products: Option<Vec<Runs<'a>>>,
}

/// A product on the server; the version is `None` when it was not collected.
#[derive(Clone, Copy, Debug)]
struct Runs<'a> {
    product: &'a ProductId,
    version: Option<&'a Version>,
    /// Whether the version is only the least that it can be: an update raised a product whose version was not collected.
    is_floor: bool,
}

impl<'a> Hypothesis<'a> {
    /// The server as it was collected.
    pub fn now(server: &'a Server, catalogue: &'a Catalogue, at: Timestamp) -> Self {
        let products = server.products.as_ref().map(|products| {
            let runs =
                products.iter().map(|p| Runs { product: &p.product, version: p.version.as_ref(), is_floor: false });
            runs.collect()
        });
        let listed = server.updates.iter().flatten().map(InstalledUpdate::id).collect();
        Self { server, catalogue, at, listed: Rc::new(listed), assumed: Vec::new(), products }
    }

    /// The same server with these updates installed too.
    #[must_use]
    pub fn with(&self, updates: impl IntoIterator<Item = &'a UpdateId>) -> Self {
        let mut other = self.clone();
        for update in updates {
            other.assume(update);
        }
        other
    }

    /// The collected facts.
    pub fn server(&self) -> &'a Server {
        self.server
    }

    /// The moment of decision.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// How a product's versions compare.
    pub fn scheme(&self, product: &ProductId) -> VersionScheme {
        self.catalogue.rules(product).scheme
    }

    /// Whether an update is installed: listed, superseded by an installed one, or contained in a product's version.
    ///
    /// Where that is not known, what is released after the moment of decision is not installed, nor is what replaces it.
    /// The moment of collection would say too much: the update may have come since.
    pub fn installed(&self, id: &UpdateId) -> Truth {
        let truth = Truth::any(self.catalogue.successors(id).iter().map(|successor| self.is_present(successor)));
        if truth == Truth::Unknown && self.is_too_new(id) { Truth::False } else { truth }
    }

    /// Whether an update is released only after the moment of decision.
    fn is_too_new(&self, id: &UpdateId) -> bool {
        let released = self.catalogue.update(id).and_then(|knowledge| knowledge.released);
        released.is_some_and(|released| released.first() > Day::of(self.at))
    }

    /// As [`Self::installed`], telling what was read.
    pub fn installed_traced(&self, id: &UpdateId, trace: &mut Trace) -> Truth {
        let truth = self.installed(id);
        if truth == Truth::Unknown {
            if self.server.updates.is_none() {
                trace.miss(|| ServerFact::Updates.into());
            }
            for product in self.unversioned(id) {
                trace.miss(|| product);
            }
        } else {
            trace.read(|| Fact::Installed(id.clone()), || self.describe_installed(id, truth));
        }
        truth
    }

    /// Whether the server has the product in the version range.
    pub fn runs(&self, product: &ProductId, versions: &Versions) -> Truth {
        let Some(products) = &self.products else { return Truth::Unknown };
        let scheme = self.catalogue.rules(product).scheme;
        let same = products.iter().filter(|runs| runs.product == product);
        Truth::any(same.map(|runs| match runs.version {
            Some(floor) if runs.is_floor => versions.contain_at_least(floor, scheme),
            version => versions.contain(version, scheme),
        }))
    }

    /// As [`Self::runs`], telling what was read.
    pub fn runs_traced(&self, product: &ProductId, versions: &Versions, trace: &mut Trace) -> Truth {
        let truth = self.runs(product, versions);
        match (&self.products, truth) {
            (None, _) => trace.miss(|| ServerFact::Products.into()),
            (_, Truth::Unknown) => trace.miss(|| Fact::Version(product.clone())),
            (Some(products), _) => {
                let versions: Vec<_> = products.iter().filter(|runs| runs.product == product).collect();
                match versions.as_slice() {
                    [] => trace.read(|| Fact::Product(product.clone()), || "not installed".to_owned()),
                    runs => {
                        for one in runs {
                            let value = || one.version.map_or("version not collected".to_owned(), Version::to_string);
                            trace.read(|| Fact::Version(product.clone()), value);
                        }
                    }
                }
            }
        }
        truth
    }

    /// Whether the server has one of the products, whatever the version.
    pub fn has_any(&self, products: &[ProductId]) -> Truth {
        match &self.products {
            None => Truth::Unknown,
            Some(own) => own.iter().any(|runs| products.contains(runs.product)).into(),
        }
    }

    /// Whether an update would bring this server a version of a product that fits: of several branches in its own.
    ///
    /// Where the product's version was not collected, brought versions of which only some fit leave it open.
    pub fn is_brought(&self, product: &ProductId, brings: &[Brings], fits: impl Fn(&Version) -> Truth) -> Truth {
        let parts = self.catalogue.rules(product).branch_parts;
        let own: Vec<&Runs<'_>> = self.products.iter().flatten().filter(|runs| runs.product == product).collect();
        let is_own =
            |version: &&Version| own.iter().filter_map(|runs| runs.version).any(|one| one.same_branch(version, parts));
        let of_product = || brings.iter().filter(|b| b.product == *product).map(|b| &b.version);
        let in_branch: Vec<Truth> = of_product().filter(is_own).map(&fits).collect();
        if !in_branch.is_empty() {
            return Truth::any(in_branch);
        }
        let any = Truth::any(of_product().map(&fits));
        let is_unversioned = own.iter().any(|runs| runs.version.is_none() || runs.is_floor);
        if is_unversioned && !Truth::all(of_product().map(&fits)).is_true() { any.min(Truth::Unknown) } else { any }
    }

    fn assume(&mut self, update: &'a UpdateId) {
        self.assumed.push(update);
        let Some(knowledge) = self.catalogue.update(update) else { return };
        let Some(mut products) = self.products.take() else { return };
        let is_concerned = |runs: &Runs<'_>| knowledge.brings.iter().any(|b| b.product == *runs.product);
        if products.iter().any(is_concerned) {
            products
                .iter_mut()
                .filter(|runs| is_concerned(runs))
                .for_each(|runs| *runs = self.raised(*runs, &knowledge.brings));
        } else {
            let new: BTreeSet<&ProductId> = knowledge.brings.iter().map(|b| &b.product).collect();
            products.extend(new.into_iter().map(|product| self.new_product(product, &knowledge.brings)));
        }
        self.products = Some(products);
    }

    /// The product after an update: in its own branch where the update has one, else at the highest; never lower.
    fn raised(&self, runs: Runs<'a>, brings: &'a [Brings]) -> Runs<'a> {
        let Some(current) = runs.version else {
            // It was not collected: it may have been higher, and its branch is not known, so the lowest is all that is sure.
            return Runs { version: self.extreme(runs.product, brings, Ordering::Less), is_floor: true, ..runs };
        };
        let rules = self.catalogue.rules(runs.product);
        let of_product = || brings.iter().filter(|b| b.product == *runs.product).map(|b| &b.version);
        let in_branch = |version: &&Version| current.same_branch(version, rules.branch_parts);
        let has_branch = of_product().any(|version| in_branch(&version));
        let is_lower = |one: &Version, two: &Version| one.compare(two, rules.scheme).is_none_or(Ordering::is_lt);
        let candidates = of_product().filter(|version| !has_branch || in_branch(version));
        let highest =
            candidates.fold(current, |highest, version| if is_lower(highest, version) { version } else { highest });
        Runs { version: Some(highest), ..runs }
    }

    /// A product that comes with an update, at the highest version that it brings.
    fn new_product(&self, product: &'a ProductId, brings: &'a [Brings]) -> Runs<'a> {
        Runs { product, version: self.extreme(product, brings, Ordering::Greater), is_floor: false }
    }

    /// The lowest or the highest version that an update brings of a product.
    fn extreme(&self, product: &ProductId, brings: &'a [Brings], side: Ordering) -> Option<&'a Version> {
        let scheme = self.catalogue.rules(product).scheme;
        let versions = brings.iter().filter(|b| b.product == *product).map(|b| &b.version);
        versions.reduce(|one, two| if two.compare(one, scheme) == Some(side) { two } else { one })
    }

    /// Whether this very update is listed, or its version reached.
    fn is_present(&self, update: &UpdateId) -> Truth {
        if self.listed.contains(update) || self.assumed.contains(&update) {
            return Truth::True;
        }
        let listed = if self.server.updates.is_none() { Truth::Unknown } else { Truth::False };
        listed.or(self.reached(update))
    }

    /// Whether the server's products are at least at what the update brings, in the same branch.
    fn reached(&self, update: &UpdateId) -> Truth {
        let Some(knowledge) = self.catalogue.update(update) else { return Truth::False };
        if knowledge.brings.is_empty() {
            return Truth::False;
        }
        let Some(products) = &self.products else { return Truth::Unknown };
        let mut concerned =
            products.iter().filter(|runs| knowledge.brings.iter().any(|b| b.product == *runs.product)).peekable();
        if concerned.peek().is_none() {
            return Truth::False;
        }
        Truth::all(concerned.map(|runs| self.has_reached(*runs, &knowledge.brings)))
    }

    fn has_reached(&self, runs: Runs<'_>, brings: &[Brings]) -> Truth {
        let rules = self.catalogue.rules(runs.product);
        let of_product = brings.iter().filter(|b| b.product == *runs.product);
        Truth::any(of_product.map(|b| match runs.version {
            None => Truth::Unknown,
            // Only its least version is known, so not its branch.
            Some(_) if runs.is_floor => Truth::Unknown,
            Some(version) => {
                let at_least = version.compare(&b.version, rules.scheme).map(Ordering::is_ge);
                Truth::from(at_least).and(version.same_branch(&b.version, rules.branch_parts).into())
            }
        }))
    }

    /// The products whose missing version leaves open whether an update is installed.
    fn unversioned(&self, id: &UpdateId) -> Vec<Fact> {
        let brings =
            |successor: &UpdateId| self.catalogue.update(successor).map(|k| k.brings.as_slice()).unwrap_or_default();
        let concerned: Vec<&Brings> = self.catalogue.successors(id).iter().flat_map(brings).collect();
        match &self.products {
            None if concerned.is_empty() => Vec::new(),
            None => vec![ServerFact::Products.into()],
            Some(products) => products
                .iter()
                .filter(|runs| runs.version.is_none() && concerned.iter().any(|b| b.product == *runs.product))
                .map(|runs| Fact::Version(runs.product.clone()))
                .collect(),
        }
    }

    fn describe_installed(&self, id: &UpdateId, truth: Truth) -> String {
        let successors = self.catalogue.successors(id).iter();
        if truth == Truth::False {
            let is_known = successors.into_iter().all(|successor| !self.is_present(successor).is_possible());
            return if is_known { "not installed" } else { "released after this decision" }.to_owned();
        }
        let successor = successors.into_iter().find(|successor| self.is_present(successor).is_true());
        match successor {
            Some(successor) if self.assumed.contains(&successor) => format!("pending, once {successor} is installed"),
            Some(successor) if successor != id => format!("installed with {successor}"),
            _ => "installed".to_owned(),
        }
    }
}
