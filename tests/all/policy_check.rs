//! The rules on policies: each on its own cases; and `policy check` as people and pipelines call it.

use crate::fixtures::insist_on_cases;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::Arc;

use assert_cmd::Command;
use patchgate::curate::lint::levels::RuleLevels;
use patchgate::curate::lint::policy::{CheckedPolicy, POLICY_RULES, check};
use patchgate::curate::lint::selectors::IndexedFleet;
use patchgate::curate::lint::{described, locate};
use patchgate::diagnostic::Diagnostic;
use patchgate::document::findings::Findings;
use patchgate::input::load::Loader;
use patchgate::policy::windows::Window;
use patchgate::render::Formats;

const AT: &str = "2026-11-21T08:00:00Z";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// What the rules find in a policy, held against the fleet of these cases.
fn found(path: &Path) -> Vec<Diagnostic> {
    let folder = root().join("tests/policy");
    let mut loader = Loader::default();
    let fleet = loader.fleet(&[folder.join("inventory.yaml")], false).unwrap();
    let pending = loader.pending(&folder.join("pending.yaml")).unwrap();
    let database = loader.data(&[folder.join("database")]).unwrap();
    let source = Arc::new(loader.read(path).unwrap());
    let policy = loader.policy_of(&source);
    assert!(!loader.has_errors(), "{:#?}", loader.finish());
    let policy = policy.unwrap();
    let fleet = IndexedFleet::new(&fleet.servers);
    let checked = CheckedPolicy {
        policy: &policy.value,
        root: &policy.root,
        database: &database,
        fleet: Some(&fleet),
        pending: Some(&pending.value.updates),
        at: AT.parse().unwrap(),
    };
    locate(check(&checked, &source), &RuleLevels::of(&described(POLICY_RULES)))
}

#[test]
fn every_rule_has_a_policy_that_keeps_it_and_one_that_breaks_it_alone() {
    for rule in POLICY_RULES {
        insist_on_cases("tests/policy", rule.code, "a policy, held against tests/policy/{inventory,pending}.yaml,");
        let folder = root().join("tests/policy").join(rule.code);
        let good = found(&folder.join("good.yaml"));
        assert!(good.is_empty(), "{}: {good:#?}", rule.code);
        let bad = found(&folder.join("bad.yaml"));
        let codes: BTreeSet<&str> = bad.iter().map(|one| one.code).collect();
        assert_eq!(codes, BTreeSet::from([rule.code]), "{bad:#?}");
        assert!(bad.iter().all(|one| one.level == rule.level && one.place.line > 0), "{bad:#?}");
    }
}

/// What the cases of one file cannot show beside each other.
#[test]
fn rules_find_each_way_to_break_them() {
    let cases = [
        ("pools: {max_unavailable: {share: 100%}}", "pool-allows-all"),
        ("pools: {max_unavailable: {table: {2: 1, 3: 3}}}", "pool-allows-all"),
        ("pools: {max_unavailable: {table: {1: 0, 2: 0}}}", "pool-allows-nobody"),
        ("pools: {max_unavailable: 0}", "pool-allows-nobody"),
        ("pools: {max_unavailable: {table: {}}}", "pool-table-gap"),
        ("effects: {prerequisite: {high: sequence, medium: sequence}}", "meaningless-effect"),
        ("effects: {hazard: {medium: enforce}}", "meaningless-effect"),
        ("unknown: {critical: enforce}", "meaningless-effect"),
        ("hold: [{title: ' '}]", "hold-matches-nothing"),
        ("hold: [{title: '*driver{s}*'}]", "hold-title-brackets"),
        ("hold: [{title: '*Net*', classification: [driver]}, {title: '*net*'}]", "hold-subsumed"),
        ("hold: [{products: []}]", "hold-matches-nothing"),
        ("hold: [{update: KB5000001}, {update: KB5000001, servers: {ring: pilot}}]", "hold-subsumed"),
        ("hold: [{update: KB5000001}, {update: KB5000001, until: 2027-01-31}]", "hold-subsumed"),
        ("hold: [{update: KB5000001}, {update: KB5000001, trial: true}]", "hold-subsumed"),
        ("hold: [{update: KB5000001, servers: {ring: brod}}]", "unknown-ring"),
        ("hold: [{update: KB5000001, servers: {groups: Web, ring: broad}}]", "unknown-name"),
        ("not_together: [[{pool: www.contoso.com}, {pool: sql}]]", "unknown-name"),
        ("one_at_a_time: [{role: web, ring: pilot, per: site}]", "matches-no-server"),
        (
            "freeze: [{name: a, from: 2026-12-01, to: 2026-12-02}, {name: b, from: 2026-12-01, to: 2026-12-02}]",
            "freeze-within-freeze",
        ),
        ("freshness: {inventory: 0d}", "never-fresh"),
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.yaml");
    for (text, code) in cases {
        std::fs::write(&path, format!("schema: patchgate/policy/v1\nname: house\n{text}\n")).unwrap();
        let codes: BTreeSet<&str> = found(&path).iter().map(|one| one.code).collect();
        assert_eq!(codes, BTreeSet::from([code]), "{text}");
    }
    // What holds less, or only tells, takes nothing from another one.
    for hold in [
        "[{update: KB5000001, until: 2027-01-31}, {update: KB5000001, until: 2027-02-28, trial: true}]",
        "[{update: KB5000001, trial: true}, {update: KB5000001, until: 2027-01-31}]",
        "[{update: KB5000001, products: [web-server]}, {update: KB5000001, servers: {groups: web-servers}}]",
    ] {
        std::fs::write(&path, format!("schema: patchgate/policy/v1\nname: house\nhold: {hold}\n")).unwrap();
        let codes: Vec<&str> = found(&path).iter().map(|one| one.code).collect();
        assert!(codes.is_empty(), "{hold}: {codes:?}");
    }
}

#[test]
fn what_is_written_as_0_2_did_is_told_and_checked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.yaml");
    std::fs::write(&path, "schema: patchgate/policy/v1\nname: p\neffects: {reported: note}\n").unwrap();
    let output = run(&[path.to_str().unwrap()]);
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(told.contains("policy.yaml:3:21: warning[old-form]: `reported: note` is how 0.2 wrote it"), "{told}");
}

#[test]
fn windows_open_at_their_local_time() {
    let year = ("2026-11-21T08:00:00Z".parse().unwrap(), "2027-11-21T08:00:00Z".parse().unwrap());
    let window = |every: &str, at: &str, tz: &str| -> Window {
        let window = serde_json::json!({"servers": {"ring": "a"}, "every": every, "at": at, "for": "4h", "tz": tz});
        serde_json::from_value(window).unwrap()
    };
    // From calendars: the second Tuesday of December 2026 is the 8th, the fifth Sunday of November the 29th.
    let cases = [
        ("second tuesday + 4d", "22:00", "Europe/Berlin", "2026-12-12T21:00:00Z", 12),
        ("fifth sunday", "04:00", "UTC", "2026-11-29T04:00:00Z", 5),
        ("last friday + 5d", "00:00", "America/New_York", "2026-12-02T05:00:00Z", 12),
        ("saturday", "10:00", "Europe/Berlin", "2026-11-21T09:00:00Z", 53),
        ("last sunday", "02:30", "Europe/Berlin", "2026-11-29T01:30:00Z", 11),
    ];
    for (every, at, tz, first, number) in cases {
        let window = window(every, at, tz);
        let openings = window.openings(year.0, year.1);
        assert_eq!((openings[0].from.to_string().as_str(), openings.len()), (first, number), "{every}");
        assert!(openings.iter().all(|one| one.to.duration_since(one.from).as_hours() == 4), "{every}");
    }
    let left_out = window("last sunday", "02:30", "Europe/Berlin").left_out(year.0, year.1);
    assert_eq!(left_out.iter().map(ToString::to_string).collect::<Vec<_>>(), ["2027-03-28"]);
}

#[test]
fn no_case_is_left_of_a_rule_that_is_gone() {
    let codes: BTreeSet<&str> = POLICY_RULES.iter().map(|rule| rule.code).collect();
    assert_eq!(codes.len(), POLICY_RULES.len(), "two rules have the same code");
    for entry in std::fs::read_dir(root().join("tests/policy")).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        assert!(codes.contains(name.as_str()) || name.ends_with(".yaml") || name == "database", "{name}");
    }
}

#[test]
fn the_policies_that_come_with_the_program_are_clean() {
    let folder = root().join("policies");
    for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let found = found(&path);
        assert!(found.is_empty(), "{found:#?}");
    }
}

fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_patchgate"));
    command.current_dir(root()).args(["policy", "check"]).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

const CONTOSO: [&str; 7] = [
    "examples/contoso/policy.yaml",
    "-i",
    "examples/contoso/inventory.yaml",
    "-p",
    "examples/contoso/pending.yaml",
    "--at",
    "2024-08-22T08:00:00Z",
];

#[test]
fn the_example_is_clean_on_its_day_and_not_two_years_later() {
    let output = run(&CONTOSO);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let scope = "policy check: nothing wrong in 1 policy, 42 servers, 27 pending updates\n";
    assert_eq!(text(&output.stdout), scope);
    let later = run(&["examples/contoso/policy.yaml", "--at", AT]);
    assert_eq!(later.status.code(), Some(1));
    let told = text(&later.stderr);
    assert!(told.contains("policy.yaml:28:59: warning[freeze-past]: freeze `year end 2024` ended"), "{told}");
}

#[test]
fn a_policy_can_be_named_as_decide_names_it() {
    let policy = "tests/policy/unknown-ring/bad.yaml";
    for arguments in [vec![policy, "--at", AT], vec!["-P", policy, "--at", AT], vec![policy, "-P", policy, "--at", AT]]
    {
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(text(&output.stdout), "policy check: 1 error in 1 policy\n");
        let told = text(&output.stderr);
        assert!(told.contains("bad.yaml:4:30: error[unknown-ring]: policy `house` has no ring `brod`"), "{told}");
        assert!(told.contains("help: did you mean `broad`?"), "{told}");
    }
}

#[test]
fn levels_are_the_houses() {
    let policy = ["tests/policy/freeze-long/bad.yaml", "--at", AT];
    let with = |more: &[&str]| run(&[&policy[..], more].concat());
    let warned = with(&[]);
    assert_eq!((warned.status.code(), text(&warned.stderr).contains("warning[freeze-long]")), (Some(1), true));
    let denied = with(&["--deny", "freeze-long"]);
    assert_eq!((denied.status.code(), text(&denied.stderr).contains("error[freeze-long]")), (Some(1), true));
    for allowed in [vec!["--allow", "freeze-long"], vec!["--allow", "all"]] {
        assert_eq!(with(&allowed).status.code(), Some(0));
    }
    assert_eq!(with(&["--allow", "all", "--warn", "freeze-long"]).status.code(), Some(1));
    let unknown = with(&["--allow", "title-too-long"]);
    assert_eq!(unknown.status.code(), Some(2), "a rule on advisories");
}

#[test]
fn each_format_says_the_same_and_describes_these_rules() {
    let with = |format: &str| run(&["tests/policy/unknown-ring/bad.yaml", "--at", AT, "-f", format]);
    for format in Findings::FORMATS {
        let output = with(format.name);
        assert_eq!(output.status.code(), Some(1), "{}", format.name);
        let told = text(&output.stdout) + &text(&output.stderr);
        assert!(told.contains("unknown-ring") && told.contains("brod"), "{told}");
    }
    let json: serde_json::Value = serde_json::from_slice(&with("json").stdout).unwrap();
    assert_eq!((&json["command"], &json["summary"]["errors"]), (&"policy check".into(), &1.into()));
    let sarif: serde_json::Value = serde_json::from_slice(&with("sarif").stdout).unwrap();
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    let ids: Vec<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert_eq!(ids, POLICY_RULES.iter().map(|rule| rule.code).collect::<Vec<_>>());
}

#[test]
fn what_cannot_be_checked_ends_with_2() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.yaml");
    std::fs::write(&path, "schema: patchgate/policy/v1\nname: p\nringz: []\n").unwrap();
    let bad = path.to_str().unwrap();
    let cases: [&[&str]; 5] =
        [&[], &[bad], &["nowhere.yaml"], &["-", "-i", "-"], &["policies/default.yaml", "-p", bad]];
    for arguments in cases {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{arguments:?}");
    }
    let told = text(&run(&[bad]).stderr);
    assert!(told.contains("policy.yaml:3:1: error[unknown-key]") && told.contains("nothing was checked"), "{told}");
}

#[test]
fn a_file_of_findings_is_written_and_standard_input_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("findings.json");
    let policy = std::fs::read_to_string(root().join("tests/policy/unknown-ring/bad.yaml")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_patchgate"));
    let arguments = ["policy", "check", "-", "--at", AT, "-f", "json", "-o", path.to_str().unwrap()];
    let output = command.args(arguments).write_stdin(policy).output().unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    let json: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    assert_eq!(json["findings"][0]["path"], "<stdin>");
}
