//! The index of a packed database: by what each advisory is asked for, and where it ends.

use std::collections::BTreeSet;

use super::PackedError;
use crate::advisory::{Advisory, Kind};

/// Stands for all updates.
const EVERY: &str = "*";

/// By what an advisory is asked for; ids are joined by blanks.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    updates: &'a str,
    products: &'a str,
    affected: &'a str,
    /// How many bytes the advisory has.
    pub length: usize,
}

impl<'a> Entry<'a> {
    /// The line of an advisory.
    ///
    /// # Errors
    /// When an id has a blank in it.
    pub fn write(advisory: &Advisory, length: usize) -> Result<String, PackedError> {
        let named = spaced(advisory.updates().iter().map(|selector| selector.id.as_str()))?;
        let is_about_every = match advisory.kind() {
            Kind::Hazard | Kind::Required => true,
            // Whoever has one of its updates already is exposed, whatever is pending.
            Kind::KnownBad => advisory.harms_while_installed(),
            Kind::Prerequisite | Kind::Procedure => false,
        };
        let updates = if is_about_every { EVERY.to_owned() } else { named };
        let builds = advisory.builds().iter().map(|selector| selector.product.as_str());
        let kinds = advisory.kinds().iter().map(|selector| selector.product.as_str());
        let products = spaced(builds.chain(kinds))?;
        let affected = spaced(advisory.affects.iter().map(|affects| affects.product.as_str()))?;
        Ok(format!("{updates}\t{products}\t{affected}\t{length}\n"))
    }

    /// Reads the columns of a line.
    pub fn read(columns: &[&'a str]) -> Option<Self> {
        let [updates, products, affected, length] = *columns else { return None };
        Some(Self { updates, products, affected, length: length.parse().ok()? })
    }

    /// Whether it may be about one of these updates, which concern these products.
    pub fn is_about(&self, updates: &BTreeSet<&str>, products: &BTreeSet<&str>) -> bool {
        self.updates == EVERY || names_one(self.updates, updates) || names_one(self.products, products)
    }

    /// Whether it may concern a server with these products.
    pub fn affects(&self, products: &BTreeSet<&str>) -> bool {
        self.affected.is_empty() || names_one(self.affected, products)
    }
}

fn names_one(words: &str, among: &BTreeSet<&str>) -> bool {
    words.split(' ').any(|word| among.contains(word))
}

/// Ids with blanks between them.
///
/// # Errors
/// When one has a blank in it: it would fall apart, and what it says would be asked for in vain.
pub fn spaced<'a>(ids: impl IntoIterator<Item = &'a str>) -> Result<String, PackedError> {
    let whole = |id: &'a str| match id.contains(char::is_whitespace) {
        true => Err(PackedError::Blank(id.to_owned())),
        false => Ok(id),
    };
    Ok(ids.into_iter().map(whole).collect::<Result<Vec<_>, _>>()?.join(" "))
}
