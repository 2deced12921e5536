//! The rules on waivers: each on its own cases; and `waiver check` as people and pipelines call it.

use crate::fixtures::insist_on_cases;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::Arc;

use assert_cmd::Command;
use patchgate::curate::lint::levels::RuleLevels;
use patchgate::curate::lint::selectors::IndexedFleet;
use patchgate::curate::lint::waivers::{CheckedWaivers, WAIVER_RULES, check, located, usage};
use patchgate::curate::lint::{described, locate};
use patchgate::diagnostic::Diagnostic;
use patchgate::document::findings::Findings;
use patchgate::evaluate::Question;
use patchgate::input::load::Loader;
use patchgate::input::load::database::WithSource;
use patchgate::render::Formats;

const AT: &str = "2026-11-21T08:00:00Z";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// What the rules find in waivers, held against the fleet of these cases.
fn found(path: &Path) -> Vec<Diagnostic> {
    let folder = root().join("tests/waivers");
    let mut loader = Loader::default();
    let fleet = loader.fleet(&[folder.join("inventory.yaml")], false).unwrap();
    let pending = loader.pending(&folder.join("pending.yaml")).unwrap();
    let policy = loader.policy(&folder.join("policy.yaml")).unwrap();
    let database = loader.database(&[folder.join("database")]);
    let source = Arc::new(loader.read(path).unwrap());
    let waivers = loader.waivers_of(&source);
    assert!(!loader.has_errors(), "{:#?}", loader.finish());
    let (database, files) = (database.unwrap(), [WithSource { value: waivers.unwrap().value, source }]);
    let question = Question {
        database: &database,
        policy: &policy.value,
        waivers: &files[0].value.waivers,
        pending: &pending.value.updates,
        at: AT.parse().unwrap(),
        is_complete: true,
        hindsight: false,
    };
    let known = IndexedFleet::new(&fleet.servers);
    let checked = CheckedWaivers {
        waivers: located(&files),
        policy: &policy.value,
        database: &database,
        fleet: Some(&known),
        silenced: Some(usage::silenced(question, &fleet.servers, &|_| {})),
        at: AT.parse().unwrap(),
        within: Some("30d".parse().unwrap()),
    };
    locate(check(&checked), &RuleLevels::of(&described(WAIVER_RULES)))
}

#[test]
fn every_rule_has_waivers_that_keep_it_and_some_that_break_it_alone() {
    for rule in WAIVER_RULES {
        insist_on_cases("tests/waivers", rule.code, "waivers, held against tests/waivers/{inventory,pending}.yaml,");
        let folder = root().join("tests/waivers").join(rule.code);
        let good = found(&folder.join("good.yaml"));
        assert!(good.is_empty(), "{}: {good:#?}", rule.code);
        let bad = found(&folder.join("bad.yaml"));
        let codes: BTreeSet<&str> = bad.iter().map(|one| one.code).collect();
        assert_eq!(codes, BTreeSet::from([rule.code]), "{bad:#?}");
        assert!(bad.iter().all(|one| one.level == rule.level && one.place.line > 0), "{bad:#?}");
    }
}

#[test]
fn no_case_is_left_of_a_rule_that_is_gone() {
    let codes: BTreeSet<&str> = WAIVER_RULES.iter().map(|rule| rule.code).collect();
    assert_eq!(codes.len(), WAIVER_RULES.len(), "two rules have the same code");
    for entry in std::fs::read_dir(root().join("tests/waivers")).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        assert!(codes.contains(name.as_str()) || name.ends_with(".yaml") || name == "database", "{name}");
    }
}

/// The contract: these three are notes of every decision, and errors here.
#[test]
fn what_does_nothing_is_an_error() {
    for code in ["expired", "unused", "unknown-advisory"] {
        let found = found(&root().join("tests/waivers").join(code).join("bad.yaml"));
        assert!(found.iter().all(|one| one.level == patchgate::diagnostic::Level::Error), "{found:#?}");
    }
}

#[test]
fn a_hint_names_the_narrower_waiver() {
    let found = found(&root().join("tests/waivers/wider-than-needed/bad.yaml"));
    let helps: Vec<&str> = found.iter().filter_map(|one| one.help.as_deref()).collect();
    let expected = [
        "write `servers: {names: [fe01.contoso.com, fe02.contoso.com]}`",
        "write `updates: [KB5000001]`",
        "write `rule: \"unknown:PG-2026-0001\"`, so that it speaks should it turn out to apply",
    ];
    assert_eq!(helps, expected);
}

fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_patchgate"));
    command.current_dir(root()).args(["waiver", "check"]).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

const CONTOSO: [&str; 9] = [
    "examples/contoso/waivers.yaml",
    "-P",
    "examples/contoso/policy.yaml",
    "-i",
    "examples/contoso/inventory.yaml",
    "-p",
    "examples/contoso/pending.yaml",
    "--at",
    "2024-08-22T08:00:00Z",
];

/// The example has a waiver that runs out two days after its day; both are used, and neither is wider than needed.
#[test]
fn within_says_how_soon_is_soon() {
    let with = |more: &[&str]| run(&[&CONTOSO[..], more].concat());
    let usual = with(&[]);
    assert_eq!(usual.status.code(), Some(0), "{}", text(&usual.stderr));
    assert_eq!(text(&usual.stdout), "waiver check: nothing wrong in 2 waivers, 42 servers, 27 pending updates\n");
    let soon = with(&["--within", "30d"]);
    assert_eq!(soon.status.code(), Some(1));
    let told = text(&soon.stderr);
    assert!(told.contains("waivers.yaml:20:14: warning[expires-soon]"), "{told}");
    assert!(told.contains("expires on 2024-08-24, in 2 days"), "{told}");
    assert_eq!(text(&soon.stdout), "waiver check: 1 warning in 2 waivers, 42 servers, 27 pending updates\n");
    for (period, code) in [("1d", 0), ("0d", 0), ("3d", 1), ("72h", 1), ("soon", 2)] {
        let output = with(&["--within", period]);
        assert_eq!(output.status.code(), Some(code), "{period}: {}", text(&output.stderr));
    }
    assert_eq!(with(&["--within", "30d", "--allow", "expires-soon"]).status.code(), Some(0));
    let told = text(&with(&["--within", "150d"]).stdout);
    assert!(told.contains("2 warnings"), "{told}");
}

#[test]
fn the_scope_says_what_was_not_checked() {
    let arguments = |more: &[&'static str]| {
        let waivers = ["tests/waivers/unused/bad.yaml", "-a", "tests/waivers/database", "--at", AT];
        run(&[&waivers[..], more].concat())
    };
    let inventory = ["-i", "tests/waivers/inventory.yaml"];
    let pending = ["-p", "tests/waivers/pending.yaml"];
    let alone = arguments(&[]);
    assert_eq!(alone.status.code(), Some(0), "{}", text(&alone.stderr));
    assert!(text(&alone.stdout).contains("2 waivers; without -i and -p neither"), "{}", text(&alone.stdout));
    let names = arguments(&inventory);
    assert_eq!(names.status.code(), Some(0));
    assert!(text(&names.stdout).contains("without -p only names were checked"), "{}", text(&names.stdout));
    let both = arguments(&[&inventory[..], &pending[..]].concat());
    assert_eq!(both.status.code(), Some(1));
    assert_eq!(text(&both.stdout), "waiver check: 2 errors in 2 waivers, 4 servers, 2 pending updates\n");
}

#[test]
fn waivers_of_several_files_are_one_list() {
    let folder = "tests/waivers/duplicate-waiver";
    let (one, two) = (format!("{folder}/good.yaml"), format!("{folder}/bad.yaml"));
    let output = run(&[&one, "-w", &two, "-a", "tests/waivers/database", "--at", AT]);
    assert_eq!(output.status.code(), Some(1));
    let told = text(&output.stderr);
    assert!(told.contains(&format!("the waiver in line 3 of {one} waives all of this")), "{told}");
    assert!(told.contains(&format!("{one}:3:5: warning[duplicate-waiver]: the waiver in line 10 of {two}")), "{told}");
}

#[test]
fn each_format_says_the_same_and_describes_these_rules() {
    let with = |format: &str| {
        run(&["tests/waivers/expired/bad.yaml", "-a", "tests/waivers/database", "--at", AT, "-f", format])
    };
    for format in Findings::FORMATS {
        let output = with(format.name);
        assert_eq!(output.status.code(), Some(1), "{}", format.name);
        let told = text(&output.stdout) + &text(&output.stderr);
        assert!(told.contains("expired") && told.contains("yesterday"), "{told}");
    }
    let sarif: serde_json::Value = serde_json::from_slice(&with("sarif").stdout).unwrap();
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    let ids: Vec<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert_eq!(ids, WAIVER_RULES.iter().map(|rule| rule.code).collect::<Vec<_>>());
}

#[test]
fn what_cannot_be_checked_ends_with_2() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let bad = file("bad.yaml", "schema: patchgate/waivers/v1\nwaivers: [{servers: {names: a}, expires: never}]\n");
    let empty = file("empty.yaml", "schema: patchgate/waivers/v1\nwaivers: []\n");
    let good = "examples/contoso/waivers.yaml";
    let cases: [&[&str]; 6] = [&[], &[&bad], &[&empty], &["nowhere.yaml"], &[good, "-P", &bad], &[good, "-a", "src"]];
    for arguments in cases {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{arguments:?}");
    }
    assert!(text(&run(&[&empty]).stderr).contains("nothing to check"));
}
