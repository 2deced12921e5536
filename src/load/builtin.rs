//! The database and the default policy that are built into the program.

use serde::Deserialize;

use super::Loader;
use super::single::Loaded;
use crate::advisory::Advisory;
use crate::database::{Database, Parts, UpdateRow};
use crate::model::event_source::EventSources;
use crate::model::product::Product;
use crate::model::setting::Settings;
use crate::policy::Policy;

/// The database's files as the build joined them.
const DATABASE: &str = include_str!(concat!(env!("OUT_DIR"), "/database.json"));

/// The default policy's file.
const POLICY: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/policies/default.yaml"));

/// What the build joined.
#[derive(Deserialize)]
struct Embedded {
    digest: String,
    products: Vec<Product>,
    settings: Settings,
    event_sources: EventSources,
    advisories: Vec<Advisory>,
    updates: Vec<UpdateRow>,
}

/// The database that is built in, in parts. Its advisories have no cases: deciding does not need them.
///
/// # Errors
/// When the build joined files that are not valid; the tests keep that from happening.
pub fn parts() -> Result<Parts, serde_json::Error> {
    let embedded: Embedded = serde_json::from_str(DATABASE)?;
    let Embedded { digest, products, settings, event_sources, advisories, updates: rows } = embedded;
    let event_sources = event_sources.names().map(str::to_owned).collect();
    Ok(Parts { products, settings: settings.settings, event_sources, advisories, rows, digest })
}

/// The database that is built in.
///
/// # Errors
/// As [`parts`].
pub fn database() -> Result<Database, serde_json::Error> {
    parts().map(Database::new)
}

impl Loader {
    /// The default policy that is built in.
    pub fn default_policy(&mut self) -> Option<Loaded<Policy>> {
        let source = self.source("<built-in policy>".to_owned(), POLICY.as_bytes().to_vec())?;
        self.policy_of(&source)
    }
}
