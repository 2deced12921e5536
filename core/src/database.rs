//! The database: products, settings, what updates bring, and advisories; indexed by what is asked of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hashbrown::HashMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::advisory::Advisory;
use crate::model::catalogue::{Knowledge, Revision, UpdateKnowledge, VersionRules};
use crate::model::curated::CuratedFamily;
use crate::model::id::{AdvisoryId, ProductId, UpdateId};
use crate::model::lines::Lines;
use crate::model::name::is_among;
use crate::model::pending::{Brings, Restart};
use crate::model::product::Product;
use crate::model::setting::Setting;
use crate::model::time::{Day, Released};
use crate::model::unknown_build::KnownBuild;
use crate::model::update_kind::UpdateKind;
use crate::model::version::Version;

pub mod near;
pub mod vocabulary;

/// Everything curated.
#[derive(Clone, Debug, Default)]
pub struct Database {
    products: BTreeMap<ProductId, Product>,
    settings: BTreeMap<String, Setting>,
    event_sources: BTreeSet<String>,
    curated: BTreeMap<String, CuratedFamily>,
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
    /// How to tell that a version of a product lacks its revision.
    pub revisions: BTreeMap<ProductId, Revision>,
}

impl Listing {
    /// What is known of all that a database is made of.
    pub fn of(parts: &Parts) -> Self {
        let advisories = &parts.advisories;
        let mut builds: BTreeMap<&ProductId, Vec<&Version>> = BTreeMap::new();
        for product in &parts.products {
            // The build that a product came out with is often told without its last number.
            let told = product.builds.iter().filter_map(|one| Some((one, one.version.as_ref()?)));
            let whole =
                told.filter(|(one, version)| one.update.is_some() || one.released.is_some() || version.ends_in_zero());
            builds.entry(&product.id).or_default().extend(whole.map(|(_, version)| version));
        }
        for row in &parts.rows {
            builds.entry(&row.product).or_default().extend(&row.version);
        }
        let revisions = builds.into_iter().map(|(product, builds)| (product.clone(), Revision::of(builds))).collect();
        Self {
            revisions,
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
    /// How far the curators have come with each family of products.
    pub curated: BTreeMap<String, CuratedFamily>,
    /// The advisories.
    pub advisories: Vec<Advisory>,
    /// What updates bring.
    pub rows: Vec<UpdateRow>,
    /// The advisories that others replaced.
    pub replaced: BTreeSet<AdvisoryId>,
    /// SHA-256 of the sorted files.
    pub digest: String,
}

/// Whether a version proves an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Proves {
    /// A server at that version or above has it for certain.
    Yes,
    /// It need not have it: another update brings the same version.
    No,
}

/// Where the vendor offers an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// In WSUS and Configuration Manager.
    Wsus,
    /// In the Update Catalog only.
    Catalog,
}

/// One row of `updates/*.csv`: what an update brings to one product, and what it supersedes.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateRow {
    /// The update.
    pub update: UpdateId,
    /// The product that it updates.
    pub product: ProductId,
    /// The version that it brings; empty when not known. Tables of 0.2 call the column `version`.
    #[serde(default, rename = "brings", alias = "version")]
    pub version: Option<Version>,
    /// Whether a server at that version or above has the update for certain; left empty, it has.
    #[serde(default)]
    pub proves: Option<Proves>,
    /// The day of release, or the month; empty when not known.
    #[serde(default)]
    pub released: Option<Released>,
    /// What kind of update it is.
    #[serde(default)]
    pub kind: Option<UpdateKind>,
    /// Where the vendor offers it; left empty, in WSUS.
    #[serde(default)]
    pub channel: Option<Channel>,
    /// Whether it restarts the server; empty when not known.
    #[serde(default)]
    pub restart: Option<Restart>,
    /// The updates that it replaces, blank-joined.
    #[serde(default)]
    pub supersedes: String,
    /// The updates whose fault it was made to mend, blank-joined.
    #[serde(default)]
    pub repairs: String,
    /// What it fixes, blank-joined.
    #[serde(default)]
    pub cves: String,
    /// The first day on which what it fixes was known to be exploited.
    #[serde(default)]
    pub exploited_since: Option<Day>,
    /// The day by which the catalogue of exploited vulnerabilities wants it installed.
    #[serde(default)]
    pub kev_due: Option<Day>,
    /// Whether it can be taken off again: `yes`, `no` or `until:` and a day.
    #[serde(default)]
    pub removable: String,
    /// The day on which the vendor took it back.
    #[serde(default)]
    pub withdrawn: Option<Day>,
    /// Where this is documented.
    #[serde(default)]
    pub source: String,
}

impl UpdateRow {
    /// A row of which nothing but the update and the product is known.
    pub fn of(update: UpdateId, product: ProductId) -> Self {
        Self {
            update,
            product,
            version: None,
            proves: None,
            released: None,
            kind: None,
            channel: None,
            restart: None,
            supersedes: String::new(),
            repairs: String::new(),
            cves: String::new(),
            exploited_since: None,
            kev_due: None,
            removable: String::new(),
            withdrawn: None,
            source: String::new(),
        }
    }

    /// The row with only what decisions read.
    #[must_use]
    pub fn for_decisions(self) -> Self {
        Self { cves: String::new(), removable: String::new(), kev_due: None, source: String::new(), ..self }
    }

    /// The updates that it replaces.
    pub fn supersedes(&self) -> impl Iterator<Item = UpdateId> + '_ {
        ids(&self.supersedes)
    }

    /// The updates whose fault it was made to mend.
    pub fn repairs(&self) -> impl Iterator<Item = UpdateId> + '_ {
        ids(&self.repairs)
    }
}

fn ids(joined: &str) -> impl Iterator<Item = UpdateId> + '_ {
    joined.split_whitespace().filter_map(|id| UpdateId::new(id).ok())
}

impl Database {
    /// Indexes what was loaded; order does not matter.
    pub fn new(parts: Parts) -> Self {
        let listing = Listing::of(&parts);
        Self::excerpt(parts, listing)
    }

    /// A database of which only what a question asks for was read, and the listing of all of it.
    pub fn excerpt(parts: Parts, listing: Listing) -> Self {
        let Parts { products, settings, event_sources, curated, mut advisories, rows, replaced, digest } = parts;
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
        let knowledge = Arc::new(Knowledge::new(updates, &lines(&products, &listing)));
        Self { products, settings, event_sources, curated, advisories, knowledge, rows, replaced, digest, listing }
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

    /// How far the curators have come with each family of products.
    pub fn curated(&self) -> &BTreeMap<String, CuratedFamily> {
        &self.curated
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

    /// How the products' versions compare, and which of them are serviced alike.
    pub fn lines(&self) -> Lines {
        lines(&self.products, &self.listing)
    }

    /// How the versions of a product compare; the default for one that is not declared.
    pub fn rules_of(&self, product: &ProductId) -> VersionRules {
        self.products.get(product).map(|product| rules(product, &self.listing)).unwrap_or_default()
    }

    /// The families of the products.
    pub fn families(&self) -> HashMap<ProductId, String> {
        self.products.values().filter_map(|one| Some((one.id.clone(), one.family.clone()?))).collect()
    }

    /// The builds of some products that are known, each told once or more.
    pub fn known_builds<'p>(&self, products: &BTreeSet<&'p ProductId>) -> BTreeMap<&'p ProductId, Vec<KnownBuild>> {
        let mut known: BTreeMap<&ProductId, Vec<KnownBuild>> = BTreeMap::new();
        let mut learn = |product: &ProductId, version: &Option<Version>, released| {
            let (Some(product), Some(version)) = (products.get(product), version) else { return };
            known.entry(product).or_default().push(KnownBuild { version: version.clone(), released });
        };
        for product in self.products.values() {
            product.builds.iter().for_each(|build| learn(&product.id, &build.version, build.released));
        }
        self.rows.iter().for_each(|row| learn(&row.product, &row.version, row.released));
        known
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

fn lines(products: &BTreeMap<ProductId, Product>, listing: &Listing) -> Lines {
    let all = || products.iter();
    Lines {
        rules: all().map(|(id, product)| (id.clone(), rules(product, listing))).collect(),
        trains: all().filter_map(|(id, product)| Some((id.clone(), product.trains.clone()?))).collect(),
    }
}

fn rules(product: &Product, listing: &Listing) -> VersionRules {
    VersionRules {
        scheme: product.version_scheme,
        branch_parts: product.branch_parts,
        is_cumulative: product.cumulative,
        revision: listing.revisions.get(&product.id).copied().unwrap_or_default(),
    }
}

fn learn_builds(product: &Product, updates: &mut HashMap<UpdateId, UpdateKnowledge>) {
    for build in &product.builds {
        let Some(update) = &build.update else { continue };
        let knowledge = updates.entry(update.clone()).or_default();
        knowledge.products.push(product.id.clone());
        let brings = |version: &Version| Brings { product: product.id.clone(), version: version.clone() };
        knowledge.brings.extend(build.version.as_ref().map(brings));
        knowledge.proves.extend(build.version.as_ref().map(brings));
        knowledge.supersedes.extend(build.supersedes.iter().cloned());
        learn_release(knowledge, build.released);
    }
}

fn learn_row(row: &UpdateRow, updates: &mut HashMap<UpdateId, UpdateKnowledge>) {
    let knowledge = updates.entry(row.update.clone()).or_default();
    let brings = row.version.clone().map(|version| Brings { product: row.product.clone(), version });
    knowledge.proves.extend(brings.clone().filter(|_| row.proves != Some(Proves::No)));
    knowledge.brings.extend(brings);
    knowledge.kinds.extend(row.kind);
    knowledge.exploited_since = [knowledge.exploited_since, row.exploited_since].into_iter().flatten().min();
    knowledge.products.push(row.product.clone());
    knowledge.supersedes.extend(row.supersedes());
    knowledge.repairs.extend(row.repairs());
    learn_release(knowledge, row.released);
    // Of several answers the one that restarts more counts.
    knowledge.restart = match (knowledge.restart, row.restart) {
        (Some(Restart::Required), _) | (_, Some(Restart::Required)) => Some(Restart::Required),
        (Some(Restart::Possible), _) | (_, Some(Restart::Possible)) => Some(Restart::Possible),
        (known, new) => known.or(new),
    };
}

fn learn_release(knowledge: &mut UpdateKnowledge, released: Option<Released>) {
    let Some(released) = released else { return };
    knowledge.released = Some(knowledge.released.map_or(released, |known| known.earlier(released)));
    knowledge.last_released = Some(knowledge.last_released.map_or(released, |known| known.later(released)));
}

fn tidy(knowledge: &mut UpdateKnowledge) {
    knowledge.products.sort();
    knowledge.products.dedup();
    for others in [&mut knowledge.supersedes, &mut knowledge.repairs] {
        others.sort();
        others.dedup();
    }
    for builds in [&mut knowledge.brings, &mut knowledge.proves] {
        builds.sort_by(|one, two| (&one.product, one.version.as_str()).cmp(&(&two.product, two.version.as_str())));
        builds.dedup();
    }
    knowledge.kinds.sort();
    knowledge.kinds.dedup();
}
