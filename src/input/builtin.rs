//! The database and the default policy that are built into the program.
//!
//! A decision about a few updates need not read thousands: what speaks about them is looked up in tables that the build
//! has sorted. Who checks or lists the database reads all of it.

use std::collections::{BTreeSet, HashMap};

use serde::Deserialize;

use super::load::Loader;
use super::load::single::Loaded;
use crate::advisory::asked::asked;
use crate::advisory::{Advisory, Symptoms};
use crate::database::{Database, Listing, Parts, UpdateRow};
use crate::model::event_source::EventSources;
use crate::model::id::{AdvisoryId, IdError, ProductId, UpdateId};
use crate::model::pending::{PendingUpdate, Restart};
use crate::model::product::Product;
use crate::model::server::Server;
use crate::model::setting::Settings;
use crate::model::time::Day;
use crate::policy::Policy;

mod table;

use table::Table;

/// What every decision reads.
const CORE: &str = include_str!(concat!(env!("OUT_DIR"), "/core.json"));

/// What no decision reads: builds by product, names, event sources.
const REST: &str = include_str!(concat!(env!("OUT_DIR"), "/rest.json"));

/// Kind, updates, products of builds and affected products of each advisory, and how many bytes it has; as the files were.
const ADVISORIES: Table = Table(include_str!(concat!(env!("OUT_DIR"), "/advisories.tsv")));

/// The advisories, one after another: what is not asked for is not even touched.
const WRITTEN: &str = include_str!(concat!(env!("OUT_DIR"), "/advisories.json"));

/// What each update brings; by update.
const UPDATES: Table = Table(include_str!(concat!(env!("OUT_DIR"), "/updates.tsv")));

/// What supersedes each update; by update.
const SUPERSEDED: Table = Table(include_str!(concat!(env!("OUT_DIR"), "/superseded.tsv")));

/// The default policy's file.
const POLICY: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/policies/default.yaml"));

/// Why what the build joined cannot be read; the tests keep that from happening.
#[derive(Debug, thiserror::Error)]
pub enum BuiltinError {
    /// A document.
    #[error(transparent)]
    Document(#[from] serde_json::Error),
    /// A row of a table.
    #[error("the row of {0} cannot be read")]
    Row(String),
    /// An id in a table.
    #[error(transparent)]
    Id(#[from] IdError),
}

#[derive(Deserialize)]
struct Core {
    digest: String,
    products: Vec<Product>,
    settings: Settings,
    ids: BTreeSet<AdvisoryId>,
    newest_change: Option<Day>,
}

#[derive(Deserialize)]
struct Rest {
    products: Vec<Product>,
    event_sources: EventSources,
    told: HashMap<AdvisoryId, Told>,
}

/// What an advisory tells people, which no decision reads.
#[derive(Deserialize)]
struct Told {
    impact: Option<String>,
    cause: Option<String>,
    symptoms: Option<Symptoms>,
    notes: Option<String>,
}

/// All of the built-in database, in parts. Its advisories have no cases: deciding does not need them.
///
/// # Errors
/// When the build joined files that are not valid.
pub fn parts() -> Result<Parts, BuiltinError> {
    let Core { digest, settings, .. } = serde_json::from_str(CORE)?;
    let Rest { products, event_sources, mut told } = serde_json::from_str(REST)?;
    let advisories = advisories(|_| true)?.into_iter().map(|advisory| match told.remove(&advisory.id) {
        Some(Told { impact, cause, symptoms, notes }) => Advisory { impact, cause, symptoms, notes, ..advisory },
        None => advisory,
    });
    let advisories = advisories.collect();
    // The builds stand in the products' own lists.
    let rows = UPDATES.lines().filter(|columns| columns.last() == Some(&"row"));
    let rows = rows.map(|columns| row(&columns)).collect::<Result<_, _>>()?;
    let event_sources = event_sources.names().map(str::to_owned).collect();
    Ok(Parts { digest, products, settings: settings.settings, event_sources, advisories, rows, ..Parts::default() })
}

/// The built-in database, all of it.
///
/// # Errors
/// As [`parts`].
pub fn database() -> Result<Database, BuiltinError> {
    parts().map(Database::new)
}

/// The built-in database as far as a decision about these updates on these servers reads it: the advisories that may speak
/// about them, and what is known of the updates that these name, with all that supersede them.
///
/// # Errors
/// As [`parts`].
pub fn database_about(pending: &[PendingUpdate], servers: &[Server]) -> Result<Database, BuiltinError> {
    let Core { digest, products, settings, ids, newest_change } = serde_json::from_str(CORE)?;
    let advisories = advisories_about(pending, servers)?;
    let mut asked = asked(std::iter::empty(), &advisories.iter().collect::<Vec<_>>());
    asked.extend(pending.iter().flat_map(|update| update.supersedes.iter().flatten().chain([&update.id])).cloned());
    let mut rows = Vec::new();
    for update in with_newer(asked)? {
        rows.extend(UPDATES.find(update.as_str()).map(|columns| row(&columns)).collect::<Result<Vec<_>, _>>()?);
    }
    let settings = settings.settings;
    let parts = Parts { digest, products, settings, advisories, rows, ..Parts::default() };
    Ok(Database::excerpt(parts, Listing { ids, newest_change }))
}

/// The advisories that concern servers with a product of theirs, or which may have it: of any update, or of one of these or
/// a product that one of these may bring.
fn advisories_about(pending: &[PendingUpdate], servers: &[Server]) -> Result<Vec<Advisory>, BuiltinError> {
    let updates: BTreeSet<&str> = pending.iter().map(|update| update.id.as_str()).collect();
    let brought =
        pending.iter().flat_map(|update| update.brings.iter().flatten()).map(|brings| brings.product.as_str());
    let named = pending.iter().flat_map(|update| update.products.iter().flatten()).map(ProductId::as_str);
    let known = updates.iter().flat_map(|update| UPDATES.find(update)).filter_map(|columns| columns.get(1).copied());
    let products: BTreeSet<&str> = brought.chain(named).chain(known).collect();
    // A server whose products were not collected may have any.
    let is_open = servers.iter().any(|server| server.products.is_none());
    let own = servers.iter().flat_map(|server| &server.products).flatten().map(|one| one.product.as_str());
    let there: BTreeSet<&str> = own.chain(products.iter().copied()).collect();
    let names_one = |words: &str, among: &BTreeSet<&str>| words.split(' ').any(|word| among.contains(word));
    let is_asked = |columns: &[&str]| {
        let [kind, of_updates, of_products, affected, _] = columns else { return true };
        let is_about = matches!(*kind, "hazard" | "required")
            || names_one(of_updates, &updates)
            || names_one(of_products, &products);
        is_about && (is_open || affected.is_empty() || names_one(affected, &there))
    };
    advisories(is_asked)
}

/// Updates and all that supersede them, transitively: one of these installed means that they are.
fn with_newer(asked: BTreeSet<UpdateId>) -> Result<BTreeSet<UpdateId>, BuiltinError> {
    let mut open: Vec<UpdateId> = asked.iter().cloned().collect();
    let mut found = asked;
    while let Some(update) = open.pop() {
        let newer = SUPERSEDED
            .find(update.as_str())
            .filter_map(|columns| columns.get(1).copied())
            .flat_map(|ids| ids.split(' '));
        for id in newer.map(UpdateId::new) {
            let id = id?;
            if found.insert(id.clone()) {
                open.push(id);
            }
        }
    }
    Ok(found)
}

/// The advisories of which these columns are asked for.
fn advisories(is_asked: impl Fn(&[&str]) -> bool) -> Result<Vec<Advisory>, BuiltinError> {
    let (mut found, mut rest) = (Vec::new(), WRITTEN);
    for columns in ADVISORIES.lines() {
        let length = columns.last().and_then(|length| length.parse().ok());
        let written = length.and_then(|length| rest.split_at_checked(length));
        let (written, after) = written.ok_or_else(|| BuiltinError::Row(columns.join(" ")))?;
        rest = after;
        if is_asked(&columns) {
            found.push(serde_json::from_str(written)?);
        }
    }
    Ok(found)
}

fn row(columns: &[&'static str]) -> Result<UpdateRow, BuiltinError> {
    let bad = || BuiltinError::Row(columns.first().copied().unwrap_or_default().to_owned());
    let [update, product, version, released, restart, supersedes, _] = columns else { return Err(bad()) };
    let given = |text: &'static str| Some(text).filter(|text| !text.is_empty());
    let restart = match *restart {
        "" => None,
        "never" => Some(Restart::Never),
        "possible" => Some(Restart::Possible),
        "required" => Some(Restart::Required),
        _ => return Err(bad()),
    };
    Ok(UpdateRow {
        update: UpdateId::new(update)?,
        product: ProductId::new(product)?,
        version: given(version).map(str::parse).transpose().map_err(|_| bad())?,
        released: given(released).map(str::parse).transpose().map_err(|_| bad())?,
        restart,
        supersedes: (*supersedes).to_owned(),
        source: String::new(),
    })
}

/// A loader for which the word `builtin` means the built-in database.
pub fn loader() -> Loader {
    Loader::with_builtin(|| parts().map_err(|error| error.to_string()))
}

/// The default policy that is built in.
pub fn policy(loader: &mut Loader) -> Option<Loaded<Policy>> {
    let source = loader.source("<built-in policy>".to_owned(), POLICY.as_bytes().to_vec())?;
    loader.policy_of(&source)
}
