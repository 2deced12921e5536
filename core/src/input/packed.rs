//! A database in one text that a program carries with it, of which a decision reads only what it asks for.
//!
//! A decision about a few updates need not read thousands: what speaks about them is looked up in tables that the build
//! has sorted. Who checks or lists the database reads all of it. [`pack`] writes the text from what the loader has read,
//! with the same types as here.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::advisory::Advisory;
use crate::advisory::asked::{asked, products_read};
use crate::advisory::split::Prose;
use crate::database::vocabulary::Vocabulary;
use crate::database::{Database, Listing, Parts, UpdateRow};
use crate::model::curated::CuratedFamily;
use crate::model::id::{AdvisoryId, IdError, ProductId, UpdateId};
use crate::model::pending::{Brings, PendingUpdate};
use crate::model::product::Product;
use crate::model::server::{InstalledUpdate, Server};
use crate::model::setting::Setting;

mod index;
pub mod pack;
mod table;

use index::Entry;
use table::Table;

/// Why a text is not a packed database.
#[derive(Debug, thiserror::Error)]
pub enum PackedError {
    /// It ends before its last section does.
    #[error("the packed database is not complete")]
    Sections,
    /// A document.
    #[error(transparent)]
    Document(#[from] serde_json::Error),
    /// A row of the table of updates.
    #[error(transparent)]
    Row(#[from] csv::Error),
    /// An id in a table.
    #[error(transparent)]
    Id(#[from] IdError),
    /// An id that would fall apart in a table, and then be asked for in vain.
    #[error("the id `{0}` has a blank in it, which a packed database cannot hold")]
    Blank(String),
}

/// A packed database, by its sections.
#[derive(Clone, Copy, Debug)]
pub struct Packed<'a> {
    /// A [`Core`].
    core: &'a str,
    /// A [`Rest`].
    rest: &'a str,
    /// An [`Entry`] for each advisory.
    index: Table<'a>,
    /// The advisories, one after another, without what [`Rest`] has of them: what is not asked for is not even touched.
    advisories: &'a str,
    /// A [`Brought`] for each update and product, by update.
    updates: Table<'a>,
    /// For each update the ones that supersede it directly.
    superseded: Table<'a>,
}

/// What every decision reads.
#[derive(Deserialize, Serialize)]
struct Core {
    digest: String,
    products: Vec<Product>,
    settings: BTreeMap<String, Setting>,
    curated: BTreeMap<String, CuratedFamily>,
    listing: Listing,
    replaced: BTreeSet<AdvisoryId>,
}

/// What no decision reads: builds by product, names, event sources, prose.
#[derive(Deserialize, Serialize)]
struct Rest {
    products: Vec<Product>,
    event_sources: BTreeSet<String>,
    prose: BTreeMap<AdvisoryId, Prose>,
}

/// What an update brings to a product.
#[derive(Deserialize, Serialize)]
struct Brought {
    row: UpdateRow,
    /// Whether it is one of the product's own builds and not a row of a table.
    is_build: bool,
    /// The updates that it contains by its build, next before it; separated by spaces.
    contained: String,
}

impl<'a> Packed<'a> {
    /// Finds the sections of a text.
    ///
    /// # Errors
    /// When there are not as many as there should be.
    pub fn of_text(text: &'a str) -> Result<Self, PackedError> {
        let (lengths, mut rest) = text.split_once('\n').ok_or(PackedError::Sections)?;
        let mut lengths = lengths.split(' ').map(|length| length.parse().ok());
        let mut section = || {
            let (section, after) = rest.split_at_checked(lengths.next()??)?;
            rest = after;
            Some(section)
        };
        let mut section = || section().ok_or(PackedError::Sections);
        Ok(Self {
            core: section()?,
            rest: section()?,
            index: Table::new(section()?),
            advisories: section()?,
            updates: Table::new(section()?),
            superseded: Table::new(section()?),
        })
    }

    /// All of it, in parts. Its advisories have no cases: deciding does not need them.
    ///
    /// # Errors
    /// When something in it cannot be read.
    pub fn parts(&self) -> Result<Parts, PackedError> {
        let Core { digest, settings, curated, replaced, .. } = serde_json::from_str(self.core)?;
        let Rest { products, event_sources, mut prose } = serde_json::from_str(self.rest)?;
        let advisories = self.advisories(|_| true)?.into_iter().map(|advisory| {
            let prose = prose.remove(&advisory.id).unwrap_or_default();
            advisory.with_prose(prose)
        });
        let advisories = advisories.collect();
        let brought = self.updates.lines().map(|columns| brought(&columns)).collect::<Result<Vec<_>, _>>()?;
        // The builds stand in the products' own lists.
        let rows = brought.into_iter().filter(|one| !one.is_build).map(|one| one.row).collect();
        Ok(Parts { products, settings, event_sources, curated, advisories, rows, replaced, digest })
    }

    /// The database as far as a decision about these updates on these servers reads it: the advisories that may speak about
    /// them, and what is known of the updates that these name, with all that supersede them.
    ///
    /// # Errors
    /// As [`Self::parts`].
    pub fn about(&self, pending: &[PendingUpdate], servers: &[Server]) -> Result<Database, PackedError> {
        let Core { digest, products, settings, curated, listing, replaced } = serde_json::from_str(self.core)?;
        let advisories = self.advisories_about(pending, servers, &Vocabulary::of(&products).products_on(servers))?;
        let mut asked = asked(std::iter::empty(), &advisories.iter().collect::<Vec<_>>());
        asked.extend(pending.iter().flat_map(|update| update.supersedes.iter().flatten().chain([&update.id])).cloned());
        // What a server has raises its products, and what a pending update replaces may be exploited.
        let installed = servers.iter().flat_map(|server| server.updates.iter().flatten()).map(InstalledUpdate::id);
        let mut read = self.with_newer(asked)?;
        read.extend(installed.cloned());
        read.extend(self.with_older(pending)?);
        let mut rows = self.rows_of(&read)?;
        // What a pending update mends tells from when it soaks.
        let pending_updates = pending;
        let pending: BTreeSet<&UpdateId> = pending.iter().map(|update| &update.id).collect();
        let mended = rows.iter().filter(|row| pending.contains(&row.update)).flat_map(UpdateRow::repairs);
        let known: BTreeSet<&UpdateId> = rows.iter().map(|row| &row.update).collect();
        let mended = mended.filter(|update| !known.contains(update)).collect();
        rows.extend(self.rows_of(&mended)?);
        rows.extend(self.rows_beside(pending_updates, &advisories, &rows, &products)?);
        let parts =
            Parts { digest, products, settings, curated, advisories, rows, replaced, event_sources: BTreeSet::new() };
        Ok(Database::excerpt(parts, listing))
    }

    /// The other rows of the products for which updates of unknown build may be: the builds that are known bound what these
    /// bring. Of a build that only the pending file knows, those that it contains or that contain it.
    fn rows_beside(
        &self,
        pending: &[PendingUpdate],
        advisories: &[Advisory],
        rows: &[UpdateRow],
        of_product: &[Product],
    ) -> Result<Vec<UpdateRow>, PackedError> {
        let is_cumulative = |id: &ProductId| of_product.iter().any(|one| one.id == *id && one.cumulative);
        let read: BTreeSet<&ProductId> = products_read(&advisories.iter().collect::<Vec<_>>());
        let mut products: BTreeSet<&str> = BTreeSet::new();
        for brings in pending.iter().flat_map(|update| update.brings.iter().flatten().map(move |one| (update, one))) {
            let (update, Brings { product, version }) = brings;
            let is_told = |row: &UpdateRow| {
                row.update == update.id && row.product == *product && row.version.as_ref() == Some(version)
            };
            if is_cumulative(product) && !rows.iter().any(is_told) {
                products.insert(product.as_str());
            }
        }
        for update in pending.iter().filter(|update| update.brings.is_none()) {
            let own: Vec<&UpdateRow> = rows.iter().filter(|row| row.update == update.id).collect();
            if own.iter().any(|row| row.version.is_some()) {
                continue;
            }
            let named = update.products.iter().flatten().chain(own.iter().map(|row| &row.product));
            let named: BTreeSet<&str> = named.map(ProductId::as_str).collect();
            match named.is_empty() {
                true => products.extend(
                    read.iter().copied().chain(rows.iter().map(|row| &row.product)).map(|product| product.as_str()),
                ),
                false => products.extend(named),
            }
        }
        if products.is_empty() {
            return Ok(Vec::new());
        }
        let known: BTreeSet<&str> = rows.iter().map(|row| row.update.as_str()).collect();
        let is_beside = |columns: &Vec<&str>| {
            let has =
                |place: usize, words: &BTreeSet<&str>| columns.get(place).is_some_and(|word| words.contains(word));
            has(1, &products) && !has(0, &known)
        };
        let found = self.updates.lines().filter(is_beside);
        let mut rows: Vec<UpdateRow> =
            found.map(|columns| brought(&columns).map(|one| one.row)).collect::<Result<_, _>>()?;
        rows.retain(|row| row.version.is_some());
        Ok(rows)
    }

    fn rows_of(&self, updates: &BTreeSet<UpdateId>) -> Result<Vec<UpdateRow>, PackedError> {
        let found = updates.iter().flat_map(|update| self.updates.find(update.as_str()));
        Ok(found.map(|columns| brought(&columns).map(|one| one.row)).collect::<Result<_, _>>()?)
    }

    /// The advisories that concern servers with a product of theirs, or which may have it: of any update, or of one of these
    /// or a product that one of these may bring.
    fn advisories_about(
        &self,
        pending: &[PendingUpdate],
        servers: &[Server],
        own: &BTreeSet<&ProductId>,
    ) -> Result<Vec<Advisory>, PackedError> {
        let updates: BTreeSet<&str> = pending.iter().map(|update| update.id.as_str()).collect();
        let brought =
            pending.iter().flat_map(|update| update.brings.iter().flatten()).map(|brings| brings.product.as_str());
        let named = pending.iter().flat_map(|update| update.products.iter().flatten()).map(ProductId::as_str);
        let known = updates.iter().flat_map(|update| self.updates.find(update));
        let known = known.filter_map(|columns| columns.get(1).copied());
        let products: BTreeSet<&str> = brought.chain(named).chain(known).collect();
        // An update of which nobody knows the products may be for any.
        let is_known = |update: &PendingUpdate| {
            let mut rows = self.updates.find(update.id.as_str());
            update.products.is_some() || update.brings.is_some() || rows.next().is_some()
        };
        let is_for_any = !pending.iter().all(is_known);
        // A server whose products were not collected may have any.
        let is_open = servers.iter().any(|server| server.products.is_none());
        let there: BTreeSet<&str> = own.iter().map(|id| id.as_str()).chain(products.iter().copied()).collect();
        let is_about = |entry: &Entry<'_>| is_for_any || entry.is_about(&updates, &products);
        self.advisories(|entry| is_about(entry) && (is_open || entry.affects(&there)))
    }

    /// Updates and all that supersede them, transitively: one of these installed means that they are.
    fn with_newer(&self, asked: BTreeSet<UpdateId>) -> Result<BTreeSet<UpdateId>, PackedError> {
        let mut open: Vec<UpdateId> = asked.iter().cloned().collect();
        let mut found = asked;
        while let Some(update) = open.pop() {
            let newer = self.superseded.find(update.as_str()).filter_map(|columns| columns.get(1).copied());
            for id in newer.flat_map(|ids| ids.split(' ')).map(UpdateId::new) {
                let id = id?;
                if found.insert(id.clone()) {
                    open.push(id);
                }
            }
        }
        Ok(found)
    }

    /// Pending updates and all that they supersede, transitively.
    fn with_older(&self, pending: &[PendingUpdate]) -> Result<BTreeSet<UpdateId>, PackedError> {
        let told = pending.iter().flat_map(|update| update.supersedes.iter().flatten().chain([&update.id]));
        let mut found: BTreeSet<UpdateId> = told.cloned().collect();
        let mut open: Vec<UpdateId> = found.iter().cloned().collect();
        while let Some(update) = open.pop() {
            for columns in self.updates.find(update.as_str()) {
                let Brought { row, contained, .. } = brought(&columns)?;
                let contained = contained.split_whitespace().filter_map(|id| UpdateId::new(id).ok());
                open.extend(row.supersedes().chain(contained).filter(|older| found.insert(older.clone())));
            }
        }
        Ok(found)
    }

    /// The advisories whose entries are asked for.
    fn advisories(&self, is_asked: impl Fn(&Entry<'_>) -> bool) -> Result<Vec<Advisory>, PackedError> {
        let (mut found, mut rest) = (Vec::new(), self.advisories);
        for columns in self.index.lines() {
            let entry = Entry::read(&columns).ok_or(PackedError::Sections)?;
            let (written, after) = rest.split_at_checked(entry.length).ok_or(PackedError::Sections)?;
            rest = after;
            if is_asked(&entry) {
                found.push(serde_json::from_str(written)?);
            }
        }
        Ok(found)
    }
}

fn brought(columns: &[&str]) -> Result<Brought, csv::Error> {
    csv::StringRecord::from(columns).deserialize(None)
}
