//! `GetServerRebootPending`, an object of the support scripts for Exchange: whether a restart is pending.

use super::Problem;
use super::tree::value::Value;

/// Whether a restart is pending; nothing when the object or its answer is missing.
///
/// # Errors
/// When the answer is neither true nor false.
pub fn read(object: Option<Value<'_>>) -> Result<Option<bool>, Problem> {
    object.map_or(Ok(None), |object| object.truth_of("PendingReboot"))
}
