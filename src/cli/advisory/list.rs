//! `patchgate advisory list`: the advisories that a curator looks for, one a line.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;

use super::data;
use crate::advisory::{Advisory, Kind, Status};
use crate::cli::overwrite::{self, Input};
use crate::cli::words::words;
use crate::cli::{Failure, output};
use crate::condition::name::Name;
use crate::curate::corpus;
use crate::database::Database;
use crate::diagnostic::did_you_mean;
use crate::document::advisory::{Entry, Listing};
use crate::document::exit::Exit;
use crate::model::id::{ProductId, UpdateId};
use crate::model::name::is_among;
use crate::model::severity::Severity;
use crate::render::Format;

/// The arguments of `advisory list`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Folder of advisories, instead of the built-in database; `builtin` is that database itself; may be given several times
    #[arg(short, long, value_name = "ADVISORIES")]
    advisories: Vec<PathBuf>,
    /// Only those that name this product, as affected or in a condition
    #[arg(long, value_name = "ID")]
    product: Option<String>,
    /// Only those that name this role, in `affects` or in a condition
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// Only those that name this update, by its id or a build that it brings, or that it fixes
    #[arg(long, value_name = "ID", value_parser = UpdateId::new)]
    update: Option<UpdateId>,
    /// Only of this severity or a higher one
    #[arg(long, value_name = "SEVERITY", value_parser = words(Severity::ALL, Severity::word))]
    severity: Option<Severity>,
    /// Only of this kind
    #[arg(long, value_name = "KIND", value_parser = words(Kind::ALL, Kind::word))]
    kind: Option<Kind>,
    /// Only those of this status
    #[arg(long, value_name = "STATUS", value_parser = words(Status::ALL, Status::word))]
    status: Option<Status>,
    /// Only those that contain this text anywhere, in any case: a word, an event id, an error code
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
    /// How the list is written
    #[arg(short, long, value_name = "FORMAT", default_value = "text", value_parser = output::formats::<Listing>())]
    format: &'static Format<Listing>,
    /// Write the list to a file, as a whole or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Lists the advisories that fit.
///
/// # Errors
/// When the database cannot be read or the list cannot be written.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    overwrite::refuse(arguments.output.as_deref(), Input::data(&arguments.advisories))?;
    let database = data::database(&arguments.advisories)?;
    let products = database.products();
    if let Some(product) = &arguments.product {
        check_word("product", product, products.keys().map(ProductId::as_str))?;
    }
    if let Some(role) = &arguments.role {
        check_word("role", role, products.values().flat_map(|product| product.roles.iter().map(String::as_str)))?;
    }
    let fitting: Vec<&Advisory> =
        database.advisories().iter().filter(|advisory| arguments.fit(advisory, &database)).collect();
    let entries = fitting.into_iter().map(entry).collect();
    let listing = Listing { entries, searched: database.advisories().len() };
    output::write(arguments.output.as_deref(), |page, out| (arguments.format.render)(&listing, page, out))?;
    Ok(Exit::Clean)
}

/// An unknown word would silently list nothing.
fn check_word<'a>(what: &str, word: &str, known: impl Iterator<Item = &'a str> + Clone) -> Result<(), Failure> {
    if is_among(word, known.clone()) {
        return Ok(());
    }
    let hint = did_you_mean(word, known).map(|hint| format!(": {hint}")).unwrap_or_default();
    Err(Failure::Other(anyhow::anyhow!("unknown {what} `{word}`{hint}")))
}

impl Arguments {
    fn fit(&self, advisory: &Advisory, database: &Database) -> bool {
        self.product.as_ref().is_none_or(|wanted| products(advisory).iter().any(|product| product.as_str() == wanted))
            && self.role.as_ref().is_none_or(|wanted| is_among(wanted, roles(advisory)))
            && self.update.as_ref().is_none_or(|update| names_update(advisory, update, database))
            && self.severity.is_none_or(|severity| advisory.severity >= severity)
            && self.kind.is_none_or(|kind| advisory.kind() == kind)
            && self.status.is_none_or(|status| advisory.status == status)
            && self.text.as_ref().is_none_or(|text| says(advisory, text))
    }
}

/// The products that an advisory names, as affected and in its conditions.
pub fn products(advisory: &Advisory) -> BTreeSet<&ProductId> {
    let affected = advisory.affects.iter().map(|affects| &affects.product);
    let built = advisory.builds().iter().map(|builds| &builds.product);
    let tested = corpus::names(advisory).into_iter().filter_map(|(_, name)| match name {
        Name::Product(product) => Some(product),
        _ => None,
    });
    affected.chain(built).chain(tested).collect()
}

/// The roles that an advisory names, as affected and in its conditions.
fn roles(advisory: &Advisory) -> impl Iterator<Item = &str> {
    let affected = advisory.affects.iter().flat_map(|affects| affects.roles.iter().map(String::as_str));
    let tested = corpus::names(advisory).into_iter().filter_map(|(_, name)| match name {
        Name::Role(role) => Some(role),
        _ => None,
    });
    affected.chain(tested)
}

fn names_update(advisory: &Advisory, update: &UpdateId, database: &Database) -> bool {
    advisory.updates().iter().any(|selector| selector.id == *update)
        || advisory.fixes().any(|fix| fix == update)
        || database.is_among_builds(update, advisory)
        || corpus::names(advisory).into_iter().any(|(_, name)| name == Name::Update(update))
}

/// Whether an advisory contains a text anywhere but in its cases.
fn says(advisory: &Advisory, text: &str) -> bool {
    fn any(value: &serde_json::Value, text: &str) -> bool {
        match value {
            serde_json::Value::Array(entries) => entries.iter().any(|entry| any(entry, text)),
            serde_json::Value::Object(entries) => entries.values().any(|entry| any(entry, text)),
            serde_json::Value::String(one) => one.to_lowercase().contains(text),
            // Compared whole: `7024` finds the number of an event.
            other => {
                let written = other.to_string();
                written == text
            }
        }
    }
    let bare = Advisory { cases: Vec::new(), ..advisory.clone() };
    serde_json::to_value(bare).is_ok_and(|value| any(&value, &text.to_lowercase()))
}

fn entry(advisory: &Advisory) -> Entry {
    Entry {
        id: advisory.id.clone(),
        title: advisory.title.clone(),
        kind: advisory.kind(),
        severity: advisory.severity,
        confidence: advisory.confidence,
        status: advisory.status,
        published: advisory.published,
        updated: advisory.last_change(),
        products: products(advisory).into_iter().cloned().collect(),
        updates: advisory.updates().iter().map(|selector| selector.id.clone()).collect(),
    }
}
