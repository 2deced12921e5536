//! Joins the files of `advisories/` into one JSON document, so that the program carries its database with it.

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
            _ => advisories.push(without_cases(value)),
        }
    }
    let digest = digest_of(digests);
    let database = json!({
        "digest": digest, "products": products, "settings": settings, "event_sources": event_sources,
        "advisories": advisories, "updates": updates,
    });
    fs::write(Path::new(&std::env::var("OUT_DIR")?).join("database.json"), serde_json::to_string(&database)?)?;
    Ok(())
}

/// Cases prove an advisory; the gate does not need them to decide.
fn without_cases(mut advisory: Value) -> Value {
    if let Some(keys) = advisory.as_object_mut() {
        keys.remove("cases");
    }
    advisory
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

/// A YAML document as JSON. The curated files use neither anchors nor tags.
fn yaml(text: &str) -> Result<Value, Box<dyn Error>> {
    let mut open: Vec<(Value, Option<String>)> = Vec::new();
    let mut root = Value::Null;
    for event in Parser::new_from_str(text) {
        let (event, span) = event?;
        let value = match event {
            Event::Scalar(text, style, ..) => scalar(&text, style == ScalarStyle::Plain),
            Event::SequenceStart(..) => {
                open.push((json!([]), None));
                continue;
            }
            Event::MappingStart(..) => {
                open.push((json!({}), None));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => open.pop().map(|(value, _)| value).unwrap_or_default(),
            Event::Alias(_) => return Err(format!("line {}: an alias", span.start.line()).into()),
            _ => continue,
        };
        match open.last_mut() {
            None => root = value,
            Some((Value::Array(items), _)) => items.push(value),
            Some((Value::Object(entries), key)) => match key.take() {
                None => *key = Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned)),
                Some(key) if entries.contains_key(&key) => {
                    return Err(format!("line {}: duplicate key {key}", span.start.line()).into());
                }
                Some(key) => drop(entries.insert(key, value)),
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
