//! The contract, page by page: small fleets in `tests/contract/<topic>.yaml`, and what the built program has to say about each.
//!
//! A topic has `about`, a `base` and `scenarios`; a scenario's own key replaces the base's. Keys: `name`, `at`, `products`,
//! `settings` (types, or whole declarations), `rows` (of a table of updates, by column), `coverage` (the families of
//! coverage.yaml), `advisories` (bodies; `schema`, `title`, `severity` and `published` are filled in), `inventory` (a list of
//! servers, collected at `at`, the whole fleet unless `complete` is false) or
//! `inventories` (whole documents), `pending`, `policy` (which holds nothing unless it says `hold`), `waivers`, `decision` (a
//! document beside the policy, as decision.json), `args`, `files` (raw text instead of what the harness would write: `inventory`,
//! `pending`, `policy`, `waivers`) and `expect`. An expected reason is written as words:
//! `known-bad PG-2014-0001 block unknown ?settings.x`, with `waived` when a waiver silences it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use patchgate::input::load::{decode::decode, node::parse};
use serde_json::{Map, Value, json};

#[test]
fn the_program_keeps_the_contract() {
    let schema = jsonschema::validator_for(&schema_of_decisions()).unwrap();
    let mut failures = Vec::new();
    let mut count = 0;
    for path in topics() {
        let topic = read(&path);
        let scenarios = topic["scenarios"].as_array().cloned().unwrap_or_default();
        assert!(!scenarios.is_empty(), "{} has no scenario", path.display());
        count += scenarios.len();
        for scenario in scenarios {
            let scenario = based_on(&topic["base"], &scenario);
            let differences = differences(&scenario, &schema);
            if !differences.is_empty() {
                let name = path.file_stem().unwrap().to_string_lossy();
                failures.push(format!("{name}: {}\n  {}", word(&scenario["name"]), differences.join("\n  ")));
            }
        }
    }
    let failed = failures.len();
    assert!(failures.is_empty(), "{failed} of {count} scenarios differ:\n\n{}\n", failures.join("\n\n"));
}

/// The topics, or those whose path holds what `CONTRACT` says.
fn topics() -> Vec<PathBuf> {
    let wanted = std::env::var("CONTRACT").unwrap_or_default();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/contract");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "yaml") && path.to_string_lossy().contains(&wanted));
    paths.sort();
    assert!(!paths.is_empty(), "no topic");
    paths
}

fn read(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap();
    let (root, problems) = parse(&text).unwrap_or_else(|problem| panic!("{}: {problem:?}", path.display()));
    assert!(problems.is_empty(), "{}: {problems:?}", path.display());
    decode(&root).0.unwrap()
}

fn based_on(base: &Value, scenario: &Value) -> Value {
    let mut whole = base.as_object().cloned().unwrap_or_default();
    whole.extend(scenario.as_object().expect("a scenario is a mapping").clone());
    Value::Object(whole)
}

fn schema_of_decisions() -> Value {
    let output = Command::cargo_bin("patchgate").unwrap().args(["schema", "decision"]).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

// Writing the inputs.

struct Inputs {
    folder: tempfile::TempDir,
    args: Vec<String>,
}

impl Inputs {
    fn of(scenario: &Value) -> Self {
        let mut inputs = Self { folder: tempfile::tempdir().unwrap(), args: vec!["decide".into()] };
        inputs.database(scenario);
        for (index, inventory) in inventories(scenario).into_iter().enumerate() {
            let text = raw(scenario, "inventory").unwrap_or_else(|| document("inventory", inventory));
            inputs.file("-i", &format!("inventory{index}.yaml"), &text);
        }
        let body = |key: &str, body: Value| raw(scenario, key).unwrap_or_else(|| document(key, body));
        inputs.file("-p", "pending.yaml", &body("pending", json!({"updates": list(&scenario["pending"])})));
        let mut policy = json!({"name": "test", "hold": []});
        policy.as_object_mut().unwrap().extend(scenario["policy"].as_object().cloned().unwrap_or_default());
        inputs.file("-P", "policy.yaml", &body("policy", policy));
        if !scenario["decision"].is_null() {
            fs::write(inputs.folder.path().join("decision.json"), scenario["decision"].to_string()).unwrap();
        }
        if !scenario["waivers"].is_null() || raw(scenario, "waivers").is_some() {
            inputs.file("-w", "waivers.yaml", &body("waivers", json!({"waivers": scenario["waivers"]})));
        }
        let args: Vec<_> = list(&scenario["args"]).iter().map(word).collect();
        if !args.iter().any(|arg| arg == "-f") {
            inputs.args.extend(["-f".into(), "json".into()]);
        }
        inputs.args.extend(["--at".into(), word(&scenario["at"])]);
        inputs.args.extend(args);
        inputs
    }

    fn database(&mut self, scenario: &Value) {
        let folder = self.folder.path().join("advisories");
        fs::create_dir_all(folder.join("products")).unwrap();
        fs::create_dir_all(folder.join("family")).unwrap();
        for product in list(&scenario["products"]) {
            let path = folder.join(format!("products/{}.yaml", word(&product["id"])));
            fs::write(path, document("product", product)).unwrap();
        }
        // Without any advisory nothing is decided at all; a withdrawn one never speaks.
        let withdrawn = json!({"id": "PG-2000-0001", "kind": "hazard", "status": "withdrawn", "triggers": ["restart"],
            "when": {"reboot_pending": true}});
        let advisories = list(&scenario["advisories"]);
        for advisory in if advisories.is_empty() { vec![withdrawn] } else { advisories } {
            let id = word(&advisory["id"]);
            let year = id.split('-').nth(1).unwrap_or("2010");
            let defaults =
                json!({"title": format!("{id} speaks"), "severity": "critical", "published": format!("{year}-01-01")});
            let path = folder.join(format!("family/{id}.yaml"));
            fs::write(path, document("advisory", based_on(&defaults, &advisory))).unwrap();
        }
        if let Value::Object(settings) = &scenario["settings"] {
            let setting = |(name, kind): (&String, &Value)| {
                let kind = if kind.is_object() { kind.clone() } else { json!({"type": kind}) };
                (name.clone(), based_on(&json!({"meaning": name, "collect": "by hand"}), &kind))
            };
            let settings: Map<_, _> = settings.iter().map(setting).collect();
            fs::write(folder.join("settings.yaml"), document("settings", json!({"settings": settings}))).unwrap();
        }
        if let Value::Object(families) = &scenario["coverage"] {
            fs::write(folder.join("coverage.yaml"), document("coverage", json!({"families": families}))).unwrap();
        }
        let rows = list(&scenario["rows"]);
        if !rows.is_empty() {
            fs::create_dir_all(folder.join("updates")).unwrap();
            fs::write(folder.join("updates/rows.csv"), table(&rows)).unwrap();
        }
        self.args.extend(["-a".into(), folder.to_string_lossy().into_owned()]);
    }

    fn file(&mut self, option: &str, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        self.args.extend([option.into(), path.to_string_lossy().into_owned()]);
    }

    fn run(&self) -> std::process::Output {
        Command::cargo_bin("patchgate").unwrap().args(&self.args).output().unwrap()
    }
}

fn inventories(scenario: &Value) -> Vec<Value> {
    match &scenario["inventories"] {
        Value::Array(all) => all.clone(),
        _ => {
            let is_complete = scenario["complete"].as_bool().unwrap_or(true);
            let servers = list(&scenario["inventory"]);
            vec![json!({"collected_at": scenario["at"], "complete": is_complete, "servers": servers})]
        }
    }
}

/// A table of updates, with the columns that its rows name.
fn table(rows: &[Value]) -> String {
    let columns: BTreeSet<&String> = rows.iter().flat_map(|row| row.as_object().unwrap().keys()).collect();
    let line = |cells: Vec<String>| cells.join(",") + "\n";
    let cells = |row: &Value| columns.iter().map(|column| row.get(*column).map(word).unwrap_or_default()).collect();
    let header = line(columns.iter().map(ToString::to_string).collect());
    header + &rows.iter().map(|row| line(cells(row))).collect::<String>()
}

/// JSON is YAML.
fn document(kind: &str, body: Value) -> String {
    let head = json!({"schema": format!("patchgate/{kind}/v1")});
    serde_json::to_string_pretty(&based_on(&head, &body)).unwrap()
}

fn raw(scenario: &Value, key: &str) -> Option<String> {
    scenario["files"][key].as_str().map(str::to_owned)
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

// Comparing.

fn differences(scenario: &Value, schema: &jsonschema::Validator) -> Vec<String> {
    let inputs = Inputs::of(scenario);
    let output = inputs.run();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let expect = &scenario["expect"];
    let mut found = Vec::new();
    let exit = output.status.code().map_or(Value::Null, Value::from);
    if expect["exit"] != exit {
        found.push(format!("exit: expected {}, got {exit}", expect["exit"]));
    }
    for part in list(&expect["stderr"]).iter().map(word) {
        if !stderr.contains(&part) {
            found.push(format!("standard error lacks `{part}`: {stderr}"));
        }
    }
    if exit == json!(2) {
        if !output.stdout.is_empty() {
            found.push("exit 2 with something on standard output".into());
        }
        if expect["exit"] != json!(2) {
            found.push(stderr);
        }
        return found;
    }
    let Ok(document) = serde_json::from_slice::<Value>(&output.stdout) else {
        found.push(format!("standard output is not JSON; standard error: {stderr}"));
        return found;
    };
    found.extend(schema.iter_errors(&document).map(|error| format!("schema: {error}")));
    laws(&document, &mut found);
    compare(expect, &document, &mut found);
    found
}

/// What the page says of every decision.
fn laws(document: &Value, found: &mut Vec<String>) {
    let decisions = list(&document["decisions"]);
    for decision in &decisions {
        let strictest = list(&decision["reasons"])
            .iter()
            .filter(|reason| reason["waived"].is_null())
            .map(|reason| rank(&word(&reason["effect"])))
            .max()
            .unwrap_or(0);
        let pair = pair(decision);
        if rank(&word(&decision["verdict"])) != strictest {
            found.push(format!("{pair}: the verdict is not the strictest of the reasons: {decision}"));
        }
        if (decision["verdict"] == "block") != decision["round"].is_null() {
            found.push(format!("{pair}: `round` is null when blocked and only then: {}", decision["round"]));
        }
        if decision["verdict"] == "block" && list(&decision["unblock"]).is_empty() {
            found.push(format!("{pair}: blocked without a way out"));
        }
        for reason in list(&decision["reasons"]) {
            if reason["truth"] == "unknown" && list(&reason["missing"]).is_empty() {
                found.push(format!("{pair}: unknown without `missing`: {}", show(&reason)));
            }
        }
    }
    let servers: Vec<_> = decisions.iter().map(|decision| word(&decision["server"]).to_lowercase()).collect();
    if !servers.is_sorted() {
        found.push("the decisions are not sorted by server".into());
    }
    for verdict in ["approve", "sequence", "block"] {
        let counts = |decision: &&Value| decision["verdict"] == verdict && !is_superseded(decision);
        check_count(&document["summary"], verdict, decisions.iter().filter(counts).count(), found);
    }
    let superseded = decisions.iter().filter(|decision| is_superseded(decision)).count();
    check_count(&document["summary"], "superseded", superseded, found);
}

/// What a newer update replaces is counted apart.
fn is_superseded(decision: &Value) -> bool {
    list(&decision["reasons"]).iter().any(|reason| reason["rule"] == "superseded")
}

fn check_count(summary: &Value, word: &str, count: usize, found: &mut Vec<String>) {
    if summary[word] != json!(count) {
        found.push(format!("summary.{word} is {}, counted {count}", summary[word]));
    }
}

fn rank(effect: &str) -> u8 {
    match effect {
        "block" => 2,
        "sequence" => 1,
        _ => 0,
    }
}

fn compare(expect: &Value, document: &Value, found: &mut Vec<String>) {
    if let Value::Object(pairs) = &expect["pairs"] {
        compare_pairs(pairs, &list(&document["decisions"]), found);
    }
    for key in ["groups", "missing", "coverage", "unplaced"] {
        if let Value::Array(wanted) = &expect[key] {
            let got = list(&document[key]);
            let is_same = wanted.len() == got.len() && wanted.iter().zip(&got).all(|(wanted, got)| holds(wanted, got));
            if !is_same {
                found.push(format!("{key}: expected {}, got {}", expect[key], document[key]));
            }
        }
    }
    if !holds(&expect["summary"], &document["summary"]) && !expect["summary"].is_null() {
        found.push(format!("summary: expected {}, got {}", expect["summary"], document["summary"]));
    }
    let notes: Vec<_> = list(&document["notes"]).iter().map(word).collect();
    for wanted in list(&expect["notes"]) {
        // Several parts in one list have to be in one note.
        let parts: Vec<_> =
            wanted.as_array().cloned().unwrap_or_else(|| vec![wanted.clone()]).iter().map(word).collect();
        if !notes.iter().any(|note| parts.iter().all(|part| note.contains(part.as_str()))) {
            found.push(format!("no note with {parts:?}: {notes:?}"));
        }
    }
    for part in list(&expect["no_notes"]).iter().map(word) {
        if let Some(note) = notes.iter().find(|note| note.contains(&part)) {
            found.push(format!("a note with `{part}`: {note}"));
        }
    }
}

fn compare_pairs(wanted: &Map<String, Value>, decisions: &[Value], found: &mut Vec<String>) {
    for decision in decisions {
        if !wanted.contains_key(&pair(decision)) {
            found.push(format!("{}: evaluated, and should not be ({})", pair(decision), word(&decision["verdict"])));
        }
    }
    for (name, wanted) in wanted {
        let Some(decision) = decisions.iter().find(|decision| pair(decision) == *name) else {
            found.push(format!("{name}: not evaluated"));
            continue;
        };
        let wanted = if wanted.is_string() { json!({"verdict": wanted}) } else { wanted.clone() };
        for (key, value) in wanted.as_object().unwrap() {
            let got = &decision[key];
            match key.as_str() {
                "reasons" => compare_reasons(name, &list(value), &list(got), found),
                "includes" => {
                    let reasons = list(&decision["reasons"]);
                    for one in list(value).iter().map(word) {
                        if !reasons.iter().any(|reason| is_reason(&one, reason)) {
                            found.push(format!("{name}: no reason `{one}` among {}", show_all(&reasons)));
                        }
                    }
                }
                // Words of a reason's message or of a way out.
                "says" => {
                    let messages = list(&decision["reasons"]).into_iter().map(|reason| word(&reason["message"]));
                    let ways = list(&decision["unblock"]).into_iter().map(|way| word(&way["do"]));
                    let told: Vec<_> = messages.chain(ways).collect();
                    for part in list(value).iter().map(word) {
                        if !told.iter().any(|one| one.contains(&part)) {
                            found.push(format!("{name}: nothing says `{part}`: {told:?}"));
                        }
                    }
                }
                "after" | "with" => {
                    let got: Vec<_> = list(got).iter().map(pair).collect();
                    if json!(got) != *value {
                        found.push(format!("{name}: {key}: expected {value}, got {got:?}"));
                    }
                }
                _ if got != value => {
                    let reasons = show_all(&list(&decision["reasons"]));
                    found.push(format!("{name}: {key}: expected {value}, got {got}; reasons: {reasons}"));
                }
                _ => {}
            }
        }
    }
}

/// All reasons and no other; notes on freshness count only where one is expected.
fn compare_reasons(name: &str, wanted: &[Value], got: &[Value], found: &mut Vec<String>) {
    let wanted: Vec<_> = wanted.iter().map(word).collect();
    let keeps_freshness = wanted.iter().any(|one| one.starts_with("freshness"));
    let is_counted = |reason: &&Value| keeps_freshness || reason["rule"] != "freshness" || reason["effect"] != "note";
    let got: Vec<_> = got.iter().filter(is_counted).collect();
    let is_same = wanted.len() == got.len()
        && wanted.iter().all(|one| got.iter().any(|reason| is_reason(one, reason)))
        && got.iter().all(|reason| wanted.iter().any(|one| is_reason(one, reason)));
    if !is_same {
        let got: Vec<_> = got.into_iter().cloned().collect();
        found.push(format!("{name}: reasons: expected {wanted:?}, got {}", show_all(&got)));
    }
}

fn is_reason(words: &str, reason: &Value) -> bool {
    let mut words = words.split_whitespace();
    if word(&reason["rule"]) != words.next().unwrap_or_default() {
        return false;
    }
    let words: Vec<_> = words.collect();
    let missing: Vec<_> = words.iter().filter_map(|word| word.strip_prefix('?')).collect();
    let is_waived = words.contains(&"waived");
    is_waived != reason["waived"].is_null()
        && (missing.is_empty() || json!(missing) == reason["missing"])
        && words.iter().filter(|word| !word.starts_with('?')).all(|one| match *one {
            "waived" => true,
            "true" | "unknown" | "false" => word(&reason["truth"]) == *one,
            "note" | "sequence" | "block" => word(&reason["effect"]) == *one,
            id => word(&reason["advisory"]) == id,
        })
}

/// Whether what is wanted is all there; what is not mentioned may be anything.
fn holds(wanted: &Value, got: &Value) -> bool {
    match wanted {
        Value::Object(wanted) => wanted.iter().all(|(key, value)| holds(value, &got[key])),
        _ => wanted == got,
    }
}

fn pair(value: &Value) -> String {
    format!("{} {}", word(&value["server"]), word(&value["update"]))
}

fn show(reason: &Value) -> String {
    let missing = list(&reason["missing"]).iter().map(|fact| format!(" ?{}", word(fact))).collect::<String>();
    let advisory = reason["advisory"].as_str().map(|id| format!("{id} ")).unwrap_or_default();
    let waived = if reason["waived"].is_null() { "" } else { " waived" };
    format!(
        "{} {advisory}{} {}{missing}{waived} ({})",
        word(&reason["rule"]),
        word(&reason["effect"]),
        word(&reason["truth"]),
        word(&reason["message"])
    )
}

fn show_all(reasons: &[Value]) -> String {
    let shown: Vec<_> = reasons.iter().map(show).collect();
    if shown.is_empty() { "none".into() } else { shown.join("; ") }
}
