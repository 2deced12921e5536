//! The repository that is ready to copy: every command of its workflows and hooks runs, and comes out clean.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use patchgate::input::load::node::{self, Node};

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/own-advisories")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(|entry| entry.unwrap()) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)
        } else {
            assert!(std::fs::copy(entry.path(), target).is_ok())
        }
    }
}

/// A shell of a pipeline in a copy of the repository, with patchgate on its path and no settings of the user's.
fn shell(folder: &Path, script: &str) -> Output {
    let program = Path::new(env!("CARGO_BIN_EXE_patchgate")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    Command::new("bash")
        .args(["-e", "-o", "pipefail", "-c", script])
        .current_dir(folder)
        .env("PATH", path)
        .env("GITHUB_STEP_SUMMARY", folder.join("summary.md"))
        .env("BEFORE", "before")
        .env("BRANCH", "before")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .unwrap()
}

fn succeed(folder: &Path, script: &str) -> String {
    let output = shell(folder, script);
    let [stdout, stderr] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    assert!(output.status.success(), "{script}\n{}\n{stdout}\n{stderr}", output.status);
    stdout
}

/// A repository in which a pull request adds the second advisory.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(&example(), folder.path());
    let commit = "git add -A && git -c user.name=a -c user.email=a@contoso.com commit -q -m change";
    let late = folder.path().join("advisories/ACME-2024-0001.yaml");
    let text = std::fs::read_to_string(&late).unwrap();
    std::fs::remove_file(&late).unwrap();
    succeed(
        folder.path(),
        &format!("git init -q -b main && {commit} && git branch before && git branch origin/before"),
    );
    std::fs::write(&late, text).unwrap();
    succeed(folder.path(), commit);
    folder
}

/// The scripts under some keys of a YAML file.
fn scripts(node: &Node, keys: &[&str], found: &mut Vec<String>) {
    node.items().iter().for_each(|item| scripts(item, keys, found));
    for (key, value) in node.entries() {
        match value.text() {
            Some(script) if keys.contains(&key.text().unwrap()) => found.push(script.to_owned()),
            _ => scripts(value, keys, found),
        }
    }
}

/// The checks that go by the calendar, on a day on which the example's waiver is in force.
fn on_its_day(script: &str) -> String {
    [" policy check ", " waiver check "]
        .iter()
        .fold(script.to_owned(), |script, check| script.replace(check, &format!("{check}--at 2027-01-01T08:00:00Z ")))
}

#[test]
fn every_command_of_the_pipelines_runs() {
    let folder = repository();
    let files = [
        (".github/workflows/advisories.yml", 6),
        ("azure-pipelines.yml", 5),
        (".pre-commit-config.yaml", 2),
        ("../../.pre-commit-hooks.yaml", 2),
    ];
    for (file, expected) in files {
        let (root, problems) = node::parse(&std::fs::read_to_string(example().join(file)).unwrap()).unwrap();
        assert!(problems.is_empty(), "{file}: {problems:?}");
        let mut found = Vec::new();
        scripts(&root, &["run", "script", "entry"], &mut found);
        let run: Vec<&String> = found.iter().filter(|script| script.contains("patchgate ")).collect();
        assert_eq!(run.len(), expected, "{file}: {run:#?}");
        run.iter().for_each(|script| drop(succeed(folder.path(), &on_its_day(script))));
        let summary = std::fs::read_to_string(folder.path().join("summary.md")).unwrap();
        let comment = std::fs::read_to_string(folder.path().join("changes.md")).unwrap();
        // Azure Pipelines shows a summary in its own way, and names the branch otherwise.
        assert!(!file.starts_with(".github") || summary == comment, "{summary}\n{comment}");
    }
    let comment = std::fs::read_to_string(folder.path().join("changes.md")).unwrap();
    assert!(comment.contains("ACME-2024-0001") && comment.contains("doors01.contoso.com"), "{comment}");
    let sarif = std::fs::read_to_string(folder.path().join("advisories.sarif")).unwrap();
    assert!(
        serde_json::from_str::<serde_json::Value>(&sarif).unwrap()["runs"][0]["results"].as_array().unwrap().is_empty()
    );
    assert!(std::fs::read_to_string(folder.path().join("tests.xml")).unwrap().contains("failures=\"0\""));
}

/// A workflow that lets everything through would pass the test above.
#[test]
fn a_bad_advisory_stops_the_pipelines() {
    let folder = repository();
    let file = folder.path().join("advisories/ACME-2024-0002.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("expect: silent", "expect: speaks")).unwrap();
    let output = shell(folder.path(), "patchgate advisory lint advisories -a builtin -f github");
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stdout).unwrap();
    let line = 1 + text.lines().position(|line| line.contains("expect: silent")).unwrap();
    assert!(told.contains(&format!("::error file=advisories/ACME-2024-0002.yaml,line={line},")), "{told}");
    assert_eq!(shell(folder.path(), "patchgate advisory test advisories -a builtin").status.code(), Some(1));
}

#[test]
fn the_editor_finds_a_schema_for_every_format() {
    let folder = repository();
    succeed(folder.path(), "patchgate schema --to advisories/.schemas");
    let settings = std::fs::read_to_string(example().join(".vscode/settings.json")).unwrap();
    let settings: serde_json::Value = serde_json::from_str(&settings).unwrap();
    for schema in settings["yaml.schemas"].as_object().unwrap().keys() {
        let text =
            std::fs::read_to_string(folder.path().join(schema)).unwrap_or_else(|error| panic!("{schema}: {error}"));
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{schema}");
    }
    // The loader does not take them for data.
    succeed(folder.path(), "patchgate advisory lint advisories -a builtin");
}

#[test]
fn a_new_advisory_gets_the_next_id_and_what_is_known() {
    let folder = repository();
    let path =
        succeed(folder.path(), "patchgate advisory new advisories KB5043050 --prefix ACME --published 2024-09-10");
    assert_eq!(path.trim(), "advisories/ACME-2024-0003.yaml");
    let text = std::fs::read_to_string(folder.path().join("advisories/ACME-2024-0003.yaml")).unwrap();
    assert!(text.starts_with("# yaml-language-server: $schema=.schemas/advisory.json\n"), "{text}");
    assert!(text.contains("# KB5043050 is named by PG-2024-0001") && text.contains("updates: [KB5043050]"), "{text}");
    assert!(folder.path().join("advisories/.schemas/advisory.json").is_file());
    // A draft can be read, and the check says what is missing in it.
    let output = shell(folder.path(), "patchgate advisory lint advisories -a builtin");
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(told.contains("error[missing-case]") && told.contains("error[no-reference]"), "{told}");
    assert!(!told.contains("bad-value") && !told.contains("unknown-key"), "{told}");
    succeed(
        folder.path(),
        "for k in required prerequisite hazard procedure; do patchgate advisory new advisories --kind $k --prefix ACME; done",
    );
    succeed(folder.path(), "patchgate advisory list -a advisories --status draft");
}

/// An advisory of a team's own that was written later than the one that it replaces leaves no time without a word.
#[test]
fn what_replaces_an_advisory_speaks_since_that_one_did() {
    let folder = tempfile::tempdir().unwrap();
    let text = |id: &str, published: &str, more: &str| {
        format!(
            "schema: patchgate/advisory/v1\nid: {id}\ntitle: t\nkind: known-bad\nseverity: high\npublished: {published}\nupdates: [KB1]\n{more}"
        )
    };
    let files = [
        ("one", "PG-2020-0001", text("PG-2020-0001", "2020-03-01", "")),
        ("two", "ACME-2024-0001", text("ACME-2024-0001", "2024-05-01", "overrides: PG-2020-0001\n")),
    ];
    for (name, id, text) in &files {
        std::fs::create_dir(folder.path().join(name)).unwrap();
        std::fs::write(folder.path().join(name).join(format!("{id}.yaml")), text).unwrap();
    }
    let mut loader = patchgate::input::load::Loader::default();
    let database = loader.database(&["one", "two"].map(|name| folder.path().join(name))).unwrap();
    let speaking = |day: &str| {
        let day = day.parse().unwrap();
        let in_force = database.advisories().iter().filter(|advisory| advisory.is_in_force(day, false));
        in_force.map(|advisory| advisory.id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(speaking("2020-02-29"), Vec::<String>::new());
    assert_eq!(speaking("2022-01-01"), ["ACME-2024-0001"]);
    assert_eq!(database.listing().newest_change, Some("2024-05-01".parse().unwrap()));
}
