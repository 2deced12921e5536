//! Files of previous versions: what their users have is read, and decided as it was.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use patchgate::document::decision::Document;
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

/// What later versions add on purpose is taken away: who decided, and the list of batches.
fn comparable(mut document: Value) -> Value {
    document.as_object_mut().unwrap().retain(|key, _| !["tool", "batches"].contains(&key.as_str()));
    document
}

#[test]
fn inputs_are_decided_as_they_were() {
    for folder in versions() {
        let (code, told) = run(&folder, &[&["decide", "-f", "json", "-w", "waivers.yaml"], &INPUTS, &AT]);
        let (today, then) = (comparable(serde_json::from_str(&told).unwrap()), comparable(decision(&folder)));
        assert_eq!(code, Some(1), "{}", folder.display());
        for key in then.as_object().unwrap().keys() {
            assert_eq!(today[key], then[key], "{key} in {}", folder.display());
        }
        assert_eq!(today, then, "{}", folder.display());
    }
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
        assert_eq!(comparable(serde_json::to_value(&document).unwrap()), comparable(written));
    }
}
