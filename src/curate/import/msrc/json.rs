//! CVRF as the service writes it in JSON.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::error::Category;

use super::{Bulletin, Remediation, Vulnerability, unexpected};
use crate::diagnostic::Diagnostic;
use crate::input::text::Text;

#[derive(Deserialize)]
#[serde(expecting = "a CVRF document")]
struct RawBulletin {
    #[serde(rename = "DocumentTracking")]
    tracking: Tracking,
    #[serde(rename = "ProductTree")]
    tree: Tree,
    #[serde(rename = "Vulnerability")]
    vulnerabilities: Option<Vec<RawVulnerability>>,
}

#[derive(Deserialize)]
#[serde(expecting = "an object")]
struct Tracking {
    #[serde(rename = "Identification")]
    identification: Identification,
    #[serde(rename = "RevisionHistory")]
    revisions: Option<Vec<Revision>>,
    #[serde(rename = "CurrentReleaseDate")]
    current: Option<String>,
}

#[derive(Deserialize)]
#[serde(expecting = "an object")]
struct Identification {
    #[serde(rename = "ID")]
    id: Value,
}

/// A text, wrapped as CVRF wraps texts.
#[derive(Deserialize, Default)]
#[serde(expecting = "an object with a `Value`")]
struct Value {
    #[serde(rename = "Value")]
    value: Option<String>,
}

#[derive(Deserialize)]
#[serde(expecting = "an object")]
struct Tree {
    #[serde(rename = "FullProductName")]
    names: Option<Vec<Name>>,
    #[serde(rename = "Branch")]
    branches: Option<Vec<Branch>>,
}

/// A branch of the product tree, or a product: a leaf of it.
#[derive(Deserialize)]
#[serde(expecting = "an object")]
struct Branch {
    #[serde(rename = "Items")]
    items: Option<Vec<Branch>>,
    #[serde(rename = "ProductID")]
    id: Option<String>,
    #[serde(rename = "Value")]
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(expecting = "an object")]
struct Name {
    #[serde(rename = "ProductID")]
    id: String,
    #[serde(rename = "Value")]
    name: String,
}

#[derive(Deserialize)]
#[serde(expecting = "an object")]
struct RawVulnerability {
    #[serde(rename = "Remediations")]
    remediations: Option<Vec<RawRemediation>>,
    #[serde(rename = "RevisionHistory")]
    revisions: Option<Vec<Revision>>,
}

#[derive(Deserialize)]
#[serde(expecting = "an object")]
struct Revision {
    #[serde(rename = "Date")]
    date: Option<String>,
}

#[derive(Deserialize)]
#[serde(expecting = "an object")]
struct RawRemediation {
    #[serde(rename = "Type")]
    kind: Option<serde_json::Value>,
    #[serde(rename = "Description")]
    description: Option<Value>,
    #[serde(rename = "Supercedence")]
    supercedence: Option<String>,
    #[serde(rename = "ProductID")]
    products: Option<Vec<String>>,
    #[serde(rename = "RestartRequired")]
    restart: Option<Value>,
    #[serde(rename = "SubType")]
    sub_type: Option<String>,
    #[serde(rename = "FixedBuild")]
    build: Option<String>,
}

/// Reads a bulletin.
///
/// # Errors
/// When the JSON is broken, or not a CVRF document's.
pub fn read(source: &Text) -> Result<Bulletin, Box<Diagnostic>> {
    let raw: RawBulletin = serde_json::from_str(&source.text).map_err(|error| problem(source, &error))?;
    let vulnerabilities = raw.vulnerabilities.into_iter().flatten().map(vulnerability).collect();
    let Tracking { identification, revisions, current } = raw.tracking;
    let id = identification.id.value.unwrap_or_default();
    let dates = revisions.into_iter().flatten().filter_map(|one| one.date).chain(current).collect();
    Ok(Bulletin { path: source.path.clone(), id, products: products(raw.tree), dates, vulnerabilities })
}

/// The names of products by their ids, wherever in the tree they are.
fn products(tree: Tree) -> HashMap<String, String> {
    let names = tree.names.into_iter().flatten();
    let mut products: HashMap<String, String> = names.map(|name| (name.id, name.name)).collect();
    let mut open = tree.branches.unwrap_or_default();
    while let Some(branch) = open.pop() {
        open.extend(branch.items.into_iter().flatten());
        products.extend(branch.id.zip(branch.name));
    }
    products
}

fn vulnerability(raw: RawVulnerability) -> Vulnerability {
    Vulnerability {
        revisions: raw.revisions.into_iter().flatten().map(|one| one.date.unwrap_or_default()).collect(),
        remediations: raw.remediations.into_iter().flatten().map(remediation).collect(),
    }
}

fn remediation(raw: RawRemediation) -> Remediation {
    let text = |value: Option<Value>| value.and_then(|value| value.value).unwrap_or_default();
    Remediation {
        kind: kind(raw.kind.as_ref()),
        description: text(raw.description),
        supercedence: raw.supercedence.unwrap_or_default(),
        products: raw.products.unwrap_or_default(),
        restart: text(raw.restart),
        sub_type: raw.sub_type.unwrap_or_default(),
        build: raw.build.unwrap_or_default(),
    }
}

/// The word of a kind, which JSON numbers and XML writes out.
fn kind(raw: Option<&serde_json::Value>) -> String {
    match (raw.and_then(serde_json::Value::as_u64), raw.and_then(serde_json::Value::as_str)) {
        (Some(0), _) => "Workaround".to_owned(),
        (Some(1), _) => "Mitigation".to_owned(),
        (Some(2), _) => super::words::VENDOR_FIX.to_owned(),
        (Some(3), _) => "Release Notes".to_owned(),
        (Some(6), _) => "Known Issue".to_owned(),
        (Some(number), _) => format!("type {number}"),
        (None, word) => word.unwrap_or_default().to_owned(),
    }
}

fn problem(source: &Text, error: &serde_json::Error) -> Box<Diagnostic> {
    let offset = offset(&source.text, error.line(), error.column());
    let message = error.to_string();
    // The place is shown in front of the message.
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
    match error.classify() {
        Category::Data => unexpected(source, offset, message),
        _ => source.problem(offset, "json-syntax", format!("broken JSON: {message}")),
    }
}

/// The offset of a line and column, both from 1, the column in bytes.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let offset = (start + column.saturating_sub(1)).min(text.len());
    (start..=offset).rev().find(|&offset| text.is_char_boundary(offset)).unwrap_or(start)
}
