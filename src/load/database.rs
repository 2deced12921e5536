//! A folder of advisories, products, settings and update tables to a database.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use super::problem::Problem;
use super::{Loader, Source, digest_of_all, schema};
use crate::advisory::{self, Advisory};
use crate::database::{Database, UpdateRow};
use crate::model::id::{AdvisoryId, ProductId};
use crate::model::product::Product;
use crate::model::setting::{Setting, Settings};

/// What was read so far of one or several folders.
#[derive(Debug, Default)]
struct Parts {
    products: BTreeMap<ProductId, (Product, String)>,
    settings: BTreeMap<String, Setting>,
    advisories: BTreeMap<AdvisoryId, (Advisory, String)>,
    rows: Vec<UpdateRow>,
    digests: Vec<String>,
}

impl Loader {
    /// Reads a database from folders; a later folder may replace an advisory only where it says `overrides`.
    pub fn database(&mut self, folders: &[PathBuf]) -> Option<Database> {
        let mut parts = Parts::default();
        for folder in folders {
            let mut files = Vec::new();
            if let Err(error) = list(folder, &mut files) {
                self.whole(&self.name(folder), "unreadable", format!("cannot read the folder: {error}"));
                continue;
            }
            if files.is_empty() {
                // A wrong path must not approve everything.
                let message =
                    "no advisories here: expected PG-*.yaml, products/, settings.yaml or updates/*.csv".to_owned();
                self.whole(&self.name(folder), "no-advisories", message);
            }
            for file in files {
                if let Some(source) = self.read(&file) {
                    let name = file.strip_prefix(folder).unwrap_or(&file).to_string_lossy().replace('\\', "/");
                    parts.digests.push(digest_of_all([name.as_str(), source.digest.as_str()]));
                    self.part(&source, &file, &mut parts);
                }
            }
        }
        let digest = digest_of_all(parts.digests.iter().map(String::as_str));
        let products = parts.products.into_values().map(|(product, _)| product).collect();
        let advisories = parts.advisories.into_values().map(|(advisory, _)| advisory).collect();
        (!self.has_errors()).then(|| Database::new(products, parts.settings, advisories, parts.rows, digest))
    }

    fn part(&mut self, source: &Source, file: &Path, parts: &mut Parts) {
        if file.extension().is_some_and(|extension| extension == "csv") {
            return self.update_rows(source, &mut parts.rows);
        }
        let Some(root) = self.tree(source) else { return };
        let kinds = ["advisory", "product", "settings"];
        let kind = kinds.iter().find(|kind| root.get("schema").and_then(|node| node.text()) == Some(&schema(kind)));
        match kind {
            Some(&"product") => self.product(source, parts),
            Some(&"settings") => self.settings(source, parts),
            _ => self.advisory(source, parts),
        }
    }

    fn product(&mut self, source: &Source, parts: &mut Parts) {
        let Some((product, root)) = self.document::<Product>(source, "product") else { return };
        if product.branch_parts == 0 {
            let message = "`branch_parts` must be at least 1".to_owned();
            self.report(
                &source.path,
                &source.text,
                Problem::new("bad-value", message).at(root.follow(["branch_parts"])),
            );
        }
        // A later folder's product replaces an earlier one: products are knowledge, not judgement.
        parts.products.insert(product.id.clone(), (product, source.path.clone()));
    }

    fn settings(&mut self, source: &Source, parts: &mut Parts) {
        if let Some((settings, _)) = self.document::<Settings>(source, "settings") {
            parts.settings.extend(settings.settings);
        }
    }

    fn advisory(&mut self, source: &Source, parts: &mut Parts) {
        let Some((advisory, root)) = self.document::<Advisory>(source, "advisory") else { return };
        for (key, message) in advisory::problems(&advisory) {
            self.report(&source.path, &source.text, Problem::new("bad-value", message).at(root.follow([key])));
        }
        let replaced = advisory.overrides.clone();
        if let Some((_, first)) = parts.advisories.get(&advisory.id)
            && replaced.as_ref() != Some(&advisory.id)
        {
            let message = format!("duplicate advisory `{}`, first given in {first}", advisory.id);
            let problem = Problem::new("duplicate-advisory", message).at(root.follow(["id"]));
            let help = format!("state `overrides: {}` to replace it", advisory.id);
            self.report(&source.path, &source.text, problem.helped(Some(help)));
        }
        if let Some(replaced) = replaced {
            parts.advisories.remove(&replaced);
        }
        parts.advisories.insert(advisory.id.clone(), (advisory, source.path.clone()));
    }

    fn update_rows(&mut self, source: &Source, rows: &mut Vec<UpdateRow>) {
        let mut reader =
            csv::ReaderBuilder::new().comment(Some(b'#')).trim(csv::Trim::All).from_reader(source.text.as_bytes());
        let mut seen: HashMap<(String, String, String), u64> = HashMap::new();
        let headers = reader.headers().cloned().unwrap_or_default();
        for record in reader.records() {
            let (row, line) = match record {
                Ok(record) => {
                    let line = record.position().map_or(0, csv::Position::line);
                    (record.deserialize::<UpdateRow>(Some(&headers)), line)
                }
                Err(error) => {
                    let line = error.position().map_or(0, csv::Position::line);
                    (Err(error), line)
                }
            };
            let place = crate::diagnostic::Place { line: usize::try_from(line).unwrap_or(0), column: 1 };
            match row {
                Ok(row) => {
                    let version = row.version.as_ref().map(ToString::to_string).unwrap_or_default();
                    let key = (row.update.to_string(), row.product.to_string(), version);
                    if let Some(first) = seen.insert(key, line) {
                        let message = format!("duplicate row, first given in line {first}");
                        self.report(&source.path, &source.text, Problem::new("duplicate-row", message).placed(place));
                    }
                    rows.push(row);
                }
                Err(error) => {
                    let message = match error.kind() {
                        csv::ErrorKind::Deserialize { err, .. } => err.to_string(),
                        _ => error.to_string(),
                    };
                    self.report(&source.path, &source.text, Problem::new("bad-row", message).placed(place));
                }
            }
        }
    }
}

/// The database's files in a folder, sorted; hidden files and other kinds are not its own.
fn list(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    let mut entries = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        if is_hidden {
            continue;
        }
        // Follows links, so that a folder may link to a shared one.
        if path.metadata()?.is_dir() {
            list(&path, files)?;
        } else if path
            .extension()
            .is_some_and(|extension| ["yaml", "yml", "json", "csv"].iter().any(|known| extension == *known))
        {
            files.push(path);
        }
    }
    Ok(())
}
