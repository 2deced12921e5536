//! The database: products, settings, what updates bring, and advisories; indexed by what is asked of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hashbrown::HashMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::advisory::Advisory;
use crate::model::catalogue::{Knowledge, UpdateKnowledge, VersionRules};
use crate::model::id::{AdvisoryId, ProductId, UpdateId};
use crate::model::name::is_among;
use crate::model::pending::{Brings, Restart};
use crate::model::product::Product;
use crate::model::setting::Setting;
use crate::model::time::{Day, Released};

/// Everything curated.
#[derive(Clone, Debug, Default)]
pub struct Database {
    products: BTreeMap<ProductId, Product>,
    settings: BTreeMap<String, Setting>,
    event_sources: BTreeSet<String>,
    advisories: Vec<Advisory>,
    knowledge: Arc<Knowledge>,
    rows: Vec<UpdateRow>,
    replaced: BTreeSet<AdvisoryId>,
    digest: String,
    listing: Listing,
}

/// What is known of all advisories of a database, also of those that were not read because no question asked for them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Listing {
    /// Their ids.
    pub ids: BTreeSet<AdvisoryId>,
    /// The day of the newest change in them.
    pub newest_change: Option<Day>,
}

impl Listing {
    /// What is known of these advisories.
    pub fn of(advisories: &[Advisory]) -> Self {
        Self {
            ids: advisories.iter().map(|advisory| advisory.id.clone()).collect(),
            newest_change: advisories.iter().map(Advisory::last_change).max(),
        }
    }
}

/// What a database is made of.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    /// The products.
    pub products: Vec<Product>,
    /// The declared settings, by name.
    pub settings: BTreeMap<String, Setting>,
    /// The declared event sources.
    pub event_sources: BTreeSet<String>,
    /// The advisories.
    pub advisories: Vec<Advisory>,
    /// What updates bring.
    pub rows: Vec<UpdateRow>,
    /// The advisories that others replaced.
    pub replaced: BTreeSet<AdvisoryId>,
    /// SHA-256 of the sorted files.
    pub digest: String,
}

/// One row of `updates/*.csv`: what an update brings to one product, and what it supersedes.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateRow {
    /// The update.
    pub update: UpdateId,
    /// The product that it updates.
    pub product: ProductId,
    /// The version that it brings; empty when not known.
    #[serde(default)]
    pub version: Option<crate::model::version::Version>,
    /// The day of release, or the month; empty when not known.
    #[serde(default)]
    pub released: Option<Released>,
    /// Whether it restarts the server; empty when not known.
    #[serde(default)]
    pub restart: Option<Restart>,
    /// The updates that it replaces, blank-joined.
    #[serde(default)]
    pub supersedes: String,
    /// Where this is documented.
    #[serde(default)]
    pub source: String,
}

impl UpdateRow {
    /// The updates that it replaces.
    pub fn supersedes(&self) -> impl Iterator<Item = UpdateId> + '_ {
        self.supersedes.split_whitespace().filter_map(|id| UpdateId::new(id).ok())
    }
}

impl Database {
    /// Indexes what was loaded; order does not matter.
    pub fn new(parts: Parts) -> Self {
        let listing = Listing::of(&parts.advisories);
        Self::excerpt(parts, listing)
    }

    /// A database of which only what a question asks for was read, and the listing of all of it.
    pub fn excerpt(parts: Parts, listing: Listing) -> Self {
        let Parts { products, settings, event_sources, mut advisories, rows, replaced, digest } = parts;
        advisories.sort_by(|one, two| one.id.cmp(&two.id));
        let mut updates = HashMap::new();
        for product in &products {
            learn_builds(product, &mut updates);
        }
        for row in &rows {
            learn_row(row, &mut updates);
        }
        for knowledge in updates.values_mut() {
            tidy(knowledge);
        }
        let products = products.into_iter().map(|product| (product.id.clone(), product)).collect();
        let knowledge = Arc::new(Knowledge::new(updates));
        Self { products, settings, event_sources, advisories, knowledge, rows, replaced, digest, listing }
    }

    /// The products, by id.
    pub fn products(&self) -> &BTreeMap<ProductId, Product> {
        &self.products
    }

    /// The declared settings, by name.
    pub fn settings(&self) -> &BTreeMap<String, Setting> {
        &self.settings
    }

    /// The declared event sources, of whatever log.
    pub fn event_sources(&self) -> &BTreeSet<String> {
        &self.event_sources
    }

    /// The advisories, by id.
    pub fn advisories(&self) -> &[Advisory] {
        &self.advisories
    }

    /// The advisory of an id.
    pub fn advisory(&self, id: &AdvisoryId) -> Option<&Advisory> {
        let place = self.advisories.binary_search_by(|one| one.id.cmp(id)).ok()?;
        self.advisories.get(place)
    }

    /// What is known of updates.
    pub fn updates(&self) -> &HashMap<UpdateId, UpdateKnowledge> {
        self.knowledge.updates()
    }

    /// The same with what replaces each, to share.
    pub fn knowledge(&self) -> &Arc<Knowledge> {
        &self.knowledge
    }

    /// The rows of its tables of updates, as they were read.
    pub fn rows(&self) -> &[UpdateRow] {
        &self.rows
    }

    /// SHA-256 of its sorted files.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The advisories that others replaced.
    pub fn replaced(&self) -> &BTreeSet<AdvisoryId> {
        &self.replaced
    }

    /// What is known of all its advisories.
    pub fn listing(&self) -> &Listing {
        &self.listing
    }

    /// How the products' versions compare.
    pub fn version_rules(&self) -> HashMap<ProductId, VersionRules> {
        let rules =
            |product: &Product| VersionRules { scheme: product.version_scheme, branch_parts: product.branch_parts };
        self.products.values().map(|product| (product.id.clone(), rules(product))).collect()
    }

    /// Whether an advisory goes by builds, and what is known of an update is one of them.
    pub fn is_among_builds(&self, update: &UpdateId, advisory: &Advisory) -> bool {
        let Some(known) = self.updates().get(update) else { return false };
        let scheme = |product| self.products.get(product).map(|product| product.version_scheme).unwrap_or_default();
        advisory.builds().iter().any(|builds| {
            let mut brought = known.brings.iter().filter(|brings| brings.product == builds.product);
            builds.is_every_update() && known.products.contains(&builds.product)
                || brought
                    .any(|brings| builds.versions.contain(Some(&brings.version), scheme(&builds.product)).is_true())
        })
    }

    /// The place of a role in a product's order, from 0; none when the product has no order or does not name the role.
    pub fn role_rank(&self, product: &ProductId, roles: &[String]) -> Option<usize> {
        let order = &self.products.get(product)?.update_order;
        order.iter().position(|role| is_among(role, roles))
    }
}

fn learn_builds(product: &Product, updates: &mut HashMap<UpdateId, UpdateKnowledge>) {
    for build in &product.builds {
        let Some(update) = &build.update else { continue };
        let knowledge = updates.entry(update.clone()).or_default();
        knowledge.products.push(product.id.clone());
        let brings =
            |version: &crate::model::version::Version| Brings { product: product.id.clone(), version: version.clone() };
        knowledge.brings.extend(build.version.as_ref().map(brings));
        knowledge.supersedes.extend(build.supersedes.iter().cloned());
        knowledge.released = earliest(knowledge.released, build.released);
    }
}

fn learn_row(row: &UpdateRow, updates: &mut HashMap<UpdateId, UpdateKnowledge>) {
    let knowledge = updates.entry(row.update.clone()).or_default();
    knowledge.brings.extend(row.version.clone().map(|version| Brings { product: row.product.clone(), version }));
    knowledge.products.push(row.product.clone());
    knowledge.supersedes.extend(row.supersedes());
    knowledge.released = earliest(knowledge.released, row.released);
    // Of several answers the one that restarts more counts.
    knowledge.restart = match (knowledge.restart, row.restart) {
        (Some(Restart::Required), _) | (_, Some(Restart::Required)) => Some(Restart::Required),
        (Some(Restart::Possible), _) | (_, Some(Restart::Possible)) => Some(Restart::Possible),
        (known, new) => known.or(new),
    };
}

fn earliest(one: Option<Released>, two: Option<Released>) -> Option<Released> {
    match (one, two) {
        (Some(one), Some(two)) => Some(one.earlier(two)),
        _ => one.or(two),
    }
}

fn tidy(knowledge: &mut UpdateKnowledge) {
    knowledge.products.sort();
    knowledge.products.dedup();
    knowledge.supersedes.sort();
    knowledge.supersedes.dedup();
    knowledge
        .brings
        .sort_by(|one, two| (&one.product, one.version.as_str()).cmp(&(&two.product, two.version.as_str())));
    knowledge.brings.dedup();
}
