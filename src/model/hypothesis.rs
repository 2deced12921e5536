//! A server as it is, or as it would be with some updates installed.
//!
//! "What if this were installed?" is answered by making that server and asking the same question again.

use std::rc::Rc;

use hashbrown::HashSet;
use jiff::Timestamp;

use super::catalogue::Catalogue;
use super::id::{ProductId, UpdateId};
use super::pending::Brings;
use super::server::{InstalledUpdate, Server};
use super::trace::Trace;
use super::truth::Truth;
use super::version::{Version, Versions};

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
}

impl<'a> Hypothesis<'a> {
    /// The server as it was collected.
    pub fn now(server: &'a Server, catalogue: &'a Catalogue, at: Timestamp) -> Self {
        let products = server.products.as_ref().map(|products| {
            let runs = products.iter().map(|p| Runs { product: &p.product, version: p.version.as_ref() });
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

    /// Whether an update is installed: listed, superseded by an installed one, or contained in a product's version.
    pub fn installed(&self, id: &UpdateId) -> Truth {
        Truth::any(self.catalogue.carriers(id).iter().map(|carrier| self.carries(carrier)))
    }

    /// As [`Self::installed`], telling what was read.
    pub fn installed_traced(&self, id: &UpdateId, trace: &mut Trace) -> Truth {
        let truth = self.installed(id);
        if truth == Truth::Unknown {
            if self.server.updates.is_none() {
                trace.miss(|| "updates".to_owned());
            }
            for product in self.undated_products(id) {
                trace.miss(|| product);
            }
        } else {
            trace.read(|| format!("updates.{id}"), || self.describe_installed(id, truth));
        }
        truth
    }

    /// Whether the server has the product in the version range.
    pub fn runs(&self, product: &ProductId, versions: &Versions) -> Truth {
        let Some(products) = &self.products else { return Truth::Unknown };
        let scheme = self.catalogue.rules(product).scheme;
        let same = products.iter().filter(|runs| runs.product == product);
        Truth::any(same.map(|runs| versions.contain(runs.version, scheme)))
    }

    /// As [`Self::runs`], telling what was read.
    pub fn runs_traced(&self, product: &ProductId, versions: &Versions, trace: &mut Trace) -> Truth {
        let truth = self.runs(product, versions);
        match (&self.products, truth) {
            (None, _) => trace.miss(|| "products".to_owned()),
            (_, Truth::Unknown) => trace.miss(|| format!("products.{product}.version")),
            (Some(products), _) => {
                let versions: Vec<_> = products.iter().filter(|runs| runs.product == product).collect();
                match versions.as_slice() {
                    [] => trace.read(|| format!("products.{product}"), || "not installed".to_owned()),
                    runs => {
                        for one in runs {
                            let value = || one.version.map_or("version not collected".to_owned(), Version::to_string);
                            trace.read(|| format!("products.{product}.version"), value);
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

    /// The version that an update would bring this server, for one product: of several branches its own.
    pub fn brought<'b>(&self, product: &ProductId, brings: &'b [Brings]) -> Vec<&'b Version> {
        let of_product: Vec<&Version> = brings.iter().filter(|b| b.product == *product).map(|b| &b.version).collect();
        let parts = self.catalogue.rules(product).branch_parts;
        let own: Vec<&Version> =
            self.products.iter().flatten().filter(|r| r.product == product).filter_map(|r| r.version).collect();
        let in_branch: Vec<&Version> =
            of_product.iter().copied().filter(|v| own.iter().any(|current| current.same_branch(v, parts))).collect();
        if in_branch.is_empty() { of_product } else { in_branch }
    }

    fn assume(&mut self, update: &'a UpdateId) {
        self.assumed.push(update);
        let Some(knowledge) = self.catalogue.update(update) else { return };
        let Some(mut products) = self.products.take() else { return };
        let mut raised = false;
        for runs in products.iter_mut().filter(|runs| knowledge.brings.iter().any(|b| b.product == *runs.product)) {
            runs.version = self.raised(*runs, &knowledge.brings);
            raised = true;
        }
        if !raised {
            for brings in &knowledge.brings {
                let entry = Runs { product: &brings.product, version: Some(&brings.version) };
                match products.iter_mut().find(|runs| runs.product == &brings.product) {
                    Some(runs) => runs.version = self.higher(entry.product, runs.version, &brings.version),
                    None => products.push(entry),
                }
            }
        }
        self.products = Some(products);
    }

    /// The version after an update: that of its own branch when there is one, else the highest; never a lower one.
    fn raised(&self, runs: Runs<'a>, brings: &'a [Brings]) -> Option<&'a Version> {
        let parts = self.catalogue.rules(runs.product).branch_parts;
        let of_product = || brings.iter().filter(|b| b.product == *runs.product).map(|b| &b.version);
        let in_branch = |v: &&'a Version| runs.version.is_some_and(|current| current.same_branch(v, parts));
        let has_branch = of_product().any(|v| in_branch(&v));
        of_product()
            .filter(|v| !has_branch || in_branch(v))
            .fold(runs.version, |highest, version| self.higher(runs.product, highest, version))
    }

    fn higher(&self, product: &ProductId, one: Option<&'a Version>, two: &'a Version) -> Option<&'a Version> {
        let scheme = self.catalogue.rules(product).scheme;
        match one {
            Some(one) if one.compare(two, scheme).is_some_and(std::cmp::Ordering::is_ge) => Some(one),
            _ => Some(two),
        }
    }

    /// Whether this very update is listed, or its version reached.
    fn carries(&self, update: &UpdateId) -> Truth {
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
            Some(version) => {
                let at_least = version.compare(&b.version, rules.scheme).map(std::cmp::Ordering::is_ge);
                Truth::from(at_least).and(version.same_branch(&b.version, rules.branch_parts).into())
            }
        }))
    }

    /// The products whose missing version leaves open whether an update is installed.
    fn undated_products(&self, id: &UpdateId) -> Vec<String> {
        let brings =
            |carrier: &UpdateId| self.catalogue.update(carrier).map(|k| k.brings.as_slice()).unwrap_or_default();
        let concerned: Vec<&Brings> = self.catalogue.carriers(id).iter().flat_map(|carrier| brings(carrier)).collect();
        match &self.products {
            None if concerned.is_empty() => Vec::new(),
            None => vec!["products".to_owned()],
            Some(products) => products
                .iter()
                .filter(|runs| runs.version.is_none() && concerned.iter().any(|b| b.product == *runs.product))
                .map(|runs| format!("products.{}.version", runs.product))
                .collect(),
        }
    }

    fn describe_installed(&self, id: &UpdateId, truth: Truth) -> String {
        if truth == Truth::False {
            return "not installed".to_owned();
        }
        let carrier = self.catalogue.carriers(id).iter().find(|carrier| self.carries(carrier).is_true());
        match carrier {
            Some(carrier) if self.assumed.contains(&carrier) => format!("pending, once {carrier} is installed"),
            Some(carrier) if carrier != id => format!("installed with {carrier}"),
            _ => "installed".to_owned(),
        }
    }
}
