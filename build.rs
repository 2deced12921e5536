//! Joins the files of `advisories/` to documents and tables that the program carries with it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use granit_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=advisories");
    println!("cargo::rerun-if-changed=policies/default.yaml");
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("advisories");
    let mut files = Vec::new();
    list(&root, &mut files)?;
    let mut products = Vec::new();
    let mut advisories = Vec::new();
    let mut updates = Vec::new();
    let mut settings = json!({"schema": "patchgate/settings/v1", "settings": {}});
    let mut event_sources = json!({"schema": "patchgate/event-sources/v1", "logs": {}});
    let mut digests = Vec::new();
    for file in files {
        let bytes = fs::read(&file)?;
        let name = file.strip_prefix(&root)?.to_string_lossy().replace('\\', "/");
        digests.push(digest_of([name, hex(&bytes)]));
        let text = String::from_utf8(bytes)?;
        if file.extension().is_some_and(|extension| extension == "csv") {
            rows(&text, &mut updates)?;
            continue;
        }
        let value = yaml(&text).map_err(|error| format!("{}: {error}", file.display()))?;
        match value.get("schema").and_then(Value::as_str) {
            Some("patchgate/product/v1") => products.push(value),
            Some("patchgate/settings/v1") => settings = value,
            Some("patchgate/event-sources/v1") => event_sources = value,
            // Cases prove an advisory; the gate does not need them to decide.
            _ => advisories.push(without(value, &["cases", "survivors"])),
        }
    }
    let embedded = Embedded { digest: digest_of(digests), products, settings, event_sources, advisories, updates };
    embedded.write(Path::new(&std::env::var("OUT_DIR")?))
}

/// What the program carries with it.
struct Embedded {
    digest: String,
    products: Vec<Value>,
    settings: Value,
    event_sources: Value,
    advisories: Vec<Value>,
    updates: Vec<Value>,
}

impl Embedded {
    /// Two documents and three tables. A decision reads the small document and looks its updates up in the tables, which are
    /// sorted for that; only who asks for everything reads the large document.
    fn write(&self, folder: &Path) -> Result<(), Box<dyn Error>> {
        let bare =
            self.products.iter().map(|product| without(product.clone(), &["builds", "aliases", "end_of_support"]));
        let core = json!({
            "digest": self.digest,
            "products": bare.collect::<Vec<_>>(),
            "settings": self.settings,
            "ids": self.advisories.iter().map(|advisory| &advisory["id"]).collect::<Vec<_>>(),
            "newest_change": self.advisories.iter().filter_map(last_change).max(),
        });
        let told = self.advisories.iter().map(|advisory| {
            let told = TOLD.iter().filter_map(|key| Some(((*key).to_owned(), advisory.get(*key)?.clone())));
            (text(&advisory["id"]), told.collect::<Map<_, _>>().into())
        });
        let told: Map<String, Value> = told.collect();
        let rest = json!({"products": self.products, "event_sources": self.event_sources, "told": told});
        fs::write(folder.join("core.json"), serde_json::to_string(&core)?)?;
        fs::write(folder.join("rest.json"), serde_json::to_string(&rest)?)?;
        let (index, advisories) = self.advisory_table()?;
        fs::write(folder.join("advisories.tsv"), index)?;
        fs::write(folder.join("advisories.json"), advisories)?;
        let rows = self.update_table();
        fs::write(folder.join("updates.tsv"), joined(rows.iter().map(|row| row.join("\t")).collect()))?;
        fs::write(folder.join("superseded.tsv"), superseded(&rows))?;
        Ok(())
    }

    /// Kind, updates, products of builds and affected products of each advisory, and how many bytes it has; and the
    /// advisories, one after another.
    fn advisory_table(&self) -> Result<(String, String), Box<dyn Error>> {
        let (mut lines, mut all) = (Vec::new(), String::new());
        for advisory in &self.advisories {
            let updates = entries(advisory, "updates").map(|one| update_id(&text(one.get("id").unwrap_or(one))));
            let products = entries(advisory, "builds").map(|one| text(&one["product"]));
            let affected = entries(advisory, "affects").map(|one| text(&one["product"]));
            let written = serde_json::to_string(&without(advisory.clone(), &TOLD))?;
            let length = written.len().to_string();
            let words = [text(&advisory["kind"]), spaced(updates), spaced(products), spaced(affected), length];
            lines.push(words.join("\t"));
            all += &written;
        }
        Ok((lines.join("\n") + "\n", all))
    }

    /// Builds and rows alike: update, product, version, released, restart, supersedes, where it is from.
    fn update_table(&self) -> Vec<[String; 7]> {
        let mut table = Vec::new();
        for product in &self.products {
            for build in entries(product, "builds").filter(|build| build.get("update").is_some()) {
                let column = |key: &str| text(&build[key]);
                let supersedes = spaced(entries(build, "supersedes").map(|id| update_id(&text(id))));
                let (update, product) = (update_id(&column("update")), text(&product["id"]));
                let (version, released, kind) = (column("version"), column("released"), "build".into());
                table.push([update, product, version, released, String::new(), supersedes, kind]);
            }
        }
        for row in &self.updates {
            let [update, product, version, released, restart, supersedes] =
                ["update", "product", "version", "released", "restart", "supersedes"].map(|key| text(&row[key]));
            let supersedes = spaced(supersedes.split_whitespace().map(update_id));
            table.push([update_id(&update), product, version, released, restart, supersedes, "row".into()]);
        }
        table
    }
}

/// What an advisory tells people; no decision reads it.
const TOLD: [&str; 4] = ["impact", "cause", "symptoms", "notes"];

/// For each update the ones that supersede it directly.
fn superseded(rows: &[[String; 7]]) -> String {
    let mut newer: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for [update, _, _, _, _, supersedes, _] in rows {
        supersedes.split(' ').filter(|older| !older.is_empty()).for_each(|older| {
            newer.entry(older).or_default().insert(update);
        });
    }
    joined(
        newer
            .into_iter()
            .map(|(older, newer)| format!("{older}\t{}", spaced(newer.into_iter().map(str::to_owned))))
            .collect(),
    )
}

/// Lines in the order of their bytes, in which they are looked up.
fn joined(mut lines: Vec<String>) -> String {
    lines.sort_unstable();
    lines.join("\n") + "\n"
}

fn spaced(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(" ")
}

fn entries<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value[key].as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// An update's id as the program writes it, which is how it is looked up: `kb974571` and `974571` are `KB974571`.
fn update_id(text: &str) -> String {
    let digits = match text.get(..2) {
        Some(prefix) if prefix.eq_ignore_ascii_case("kb") => text.get(2..).unwrap_or_default().trim_start(),
        _ => text,
    };
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if is_number { format!("KB{digits}") } else { text.to_owned() }
}

fn last_change(advisory: &Value) -> Option<&str> {
    advisory["updated"].as_str().or_else(|| advisory["published"].as_str())
}

fn without(mut value: Value, left_out: &[&str]) -> Value {
    if let Some(keys) = value.as_object_mut() {
        left_out.iter().for_each(|key| drop(keys.remove(*key)));
    }
    value
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    let mut entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if path.is_dir() {
            list(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "yaml" || extension == "csv") {
            files.push(path);
        }
    }
    Ok(())
}

fn rows(text: &str, updates: &mut Vec<Value>) -> Result<(), Box<dyn Error>> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).trim(csv::Trim::All).from_reader(text.as_bytes());
    let headers = reader.headers()?.clone();
    for record in reader.records() {
        let record = record?;
        // Where a row is documented is for curators; the gate does not need it to decide.
        let filled = headers.iter().zip(&record).filter(|(key, value)| *key != "source" && !value.is_empty());
        updates.push(filled.map(|(key, value)| (key.to_owned(), Value::from(value))).collect::<Map<_, _>>().into());
    }
    Ok(())
}

/// The same digest as the loader computes for a folder.
fn digest_of(parts: impl IntoIterator<Item = String>) -> String {
    let mut parts: Vec<String> = parts.into_iter().collect();
    if let [only] = parts.as_slice() {
        return only.clone();
    }
    parts.sort_unstable();
    hex(parts.join("\n").as_bytes())
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The keys of conditions whose values may be numbers with a fraction; elsewhere such a text is a version.
const FIGURES: [&str; 4] = ["at_least", "below", "equals", "in"];

fn figure(value: Value) -> Value {
    if let Value::Array(values) = value {
        return values.into_iter().map(figure).collect();
    }
    let number = value.as_str().and_then(|text| text.parse::<f64>().ok()).filter(|number| number.is_finite());
    number.map_or(value, Value::from)
}

/// A YAML document as JSON. The curated files use no tags.
fn yaml(text: &str) -> Result<Value, Box<dyn Error>> {
    let mut open: Vec<(Value, Option<String>, usize)> = Vec::new();
    let mut anchors: HashMap<usize, Value> = HashMap::new();
    let mut root = Value::Null;
    for event in Parser::new_from_str(text) {
        let (event, span) = event?;
        let (value, anchor) = match event {
            Event::Scalar(text, style, anchor, _) => (scalar(&text, style == ScalarStyle::Plain), anchor),
            Event::SequenceStart(_, anchor, _) => {
                open.push((json!([]), None, anchor));
                continue;
            }
            Event::MappingStart(_, anchor, _) => {
                open.push((json!({}), None, anchor));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                open.pop().map(|(value, _, anchor)| (value, anchor)).unwrap_or_default()
            }
            Event::Alias(anchor) => {
                let named = anchors.get(&anchor).cloned();
                (named.ok_or_else(|| format!("line {}: an alias of nothing", span.start.line()))?, 0)
            }
            _ => continue,
        };
        // Anchors count from 1; what has none has 0.
        if anchor > 0 {
            anchors.insert(anchor, value.clone());
        }
        match open.last_mut() {
            None => root = value,
            Some((Value::Array(items), ..)) => items.push(value),
            Some((Value::Object(entries), key, _)) => match key.take() {
                None => *key = Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned)),
                Some(key) if entries.contains_key(&key) => {
                    return Err(format!("line {}: duplicate key {key}", span.start.line()).into());
                }
                Some(key) => {
                    let value = if FIGURES.contains(&key.as_str()) { figure(value) } else { value };
                    entries.insert(key, value);
                }
            },
            Some(_) => {}
        }
    }
    Ok(root)
}

/// Numbers stay texts where they would lose their form: `1.10` is a version, not 1.1.
fn scalar(text: &str, is_plain: bool) -> Value {
    match text {
        _ if !is_plain => text.into(),
        "true" => true.into(),
        "false" => false.into(),
        "" | "~" | "null" => Value::Null,
        _ => text
            .parse::<u64>()
            .ok()
            .filter(|number| number.to_string() == text)
            .map_or_else(|| text.into(), Value::from),
    }
}
