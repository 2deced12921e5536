//! The database and the default policy that are built into the program.

use super::load::Loader;
use super::load::single::Loaded;
use super::packed::{Packed, PackedError};
use crate::database::{Database, Parts};
use crate::model::pending::PendingUpdate;
use crate::model::server::Server;
use crate::policy::Policy;

/// The database, as the build has packed it.
const DATABASE: &str = include_str!(concat!(env!("OUT_DIR"), "/database"));

/// The default policy's file.
const POLICY: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/policies/default.yaml"));

/// All of the built-in database, in parts. Its advisories have no cases: deciding does not need them.
///
/// # Errors
/// When what the build packed cannot be read; the tests keep that from happening.
pub fn parts() -> Result<Parts, PackedError> {
    Packed::of_text(DATABASE)?.parts()
}

/// The built-in database, all of it.
///
/// # Errors
/// As [`parts`].
pub fn database() -> Result<Database, PackedError> {
    parts().map(Database::new)
}

/// The built-in database as far as a decision about these updates on these servers reads it.
///
/// # Errors
/// As [`parts`].
pub fn database_about(pending: &[PendingUpdate], servers: &[Server]) -> Result<Database, PackedError> {
    Packed::of_text(DATABASE)?.about(pending, servers)
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
