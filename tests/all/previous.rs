//! Files of previous versions: what their users have is read, and decided as it was.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use patchgate::document::decision::Document;
use patchgate::input::load::decode::decode;
use patchgate::input::load::node::parse;
use serde::Deserialize;
use serde_json::Value;

/// The folders of the versions.
fn versions() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/previous");
    let entries = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    let versions: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    assert!(!versions.is_empty());
    versions
}

const AT: [&str; 2] = ["--at", "2024-08-22T08:00:00Z"];
const INPUTS: [&str; 8] = ["-i", "inventory.yaml", "-p", "pending.yaml", "-P", "policy.yaml", "-a", "advisories"];

fn run(folder: &Path, arguments: &[&[&str]]) -> (Option<i32>, String) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_patchgate")).current_dir(folder).args(arguments.concat()).output().unwrap();
    assert!(output.status.code() != Some(2), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

fn decision(folder: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(folder.join("decision.json")).unwrap()).unwrap()
}

/// Verdicts that later versions change on purpose.
#[derive(Deserialize)]
struct Change {
    since: String,
    was: String,
    is: String,
    pairs: Vec<Pair>,
}

/// The names of a pair.
#[derive(Deserialize, PartialEq)]
struct Pair {
    server: String,
    update: String,
}

impl Change {
    /// Whether it says that these two decisions about a pair differ.
    fn explains(&self, version: &str, then: &Value, today: &Value) -> bool {
        let names = |pair: &Pair| then["server"] == *pair.server && then["update"] == *pair.update;
        version < self.since.as_str()
            && then["verdict"] == *self.was
            && today["verdict"] == *self.is
            && self.pairs.iter().any(names)
    }
}

fn changes() -> Vec<Change> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/previous/changed.yaml");
    let (node, problems) = parse(&fs::read_to_string(file).unwrap()).unwrap();
    assert!(problems.is_empty(), "{problems:?}");
    let (changes, problems) = decode::<Vec<Change>>(&node);
    assert!(problems.is_empty(), "{problems:?}");
    changes.unwrap()
}

/// What decides a verdict, apart from the age of the data, which has another measure since 0.3, and from turns, whose
/// order is another one.
fn reasons(decision: &Value) -> BTreeSet<[String; 4]> {
    let reasons = decision["reasons"].as_array().unwrap().iter();
    let is_turn =
        |one: &Value| ["pool", "order"].contains(&one["rule"].as_str().unwrap()) && one["effect"] == "sequence";
    let kept = reasons.filter(|one| one["rule"] != "freshness" && !is_turn(one));
    kept.map(|one| ["rule", "advisory", "effect", "truth"].map(|key| one[key].to_string())).collect()
}

#[test]
fn inputs_are_decided_as_they_were() {
    let (changes, mut used) = (changes(), BTreeSet::new());
    for folder in versions() {
        let version = folder.file_name().unwrap().to_str().unwrap();
        let (code, told) = run(&folder, &[&["decide", "-f", "json", "-w", "waivers.yaml"], &INPUTS, &AT]);
        let (today, then): (Value, Value) = (serde_json::from_str(&told).unwrap(), decision(&folder));
        assert_eq!(code, Some(1), "{version}");
        let both = || today["decisions"].as_array().unwrap().iter().zip(then["decisions"].as_array().unwrap());
        assert_eq!(today["summary"]["pairs"], then["summary"]["pairs"], "{version}");
        for (today, then) in both() {
            assert_eq!([&today["server"], &today["update"]], [&then["server"], &then["update"]], "{version}");
            if today["verdict"] == then["verdict"] && reasons(today) == reasons(then) {
                continue;
            }
            let change = changes.iter().position(|change| change.explains(version, then, today));
            used.insert(change.unwrap_or_else(|| panic!("{version}: {then:#} has become {today:#}")));
        }
    }
    assert_eq!(used.len(), changes.len(), "an entry of changed.yaml changes nothing");
}

#[test]
fn checks_accept_them() {
    for folder in versions() {
        run(&folder, &[&["policy", "check", "policy.yaml"], &AT]);
        run(&folder, &[&["waiver", "check", "waivers.yaml"], &INPUTS, &AT]);
        run(&folder, &[&["advisory", "lint", "advisories", "-a", "builtin"], &AT]);
        run(&folder, &[&["advisory", "test", "advisories", "-a", "builtin"]]);
    }
}

#[test]
fn documents_are_read_and_lose_nothing() {
    for folder in versions() {
        let written = decision(&folder);
        let (_, schema) = run(&folder, &[&["schema", "decision"]]);
        let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
        assert!(validator.is_valid(&written), "{:?}", validator.iter_errors(&written).next());
        let document: Document = serde_json::from_value(written.clone()).unwrap();
        let read = serde_json::to_value(&document).unwrap();
        assert_eq!(lost(&read, &written, ""), Vec::<String>::new(), "{}", folder.display());
    }
}

/// Where a document lacks what another one says; it may say more.
fn lost(read: &Value, written: &Value, place: &str) -> Vec<String> {
    match (read, written) {
        (Value::Object(read), Value::Object(written)) => {
            let part = |(key, value): (&String, &Value)| lost(&read[key], value, &format!("{place}/{key}"));
            written
                .iter()
                .filter(|(key, _)| read.contains_key(*key))
                .flat_map(part)
                .chain(written.keys().filter(|key| !read.contains_key(*key)).map(|key| format!("{place}/{key}")))
                .collect()
        }
        (Value::Array(read), Value::Array(written)) if read.len() == written.len() => {
            read.iter().zip(written).flat_map(|(read, written)| lost(read, written, place)).collect()
        }
        _ if read == written => Vec::new(),
        _ => vec![place.to_owned()],
    }
}
