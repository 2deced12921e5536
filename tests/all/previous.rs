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

/// What later versions add on purpose is taken away: who decided, the list of batches, and counts of what there was not.
fn comparable(mut document: Value) -> Value {
    let keys = document.as_object_mut().unwrap();
    keys.retain(|key, _| !["tool", "batches"].contains(&key.as_str()));
    keys["summary"].as_object_mut().unwrap().retain(|key, _| !["unassessed", "trial"].contains(&key.as_str()));
    document
}

/// A decision as it is compared: since 0.3 the age of the data has another measure, and a hold says which it is.
fn settled(mut decision: Value) -> Value {
    let reasons = decision["reasons"].as_array_mut().unwrap();
    reasons.retain(|reason| reason["rule"] != "freshness");
    for hold in reasons.iter_mut().filter(|reason| reason["rule"] == "hold") {
        hold["message"] = Value::Null;
    }
    decision
}

/// Whether it rests on what was changed on purpose: since 0.3 a procedure that may apply calls for no more than its steps.
fn is_changed(decision: &Value) -> bool {
    let of_doubt = |reason: &Value| reason["rule"] == "procedure" && reason["truth"] == "unknown";
    decision["reasons"].as_array().unwrap().iter().any(of_doubt)
}

#[test]
fn inputs_are_decided_as_they_were() {
    for folder in versions() {
        let (code, told) = run(&folder, &[&["decide", "-f", "json", "-w", "waivers.yaml"], &INPUTS, &AT]);
        let (today, then): (Value, Value) = (serde_json::from_str(&told).unwrap(), decision(&folder));
        assert_eq!(code, Some(1), "{}", folder.display());
        let both = today["decisions"].as_array().unwrap().iter().zip(then["decisions"].as_array().unwrap());
        assert_eq!(today["summary"]["pairs"], then["summary"]["pairs"]);
        for (today, then) in both.filter(|(_, then)| !is_changed(then)) {
            assert_eq!(settled(today.clone()), settled(then.clone()), "{}", folder.display());
        }
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
