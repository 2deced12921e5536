//! `Get-HotFix`: the packages of Windows that are installed.

use std::collections::HashSet;

use super::Problem;
use super::host::is_same_host;
use super::time;
use super::tree::value::Value;
use crate::model::id::UpdateId;
use crate::model::server::{DatedUpdate, InstalledUpdate};
use crate::model::time::Day;

/// Reads an installed update; the entries that old Windows calls `File 1` name none.
///
/// # Errors
/// When the object is no update, or one of another machine.
pub fn read(fix: Value<'_>, host: Option<&str>) -> Result<Option<InstalledUpdate>, Problem> {
    let Some(id) = fix.property("HotFixID") else {
        return Err(fix.problem("missing-value", "expected an update with `HotFixID`".to_owned()));
    };
    let machine = fix.text_of("CSName");
    if let Some((host, other)) = host.zip(machine).filter(|(host, other)| !is_same_host(host, other)) {
        return Err(fix.problem("mixed-servers", format!("an update of `{other}` among those of `{host}`")));
    }
    let text = id.text();
    if text.trim().is_empty() || text.trim().starts_with("File ") {
        return Ok(None);
    }
    let id = UpdateId::new(&text).map_err(|error| id.problem("bad-value", error.to_string()))?;
    let installed = fix.text_of("InstalledOn").and_then(|text| time::day(&text));
    Ok(Some(match installed {
        Some(_) => InstalledUpdate::Dated(DatedUpdate { id, installed: installed.map(Day::from) }),
        None => InstalledUpdate::Bare(id),
    }))
}

/// The updates, each once.
pub fn distinct(updates: Vec<InstalledUpdate>) -> Vec<InstalledUpdate> {
    let mut seen = HashSet::new();
    updates.into_iter().filter(|update| seen.insert(update.id().clone())).collect()
}
