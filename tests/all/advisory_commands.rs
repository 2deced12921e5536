//! `advisory lint` and `advisory test` through the program: levels, exit codes, folders, formats, and hostile data.

use crate::fixtures;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;
use fixtures::{files, first_bad, lay, root};
use patchgate::curate::lint::RULES;
use quick_xml::events::Event;
use serde_json::Value;
use tempfile::TempDir;

const AT: [&str; 2] = ["--at", "2026-01-01T00:00:00Z"];

/// The program, run in a folder.
fn run_in(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_patchgate")).current_dir(folder).args(arguments).output().unwrap()
}

/// `advisory lint` of the folder `data` below a folder.
fn lint(folder: &TempDir, more: &[&str]) -> Output {
    run_in(folder.path(), &[&["advisory", "lint", "data"], &AT[..], more].concat())
}

fn test(folder: &TempDir, more: &[&str]) -> Output {
    run_in(folder.path(), &[&["advisory", "test", "data"], more].concat())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("no JSON: {}", text(&output.stderr)))
}

/// A folder whose `data` is the common data set, with files laid over it.
fn data(files: &BTreeMap<String, String>) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    lay(files, &folder.path().join("data"), "");
    folder
}

/// The same with the files of a fixture.
fn fixture(code: &str, name: &str) -> TempDir {
    data(&files(&root().join(code).join(format!("{name}.yaml"))))
}

/// The same with one file.
fn with(path: &str, text: &str) -> TempDir {
    data(&BTreeMap::from([(path.to_owned(), text.to_owned())]))
}

/// The clean advisory of the common data set, with texts replaced.
fn advisory(replaced: &[(&str, &str)]) -> String {
    let clean = std::fs::read_to_string(root().join("base").join(PATH)).unwrap();
    replaced.iter().fold(clean, |text, (old, new)| {
        assert!(text.contains(old), "no `{old}`");
        text.replacen(old, new, 1)
    })
}

const PATH: &str = "windows/PG-2022-0001.yaml";

/// Codes and levels of what was found.
fn found(output: &Output) -> Vec<(String, String)> {
    let word = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    json(output)["findings"].as_array().unwrap().iter().map(|one| (word(one, "code"), word(one, "level"))).collect()
}

/// Elements of an XML document: each name with its attributes, in order. Panics unless it is well-formed.
fn elements(xml: &str) -> Vec<(String, BTreeMap<String, String>)> {
    let mut reader = quick_xml::Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let (mut found, mut depth) = (Vec::new(), 0_usize);
    loop {
        let event = reader.read_event().unwrap_or_else(|error| panic!("{error} in\n{xml}"));
        match event {
            Event::Start(ref element) | Event::Empty(ref element) => {
                depth += usize::from(matches!(event, Event::Start(_)));
                let attributes = element.attributes().map(|one| {
                    let one = one.unwrap();
                    let value = one.normalized_value(quick_xml::XmlVersion::Explicit1_0).unwrap().into_owned();
                    (one.key.as_ref().to_owned(), value)
                });
                found.push((element.name().as_ref().to_owned(), attributes.collect()));
            }
            Event::End(_) => depth -= 1,
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0, "{xml}");
    let is_plain = |c: char| matches!(c, '\n' | '\t') || !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}');
    assert!(xml.chars().all(is_plain), "{xml}");
    found
}

/// The tests, and those of them that failed, as JUnit counts them; the sums must agree at each level.
fn junit(xml: &str) -> (usize, usize) {
    let elements = elements(xml);
    let of = |name: &str| {
        elements.iter().filter(|(one, _)| one == name).map(|(_, attributes)| attributes).collect::<Vec<_>>()
    };
    let sum = |all: &[&BTreeMap<String, String>], key: &str| {
        all.iter().map(|one| one[key].parse::<usize>().unwrap()).sum::<usize>()
    };
    let counted = (of("testcase").len(), of("failure").len());
    for level in ["testsuites", "testsuite"] {
        let all = of(level);
        assert_eq!((sum(&all, "tests"), sum(&all, "failures")), counted, "{level} of {xml}");
    }
    counted
}

#[test]
fn levels_can_be_changed() {
    let folder = fixture("title-too-long", "bad");
    let cases: [(&[&str], Option<&str>); 9] = [
        (&[], Some("warning")),
        (&["--deny", "title-too-long"], Some("error")),
        (&["--deny", "all"], Some("error")),
        (&["--warn", "all"], Some("warning")),
        (&["--allow", "title-too-long"], None),
        (&["--allow", "all"], None),
        (&["--allow", "all", "--deny", "title-too-long"], Some("error")),
        (&["--deny", "all", "--allow", "title-too-long"], None),
        (&["--allow", "no-reference", "--warn", "no-way-out"], Some("warning")),
    ];
    for (arguments, level) in cases {
        let output = lint(&folder, &[arguments, &["-f", "json"]].concat());
        let expected: Vec<_> = level.iter().map(|level| ("title-too-long".to_owned(), (*level).to_owned())).collect();
        assert_eq!(found(&output), expected, "{arguments:?}");
        assert_eq!(output.status.code(), Some(i32::from(level.is_some())), "{arguments:?}");
    }
    let folder = fixture("no-reference", "bad");
    assert_eq!(found(&lint(&folder, &["-f", "json"]))[0].1, "error");
    assert_eq!(found(&lint(&folder, &["-f", "json", "--warn", "no-reference"]))[0].1, "warning");
}

#[test]
fn what_cannot_be_read_is_never_allowed() {
    let folder = fixture("unknown-key", "bad");
    let output = lint(&folder, &["--allow", "all"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("error[unknown-key]"));
    assert_eq!(lint(&folder, &["--allow", "unknown-key"]).status.code(), Some(2));
}

#[test]
fn wrong_usage_is_2_and_says_nothing_on_standard_output() {
    let folder = data(&BTreeMap::new());
    for arguments in [
        &["--deny", "title-to-long"][..],
        &["--warn", "nonsense"],
        &["--allow", ""],
        &["-f", "xml"],
        &["--at", "yesterday"],
        &["-a", "nowhere"],
        &["-o", "nowhere/report.txt"],
        &["-o", "data"],
    ] {
        let output = lint(&folder, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_wrong_folder_is_2() {
    let folder = data(&BTreeMap::new());
    std::fs::create_dir_all(folder.path().join("empty/below")).unwrap();
    std::fs::create_dir_all(folder.path().join("words")).unwrap();
    std::fs::write(folder.path().join("words/README.md"), "# Advisories\n").unwrap();
    let file = format!("data/{PATH}");
    for name in ["nowhere", "empty", "words", "data/event-sources.yaml", &file] {
        for command in ["lint", "test"] {
            let output = run_in(folder.path(), &["advisory", command, name]);
            assert_eq!(output.status.code(), Some(2), "{command} {name}: {}", text(&output.stdout));
            assert!(output.stdout.is_empty(), "{command} {name}");
            // One that is right does not make up for it.
            assert_eq!(run_in(folder.path(), &["advisory", command, "data", name]).status.code(), Some(2), "{name}");
        }
    }
    // Without a folder, `advisories` is meant.
    assert_eq!(run_in(folder.path(), &["advisory", "lint"]).status.code(), Some(2));
    std::fs::rename(folder.path().join("data"), folder.path().join("advisories")).unwrap();
    assert_eq!(run_in(folder.path(), &["advisory", "lint"]).status.code(), Some(0));
}

#[test]
fn clean_data_is_0_and_says_what_was_looked_at() {
    let folder = data(&BTreeMap::new());
    let output = lint(&folder, &[]);
    assert_eq!(output.status.code(), Some(0));
    let told = text(&output.stdout);
    assert!(told.contains("nothing wrong") && told.contains("1 advisory") && told.contains("3 products"), "{told}");
    assert!(output.stderr.is_empty());
}

#[test]
fn a_report_goes_to_a_file_as_a_whole() {
    let folder = fixture("no-reference", "bad");
    for format in ["text", "json", "sarif", "github", "junit"] {
        let name = format!("report.{format}");
        let output = lint(&folder, &["-f", format, "-o", &name]);
        assert_eq!(output.status.code(), Some(1), "{format}: {}", text(&output.stderr));
        assert!(output.stdout.is_empty(), "{format}");
        let written = std::fs::read(folder.path().join(&name)).unwrap();
        if format != "text" {
            assert_eq!(written, lint(&folder, &["-f", format]).stdout, "{format}");
        }
        assert!(text(&written).contains("no-reference"), "{format}");
    }
}

#[test]
fn a_folder_stands_beside_the_built_in_database() {
    let folder = tempfile::tempdir().unwrap();
    let ours = folder.path().join("ours");
    std::fs::create_dir(&ours).unwrap();
    // Its product and its fix are known from the built-in database only.
    let page =
        "https://learn.microsoft.com/windows/release-health/resolved-issues-windows-10-1809-and-windows-server-2019";
    // An id that the built-in database does not use.
    let text_of =
        advisory(&[("id: PG-2022-0001", "id: PG-2022-9001"), (page, "https://support.microsoft.com/kb/5010791")]);
    std::fs::write(ours.join("PG-2022-9001.yaml"), text_of).unwrap();
    let lint = |arguments: &[&str]| run_in(folder.path(), &[&["advisory", "lint"], arguments].concat());
    for arguments in [&["ours"][..], &["-a", "builtin", "-a", "ours"], &["-a", "builtin", "ours"]] {
        let output = lint(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", text(&output.stderr));
        assert!(text(&output.stdout).contains("1 advisory"), "only ours is checked: {}", text(&output.stdout));
    }
    // A product of its own, and it stands alone.
    std::fs::create_dir(ours.join("products")).unwrap();
    let product = "schema: patchgate/product/v1\nid: contoso-till\nname: Contoso Till\n";
    std::fs::write(ours.join("products/contoso-till.yaml"), product).unwrap();
    let output = lint(&["ours"]);
    assert!(text(&output.stderr).contains("unknown product `windows-server-2019`"), "{}", text(&output.stderr));
    assert_eq!(lint(&["-a", "builtin", "ours"]).status.code(), Some(0));
}

#[test]
fn a_second_database_replaces_only_what_it_says() {
    let folder = data(&BTreeMap::new());
    let ours = folder.path().join("ours");
    std::fs::create_dir(&ours).unwrap();
    let lint =
        |first: &[&str]| run_in(folder.path(), &[&["advisory", "lint"], first, &["ours", "-f", "json"]].concat());
    std::fs::write(ours.join("PG-2022-0001.yaml"), advisory(&[("severity: critical", "severity: high")])).unwrap();
    for first in [&["-a", "data"][..], &["data"]] {
        let output = lint(first);
        assert_eq!(found(&output), [("duplicate-advisory".to_owned(), "error".to_owned())], "{first:?}");
        assert_eq!(json(&output)["findings"][0]["path"], "ours/PG-2022-0001.yaml");
    }
    let replacing = advisory(&[("severity: critical", "severity: high\noverrides: PG-2022-0001")]);
    std::fs::write(ours.join("PG-2022-0001.yaml"), replacing).unwrap();
    for first in [&["-a", "data"][..], &["data"]] {
        assert_eq!(lint(first).status.code(), Some(0), "{}", text(&lint(first).stdout));
    }
    // Under an id of its own it would say the same, were the other not replaced.
    std::fs::remove_file(ours.join("PG-2022-0001.yaml")).unwrap();
    let other = [("id: PG-2022-0001", "id: OURS-2022-0001")];
    std::fs::write(ours.join("OURS-2022-0001.yaml"), advisory(&other)).unwrap();
    assert_eq!(found(&lint(&["-a", "data"]))[0].0, "same-statement");
    let replaced = format!("{}\noverrides: PG-2022-0001", other[0].1);
    std::fs::write(ours.join("OURS-2022-0001.yaml"), advisory(&[(other[0].0, &replaced)])).unwrap();
    assert_eq!(lint(&["-a", "data"]).status.code(), Some(0));
}

/// A draft never speaks: would it replace already, nothing would.
#[test]
fn a_draft_replaces_nothing_yet() {
    let folder = data(&BTreeMap::new());
    std::fs::create_dir(folder.path().join("ours")).unwrap();
    for id in ["PG-2022-0001", "OURS-2022-0001"] {
        let key = format!("id: {id}\nstatus: draft\noverrides: PG-2022-0001");
        let file = folder.path().join(format!("ours/{id}.yaml"));
        std::fs::write(&file, advisory(&[("id: PG-2022-0001", &key)])).unwrap();
        let output = run_in(folder.path(), &["advisory", "show", "PG-2022-0001", "-a", "data", "-a", "ours"]);
        assert!(text(&output.stdout).contains(", active;"), "{id}: {}", text(&output.stdout));
        let output = run_in(folder.path(), &["advisory", "lint", "-a", "data", "ours"]);
        assert_eq!(output.status.code(), Some(0), "{id}: {}", text(&output.stderr));
        std::fs::remove_file(file).unwrap();
    }
}

/// The first bad file of every code, in every format: they tell the same findings.
#[test]
fn all_formats_tell_the_same() {
    // The schema of OASIS has a pattern with a bracket too many, which not every engine forgives.
    let schema = std::fs::read_to_string(root().join("sarif-2.1.0.json")).unwrap().replace("{2}]?$", "{2}\\\\]?$");
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let sarif = jsonschema::validator_for(&schema).unwrap();
    let loaders = ["unknown-key", "yaml-syntax", "empty", "bad-row", "duplicate-advisory"];
    for code in RULES.iter().map(|rule| rule.code).chain(loaders) {
        let folder = data(&files(&first_bad(code)));
        let document = json(&lint(&folder, &["-f", "json"]));
        let findings = document["findings"].as_array().unwrap();
        let places: Vec<(&str, &str, u64)> = findings
            .iter()
            .map(|one| (one["code"].as_str().unwrap(), one["path"].as_str().unwrap(), one["line"].as_u64().unwrap()))
            .collect();
        let summary = &document["summary"];
        let count = |key: &str| usize::try_from(summary[key].as_u64().unwrap()).unwrap();
        assert_eq!(count("errors") + count("warnings"), findings.len(), "{code}");

        let log = json(&lint(&folder, &["-f", "sarif"]));
        let problems: Vec<String> = sarif.iter_errors(&log).map(|error| error.to_string()).collect();
        assert!(problems.is_empty(), "{code}: {problems:?}");
        let results = log["runs"][0]["results"].as_array().unwrap();
        let told: Vec<(&str, &str, u64)> = results.iter().map(sarif_place).collect();
        assert_eq!(told, places, "{code} in SARIF");
        for result in results {
            let rule = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(log["runs"][0]["tool"]["driver"]["rules"][rule]["id"], result["ruleId"], "{code}");
        }

        let annotations = text(&lint(&folder, &["-f", "github"]).stdout);
        let told: Vec<(String, String, u64)> = annotations.lines().filter_map(annotation).collect();
        let expected: Vec<_> =
            places.iter().map(|(code, path, line)| ((*code).to_owned(), (*path).to_owned(), *line)).collect();
        assert_eq!(told, expected, "{code} as annotations\n{annotations}");

        let (tests, failures) = junit(&text(&lint(&folder, &["-f", "junit"]).stdout));
        let mut files: Vec<&str> = places.iter().map(|(_, path, _)| *path).collect();
        files.sort_unstable();
        files.dedup();
        assert_eq!(tests, usize::try_from(document["checked"]["count"].as_u64().unwrap()).unwrap(), "{code}");
        assert_eq!(failures, files.len(), "{code}");

        let told = text(&lint(&folder, &[]).stderr);
        for (code, path, line) in &places {
            assert!(told.contains(&format!("{path}:{line}:")) && told.contains(&format!("[{code}]")), "{told}");
        }
    }
}

fn sarif_place(result: &Value) -> (&str, &str, u64) {
    let place = &result["locations"][0]["physicalLocation"];
    let line = place["region"]["startLine"].as_u64().unwrap();
    (result["ruleId"].as_str().unwrap(), place["artifactLocation"]["uri"].as_str().unwrap(), line)
}

/// Code, file and line of an annotation, read as the runner of GitHub Actions reads a line.
fn annotation(line: &str) -> Option<(String, String, u64)> {
    let (command, _) = line.trim_start().strip_prefix("::")?.split_once("::")?;
    let (word, properties) = command.split_once(' ')?;
    assert!(["error", "warning"].contains(&word), "{line}");
    let property = |name: &str| {
        let found = properties.split(',').filter_map(|one| one.split_once('=')).find(|(key, _)| *key == name);
        found.map(|(_, value)| value.replace("%3A", ":").replace("%2C", ",").replace("%0A", "\n").replace("%25", "%"))
    };
    Some((property("title")?, property("file")?, property("line").map_or(0, |line| line.parse().unwrap())))
}

/// Texts that would do harm where they came out as they are.
const HOSTILE: [&str; 8] = [
    "::error file=a,line=1::injected",
    "%0A::error::injected",
    "##[error]injected",
    "]]>injected",
    "<script>alert(1)</script>",
    "a\u{202e}b\u{2066}c\u{61c}d",
    "a\\n::error::injected",
    "'\"`&amp;{}[]",
];

/// A data set with hostile text wherever an advisory may have text.
fn hostile(word: &str) -> TempDir {
    let quoted = serde_json::to_string(&word.replace("\\n", "\n")).unwrap();
    let replaced = advisory(&[
        ("id: PG-2022-0001", "id: PG-2022-0009"),
        ("title: January 2022 update restarts domain controllers over and over", &format!("title: {quoted}")),
        ("roles: [domain-controller]}", &format!("roles: [domain-controller, {quoted}]}}")),
        ("  - https://support.microsoft.com/kb/5009557", &format!("  - {quoted}")),
        ("remedy:", &format!("symptoms: {{events: [{{source: {quoted}, id: 1}}]}}\nremedy:")),
        ("fixed_by:", &format!("when: {{setting: {{name: {quoted}, equals: {quoted}}}}}\nfixed_by:")),
        ("name: domain controller at the level of December", &format!("name: {quoted}")),
    ]);
    let unknown =
        advisory(&[("id: PG-2022-0001", "id: PG-2022-0008"), ("severity:", &format!("? {quoted}\n: x\nseverity:"))]);
    let row = format!(
        "update,product,version,released,restart,supersedes,source\nKB1,windows-server-2019,,,,,\"\u{1b}[31m\u{9b}31m{}\"\n",
        word.replace('"', "'")
    );
    // What a file may be called differs from system to system; these are all allowed on this one.
    let name = if cfg!(windows) { "%0A,##[error]x".to_owned() } else { word.replace("\\n", "\n").replace('/', "%") };
    data(&BTreeMap::from([
        (format!("windows/{name}.yaml"), replaced),
        ("windows/PG-2022-0008.yaml".to_owned(), unknown),
        ("updates/hostile.csv".to_owned(), row),
    ]))
}

#[test]
fn hostile_text_is_inert_in_every_format() {
    let is_hidden =
        |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}');
    for word in HOSTILE {
        let folder = hostile(word);
        let document = json(&lint(&folder, &["-f", "json"]));
        let count = document["findings"].as_array().unwrap().len();
        assert!(count >= 5, "{word}: {document:#}");
        for format in ["text", "json", "sarif", "github", "junit"] {
            let output = lint(&folder, &["-f", format]);
            assert_eq!(output.status.code(), Some(1), "{word} as {format}");
            let told = text(&output.stdout) + &text(&output.stderr);
            assert!(told.chars().all(|c| c == '\n' || !c.is_control()), "{word} as {format}: {told:?}");
            assert!(!told.contains(is_hidden), "{word} as {format}: {told:?}");
            // The runner reads `::` at the beginning of a line, and in its first version `##[` anywhere.
            let commands: Vec<&str> = told.lines().filter(|line| line.trim_start().starts_with("::")).collect();
            assert_eq!(commands.len(), if format == "github" { count } else { 0 }, "{word} as {format}: {told}");
            assert!(commands.iter().all(|line| annotation(line).is_some_and(|(_, file, _)| file.starts_with("data/"))));
            if ["text", "github"].contains(&format) {
                assert!(!told.contains("##[") && !told.contains("##vso["), "{word} as {format}: {told}");
            }
        }
        junit(&text(&lint(&folder, &["-f", "junit"]).stdout));
        // Cases have names as well; those of files that can be read are run.
        let valid = with(
            PATH,
            &advisory(&[
                (
                    "name: domain controller at the level of December",
                    &format!("name: {}", serde_json::to_string(word).unwrap()),
                ),
                ("expect: speaks", "expect: silent"),
            ]),
        );
        let output = test(&valid, &["-f", "junit"]);
        assert_eq!(output.status.code(), Some(1), "{word}: {}", text(&output.stderr));
        assert_eq!(junit(&text(&output.stdout)), (4, 1), "{word}");
        let told = text(&test(&valid, &["-f", "github"]).stdout);
        assert_eq!(told.lines().filter(|line| line.trim_start().starts_with("::")).count(), 1, "{told}");
    }
}

#[test]
fn a_failing_case_is_told_with_its_place_and_facts() {
    let folder = with(PATH, &advisory(&[("expect: silent", "expect: speaks")]));
    let output = test(&folder, &[]);
    assert_eq!(output.status.code(), Some(1));
    let told = text(&output.stderr);
    let line = advisory(&[]).lines().position(|line| line.contains("expect: silent")).unwrap() + 1;
    assert!(told.contains(&format!("data/{PATH}:{line}:")) && told.contains("[failing-case]"), "{told}");
    assert!(told.contains("expects `speaks`, but the advisory is silent"), "{told}");
    let xml = text(&test(&folder, &["-f", "junit"]).stdout);
    assert_eq!(junit(&xml), (4, 1));
    assert!(xml.contains("domain controller with the update out of turn"), "{xml}");
    let log = json(&test(&folder, &["-f", "sarif"]));
    assert_eq!(log["runs"][0]["results"][0]["ruleId"], "failing-case");
}

#[test]
fn cases_pass_and_are_counted() {
    let folder = data(&BTreeMap::new());
    let output = test(&folder, &["--mutants"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("4 cases of 1 advisory,"), "{}", text(&output.stdout));
    assert_eq!(test(&folder, &["--only", "PG-2022-0001"]).status.code(), Some(0));
    assert_eq!(test(&folder, &["--only", "PG-2022-0007"]).status.code(), Some(2));
    // Without a case there is nothing to test, and what cannot be read cannot be tested.
    let clean = advisory(&[]);
    let none = with(PATH, &clean[..clean.find("cases:").unwrap()]);
    assert_eq!(test(&none, &[]).status.code(), Some(2));
    let output = test(&fixture("unknown-key", "bad"), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
}

#[test]
fn a_surviving_mutant_is_told_or_excused() {
    // A second role that no case has.
    let role = [("roles: [domain-controller]}", "roles: [domain-controller, web-server]}")];
    let folder = with(PATH, &advisory(&role));
    assert_eq!(test(&folder, &[]).status.code(), Some(0));
    let output = test(&folder, &["--mutants"]);
    assert_eq!(output.status.code(), Some(1));
    let told = text(&output.stderr);
    assert!(told.contains("no case notices `drop affects[0].roles[1]`"), "{told}");
    assert!(told.contains(&format!("data/{PATH}:10:")), "{told}");

    let excused = |mutant: &str| {
        let survivors = format!("survivors:\n  - {{mutant: \"{mutant}\", reason: nobody has one}}\ncases:");
        with(PATH, &advisory(&[role[0], ("cases:", &survivors)]))
    };
    let folder = excused("drop affects[0].roles[1]");
    let output = test(&folder, &["--mutants"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(lint(&folder, &[]).status.code(), Some(0));
    // One that is noticed, or does not exist, needs no excuse; and the survivor has none.
    for mutant in ["drop affects[0].roles[0]", "drop affects[7]"] {
        let told = found(&test(&excused(mutant), &["--mutants", "-f", "json"]));
        let codes: Vec<&str> = told.iter().map(|(code, _)| code.as_str()).collect();
        assert_eq!(codes, ["surviving-mutant", "idle-survivor"], "{mutant}");
        assert_eq!(test(&excused(mutant), &[]).status.code(), Some(0), "only mutation looks for survivors");
    }
}

/// The paths that a report names can be found from where the program ran.
#[test]
fn paths_are_as_the_command_line_names_them() {
    let folder = fixture("no-reference", "bad");
    let absolute: PathBuf = folder.path().join("data");
    for (name, begin) in [
        ("data", "data/windows/"),
        ("./data", "data/windows/"),
        ("data/", "data/windows/"),
        (absolute.to_str().unwrap(), "data/windows/"),
    ] {
        let output = run_in(folder.path(), &[&["advisory", "lint", name, "-f", "github"], &AT[..]].concat());
        let annotation = text(&output.stdout).lines().find_map(annotation).unwrap();
        assert!(annotation.1.starts_with(begin), "{name}: {}", annotation.1);
    }
}
