//! Writes a packed database from what the loader has read.

use std::collections::{BTreeMap, BTreeSet};

use super::index::{Entry, spaced};
use super::table::table;
use super::{Brought, Core, PackedError, Rest};
use crate::advisory::Advisory;
use crate::advisory::split::Split;
use crate::database::{Database, Listing, Parts, UpdateRow};
use crate::model::catalogue::Knowledge;
use crate::model::id::UpdateId;
use crate::model::product::{Build, Product};

/// Packs a database into a text that [`Packed`](super::Packed) reads.
///
/// # Errors
/// When a value cannot be written.
pub fn pack(parts: Parts) -> Result<String, PackedError> {
    let listing = Listing::of(&parts);
    let database = Database::new(parts.clone());
    let knowledge = database.knowledge();
    let Parts { products, settings, event_sources, curated, advisories, rows, replaced, digest } = parts;
    let bare = products.iter().map(Product::for_decisions).collect();
    let core = Core { digest, products: bare, settings, curated, listing, replaced };
    let brought = all_brought(&products, rows, knowledge)?;
    let mut rest = Rest { products, event_sources, prose: BTreeMap::new() };
    let (index, advisories) = split(advisories, &mut rest)?;
    let (core, rest) = (serde_json::to_string(&core)?, serde_json::to_string(&rest)?);
    let sections = [core, rest, index, advisories, updates(&brought)?, superseded(knowledge)?];
    let lengths: Vec<String> = sections.iter().map(|section| section.len().to_string()).collect();
    Ok(format!("{}\n{}", lengths.join(" "), sections.concat()))
}

/// The index, and the advisories that it is of; what no decision reads of them goes to the rest.
fn split(advisories: Vec<Advisory>, rest: &mut Rest) -> Result<(String, String), PackedError> {
    let (mut index, mut all) = (String::new(), String::new());
    for advisory in advisories {
        // Cases prove an advisory; the gate does not need them to decide.
        let Split { verdict, shown, prose, proofs: _ } = advisory.split();
        rest.prose.insert(verdict.id.clone(), prose);
        let advisory = verdict.with_shown(shown);
        let written = serde_json::to_string(&advisory)?;
        index += &Entry::write(&advisory, written.len())?;
        all += &written;
    }
    Ok((index, all))
}

/// Builds and rows alike.
fn all_brought(products: &[Product], rows: Vec<UpdateRow>, known: &Knowledge) -> Result<Vec<Brought>, PackedError> {
    let builds = products.iter().flat_map(|product| product.builds.iter().map(move |build| (product, build)));
    let builds = builds.filter_map(|(product, build)| row_of(product, build).transpose());
    // Where a row is documented is for curators; the gate does not need it to decide.
    let rows = rows.into_iter().map(|row| Ok(row.for_decisions()));
    let all = builds.map(|row| (row, true)).chain(rows.map(|row| (row, false)));
    let brought = all.map(|(row, is_build)| {
        let row = row?;
        let contained = spaced(known.contained(&row.update).iter().map(UpdateId::as_str))?;
        Ok(Brought { row, is_build, contained })
    });
    brought.collect()
}

/// A build as a row of a table; none when no update brings it.
fn row_of(product: &Product, build: &Build) -> Result<Option<UpdateRow>, PackedError> {
    let Build { name: _, version, update, released, supersedes, sources: _ } = build;
    let Some(update) = update.clone() else { return Ok(None) };
    Ok(Some(UpdateRow {
        version: version.clone(),
        released: *released,
        supersedes: spaced(supersedes.iter().map(UpdateId::as_str))?,
        ..UpdateRow::of(update, product.id.clone())
    }))
}

fn updates(brought: &[Brought]) -> Result<String, PackedError> {
    let lines = brought.iter().map(|one| {
        let mut writer = csv::WriterBuilder::new()
            .delimiter(b'\t')
            .quote_style(csv::QuoteStyle::Never)
            .has_headers(false)
            .from_writer(Vec::new());
        writer.serialize(one)?;
        let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
        Ok(String::from_utf8_lossy(&bytes).trim_end_matches('\n').to_owned())
    });
    Ok(table(lines.collect::<Result<_, csv::Error>>()?))
}

/// For each update the ones that supersede it directly.
fn superseded(knowledge: &Knowledge) -> Result<String, PackedError> {
    let mut newer: BTreeMap<&UpdateId, BTreeSet<&str>> = BTreeMap::new();
    for (older, one) in knowledge.successions() {
        newer.entry(older).or_default().insert(one.as_str());
    }
    let lines = newer.into_iter().map(|(older, newer)| Ok(format!("{older}\t{}", spaced(newer)?)));
    Ok(table(lines.collect::<Result<_, PackedError>>()?))
}
