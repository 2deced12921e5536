//! `advisory diff`: what is told of a change of the advisory data, from folders and from git, in every format.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;
use patchgate::document::difference::Difference;
use patchgate::evaluate::Question;
use patchgate::history::compare::{Side, compare};
use patchgate::input::load::{decode::decode, node::parse};
use patchgate::render::Formats;
use patchgate::render::Page;
use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::TempDir;
use unicode_width::UnicodeWidthStr;
use universe::{Fleet, WHOLE, Written, fleet};

use crate::universe;

const AT: &str = "2024-03-15T08:00:00Z";

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/advisory_diff")
}

fn yaml(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap();
    let (root, problems) = parse(&text).unwrap();
    assert!(problems.is_empty(), "{}: {problems:?}", path.display());
    decode(&root).0.unwrap()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &to),
            false => assert!(fs::copy(entry.path(), to).unwrap() > 0),
        }
    }
}

/// A folder with the base as `old` and `new`.
fn workshop() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(&fixtures().join("base"), &folder.path().join("old"));
    copy(&fixtures().join("base"), &folder.path().join("new"));
    folder
}

fn edit(folder: &Path, edits: &Value) {
    for one in edits.as_array().into_iter().flatten() {
        let file = folder.join(one["file"].as_str().unwrap());
        if let Some(text) = one["text"].as_str() {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, text).unwrap();
        } else if one["remove"] == true {
            fs::remove_file(&file).unwrap();
        } else {
            replace(&file, one["from"].as_str().unwrap(), one["to"].as_str().unwrap());
        }
    }
}

fn replace(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "{} does not have {from}", file.display());
    fs::write(file, text.replacen(from, to, 1)).unwrap();
}

/// The program in a folder, where git sees no settings but its own.
fn patchgate(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_patchgate"));
    command.current_dir(folder).env("GIT_CEILING_DIRECTORIES", std::env::temp_dir());
    command
}

fn diff(folder: &Path, arguments: &[&str]) -> Output {
    let inputs = ["inventory.yaml", "pending.yaml"].map(|name| fixtures().join(name));
    let mut command = patchgate(folder);
    command.args(["advisory", "diff"]).args(arguments).args(["--at", AT]);
    command.arg("-i").arg(&inputs[0]).arg("-p").arg(&inputs[1]).output().unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn complained(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn json_of(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", complained(output)))
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A changed pair as cases write it.
fn change_in_words(change: &Value) -> String {
    let reason = |one: &Value| {
        let advisory = one["advisory"].as_str().map(|id| format!(" {id}")).unwrap_or_default();
        format!("{} {}{advisory}", word(&one["change"]), word(&one["rule"]))
    };
    let joined = |list: Vec<String>| list.join(", ");
    let absence = change["absence"].as_str().map(|absence| format!(" ({absence})")).unwrap_or_default();
    let verdict = match change["old"] == change["new"] {
        true => word(&change["new"]).to_owned(),
        false => format!("{} -> {}", word(&change["old"]), word(&change["new"])),
    };
    format!(
        "{} {} {verdict}{absence}; {}; {}; {} {}",
        word(&change["server"]),
        word(&change["update"]),
        joined(list(&change["because"]).iter().map(reason).collect()),
        joined(list(&change["details"]).iter().map(|one| word(&one["key"]).to_owned()).collect()),
        if change["indirect"] == true { "<<-" } else { "<-" },
        joined(
            list(&change["causes"]).iter().map(|one| format!("{} {}", word(&one["kind"]), word(&one["id"]))).collect()
        ),
    )
}

fn data_in_words(entry: &Value) -> String {
    let keys: String = list(&entry["keys"]).iter().map(|key| format!(" {}", word(&key["key"]))).collect();
    let silent = entry["silent"].as_str().map(|silent| format!(" silent: {silent}")).unwrap_or_default();
    let [kind, id, change] = ["kind", "id", "change"].map(|key| word(&entry[key]));
    format!("{kind} {id} {change}{keys} ({}/{}){silent}", entry["verdicts"], entry["beside"])
}

fn in_words(document: &Value) -> Value {
    let all = |key: &str, words: &dyn Fn(&Value) -> String| list(&document[key]).iter().map(words).collect::<Vec<_>>();
    json!({
        "changes": all("changes", &change_in_words),
        "beside": all("beside", &change_in_words),
        "missing": all("missing", &|one| format!("{} {} {}", word(&one["change"]), word(&one["server"]), word(&one["advisory"]))),
        "notes": all("notes", &|one| format!("{} {}", word(&one["change"]), word(&one["note"]))),
        "unplaced": all("unplaced", &|one| format!("{} {}", word(&one["change"]), word(&one["update"]))),
        "data": all("data", &data_in_words),
    })
}

/// A document with its sides swapped, without what is told of one side only.
fn mirrored(document: &Value) -> Value {
    let mut mirror = document.clone();
    swap(&mut mirror);
    mirror
}

fn swap(value: &mut Value) {
    match value {
        Value::Array(all) => all.iter_mut().for_each(swap),
        Value::Object(keys) => {
            keys.remove("message");
            keys.remove("title");
            keys.remove("silent");
            keys.values_mut().for_each(swap);
            if let (Some(old), Some(new)) = (keys.get("old").cloned(), keys.get("new").cloned()) {
                keys.insert("old".to_owned(), new);
                keys.insert("new".to_owned(), old);
            }
            match keys.get("change").and_then(Value::as_str) {
                Some("added") => drop(keys.insert("change".to_owned(), json!("removed"))),
                Some("removed") => drop(keys.insert("change".to_owned(), json!("added"))),
                _ => {}
            }
        }
        _ => {}
    }
}

/// What is the same whatever the order of the lists in it.
fn sorted(mut value: Value) -> Value {
    if let Value::Array(all) = &mut value {
        let mut texts: Vec<Value> = all.drain(..).map(sorted).collect();
        texts.sort_by_key(Value::to_string);
        return Value::Array(texts);
    }
    if let Value::Object(keys) = &mut value {
        keys.values_mut().for_each(|value| *value = sorted(value.take()));
    }
    value
}

#[test]
fn every_case_is_told_as_it_is_and_backwards() {
    let schema = patchgate::document::schema::schema("advisory-diff").unwrap();
    let mut failures = Vec::new();
    let cases = list(&yaml(&fixtures().join("cases.yaml"))["cases"]);
    assert!(cases.len() > 15);
    for case in cases {
        let folder = workshop();
        let [old, new] = ["old", "new"].map(|name| folder.path().join(name));
        edit(&old, &case["old"]);
        edit(&new, &case["old"]);
        edit(&new, &case["new"]);
        let output = diff(folder.path(), &["old", "new", "-f", "json"]);
        let document = json_of(&output);
        assert!(jsonschema::validate(schema.as_value(), &document).is_ok());
        let expected: Vec<&str> = ["changes", "beside", "missing", "unplaced", "notes", "data"].to_vec();
        let found = in_words(&document);
        for key in &expected {
            let wanted = if case[key].is_null() { json!([]) } else { case[key].clone() };
            if found[key] != wanted {
                failures.push(format!("{}: {key}\n  found  {}\n  wanted {wanted}", case["name"], found[key]));
            }
        }
        let is_same = expected.iter().all(|key| *key == "data" || case[key].is_null());
        if output.status.code() != Some(i32::from(!is_same)) {
            failures.push(format!("{}: ended with {:?}", case["name"], output.status.code()));
        }
        let backwards = json_of(&diff(folder.path(), &["new", "old", "-f", "json"]));
        // Swapped twice, only what is told of one side is left out.
        assert_eq!(sorted(mirrored(&document)), sorted(mirrored(&mirrored(&backwards))), "{}", case["name"]);
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn exit_codes_and_what_is_said_when_nothing_changes() {
    let folder = workshop();
    let same = diff(folder.path(), &["old", "new"]);
    assert_eq!(same.status.code(), Some(0));
    assert!(told(&same).contains("NO VERDICT CHANGES: 8 decisions on 3 of 3 servers compared"), "{}", told(&same));
    let markdown = told(&diff(folder.path(), &["old", "new", "-f", "markdown"]));
    assert!(markdown.contains("**No verdict changes**: 8 decisions on 3 of 3 servers compared."), "{markdown}");
    replace(&folder.path().join("new/app/PG-2024-0001.yaml"), "status: active", "status: withdrawn");
    assert_eq!(diff(folder.path(), &["old", "new"]).status.code(), Some(1));
    assert_eq!(diff(folder.path(), &["old", "new", "--allow-changes"]).status.code(), Some(0));
    let file = folder.path().join("comment.md");
    let output = diff(folder.path(), &["old", "new", "-f", "markdown", "-o", "comment.md"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    assert_eq!(fs::read_to_string(file).unwrap(), told(&diff(folder.path(), &["old", "new", "-f", "markdown"])));
}

#[test]
fn nothing_compared_is_not_the_same_as_nothing_changed() {
    let folder = workshop();
    fs::write(folder.path().join("none.yaml"), "schema: patchgate/pending/v1\nupdates: []\n").unwrap();
    let inventory = fixtures().join("inventory.yaml");
    let arguments = ["advisory", "diff", "old", "new", "-p", "none.yaml", "--allow-changes", "-i"];
    let output = patchgate(folder.path()).args(arguments).arg(inventory).output().unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    assert!(complained(&output).contains("nothing to compare"), "{}", complained(&output));
}

#[test]
fn wrong_inputs_are_told_all_at_once() {
    let folder = workshop();
    replace(&folder.path().join("old/app/PG-2024-0001.yaml"), "kind: known-bad", "kind: known-good");
    replace(&folder.path().join("new/settings.yaml"), "type: bool", "typ: bool");
    let output = diff(folder.path(), &["old", "new", "-P", "no-policy.yaml"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    for expected in [
        "old/app/PG-2024-0001.yaml:4:7: error[unknown-word]",
        "new/settings.yaml:4:5: error[unknown-key]",
        "no-policy.yaml: error[unreadable]",
    ] {
        assert!(complained(&output).contains(expected), "{expected}\n{}", complained(&output));
    }
}

#[test]
fn other_folders_stand_before_both_sides() {
    let folder = workshop();
    let own = folder.path().join("own");
    fs::create_dir(&own).unwrap();
    fs::rename(folder.path().join("new/app/PG-2024-0001.yaml"), own.join("PG-2024-0001.yaml")).unwrap();
    fs::remove_file(folder.path().join("old/app/PG-2024-0001.yaml")).unwrap();
    let output = diff(folder.path(), &["old", "new", "-a", "own", "-f", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", complained(&output));
    assert_eq!(json_of(&output)["inputs"]["new"]["advisories"], 2);
    let again = diff(folder.path(), &["old", "new", "-a", "own", "-a", "new"]);
    assert!(complained(&again).contains("error[duplicate-advisory]"), "{}", complained(&again));
}

#[test]
fn several_pending_files_are_one() {
    let folder = workshop();
    replace(&folder.path().join("new/app/PG-2024-0001.yaml"), "status: active", "status: withdrawn");
    let file = |name: &str, updates: &str| {
        let text = format!("schema: patchgate/pending/v1\nupdates:\n{updates}");
        fs::write(folder.path().join(name), text).unwrap();
    };
    file("one.yaml", "  - {id: KB100}\n  - {id: KB200}\n");
    file("two.yaml", "  - {id: kb 200}\n  - {id: KB500, offered_to: [app3]}\n");
    file("other.yaml", "  - {id: KB200, restart: never}\n");
    let run = |pending: &[&str]| {
        let mut command = patchgate(folder.path());
        command
            .args(["advisory", "diff", "old", "new", "-f", "json", "--at", AT, "-i"])
            .arg(fixtures().join("inventory.yaml"));
        command.arg("-p").args(pending).output().unwrap()
    };
    let (there, back) = (run(&["one.yaml", "two.yaml"]), run(&["two.yaml", "one.yaml"]));
    assert_eq!(json_of(&there)["inputs"]["pending"]["updates"], 3);
    assert_eq!(there.stdout, back.stdout, "the order of the files matters");
    let differing = run(&["one.yaml", "other.yaml"]);
    assert_eq!(differing.status.code(), Some(2));
    let expected = "other.yaml:3:10: error[duplicate-update]: update `KB200` is told otherwise in one.yaml";
    assert!(complained(&differing).contains(expected), "{}", complained(&differing));
}

/// Git in a folder, without anybody's settings.
fn git(folder: &Path, arguments: &[&str]) -> String {
    let nobody = if cfg!(windows) { "NUL" } else { "/dev/null" };
    let mut command = Command::new("git");
    command.current_dir(folder).env("GIT_CONFIG_GLOBAL", nobody).env("GIT_CONFIG_NOSYSTEM", "1").env("HOME", folder);
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "Nobody").env(format!("GIT_{who}_EMAIL"), "nobody@example.com");
        command.env(format!("GIT_{who}_DATE"), "2024-03-15T00:00:00Z");
    }
    let output = command.args(arguments).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", complained(&output));
    told(&output).trim().to_owned()
}

/// A repository whose branch `main` holds the base in `advisories`, and whose `change` withdraws an advisory.
fn repository() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let git = |arguments: &[&str]| git(folder.path(), arguments);
    git(&["init", "--quiet", "--initial-branch", "main"]);
    copy(&fixtures().join("base"), &folder.path().join("advisories"));
    // What would change the files or hide them on their way out of an archive.
    fs::write(folder.path().join(".gitattributes"), "*.csv export-ignore\n*.yaml ident eol=crlf\n").unwrap();
    fs::write(folder.path().join("advisories/README.md"), "no data").unwrap();
    git(&["add", "."]);
    git(&["commit", "--quiet", "-m", "base"]);
    git(&["switch", "--quiet", "-c", "change"]);
    replace(&folder.path().join("advisories/app/PG-2024-0001.yaml"), "status: active", "status: withdrawn");
    git(&["commit", "--quiet", "-am", "withdrawn"]);
    folder
}

const WITHDRAWN: &str =
    "app1 KB100 block -> approve; removed known-bad PG-2024-0001; round, unblock; <- advisory PG-2024-0001";

#[test]
fn revisions_are_compared_with_each_other_and_with_folders() {
    let repository = repository();
    let folder = repository.path();
    let commit = git(folder, &["rev-parse", "main"]);
    git(folder, &["tag", "-a", "v1", "-m", "a tag", "main"]);
    let before = git(folder, &["status", "--porcelain"]);
    for (old, new) in [
        ("main", "change"),
        ("main", "HEAD"),
        ("HEAD~1", "advisories"),
        ("v1", "change:advisories/"),
        (commit.as_str(), "change"),
        (&commit[..9], "advisories"),
    ] {
        let output = diff(folder, &[old, new, "-f", "json"]);
        let document = json_of(&output);
        assert_eq!(in_words(&document)["changes"], json!([WITHDRAWN]), "{old} {new}");
        assert_eq!(
            (&document["inputs"]["old"]["name"], &document["inputs"]["old"]["commit"]),
            (&json!(old), &json!(commit))
        );
    }
    // A revision and the folder of the same files are the same, down to the digest.
    fs::write(folder.join("new.txt"), "not data").unwrap();
    let document = json_of(&diff(folder, &["change", "advisories", "-f", "json"]));
    assert_eq!(document["inputs"]["old"]["sha256"], document["inputs"]["new"]["sha256"]);
    assert!(list(&document["data"]).is_empty());
    fs::remove_file(folder.join("new.txt")).unwrap();
    assert_eq!(git(folder, &["status", "--porcelain"]), before);
}

#[test]
fn a_folder_wins_and_another_path_or_the_root_may_be_meant() {
    let repository = repository();
    let folder = repository.path();
    git(folder, &["branch", "advisories", "main"]);
    let document = json_of(&diff(folder, &["main", "advisories", "-f", "json"]));
    assert_eq!(document["inputs"]["new"]["commit"], Value::Null, "the branch was taken");
    git(folder, &["mv", "advisories", "data"]);
    git(folder, &["commit", "--quiet", "-m", "moved"]);
    fs::create_dir(folder.join("below")).unwrap();
    let moved = diff(&folder.join("below"), &["main:advisories", "change:data", "-f", "json"]);
    assert_eq!(in_words(&json_of(&moved))["changes"], json!([WITHDRAWN]));
    // In a repository of nothing but data, the root.
    git(folder, &["switch", "--quiet", "--orphan", "only-data"]);
    copy(&fixtures().join("base"), folder);
    git(folder, &["add", "."]);
    git(folder, &["commit", "--quiet", "-m", "only data"]);
    let root = json_of(&diff(folder, &["only-data", "change:data", "-f", "json"]));
    assert_eq!(in_words(&root)["changes"], json!([WITHDRAWN]));
}

#[test]
fn problems_in_a_revision_name_it() {
    let repository = repository();
    let folder = repository.path();
    replace(&folder.join("advisories/app/PG-2024-0001.yaml"), "kind: known-bad", "kind: known-good");
    git(folder, &["commit", "--quiet", "-am", "broken"]);
    let output = diff(folder, &["main", "change"]);
    let expected = "change:advisories/app/PG-2024-0001.yaml:4:7: error[unknown-word]: unknown word `known-good`";
    assert!(complained(&output).contains(expected), "{}", complained(&output));
    let whole = diff(folder, &["main:", "main"]);
    assert_eq!(whole.status.code(), Some(0), "{}", complained(&whole));
}

#[test]
fn what_is_neither_folder_nor_revision_is_said_to_be_so() {
    let repository = repository();
    let folder = repository.path();
    fs::create_dir(folder.join("empty")).unwrap();
    let cases: [(&[&str], &str); 9] = [
        (&["mian", "change"], "`mian` is neither a folder nor a git revision: the repository has no such commit"),
        (&["main", ":/base"], "`:/base` is neither a folder nor a git revision"),
        (&["main", "change:data"], "`change:data`: the revision is there, but has no folder `data`"),
        (&["main", "change:advisories/settings.yaml"], "has no folder `advisories/settings.yaml`"),
        (&["main", "advisories/settings.yaml"], "`advisories/settings.yaml` is a file"),
        (&["main", "main..change"], "`main..change` is neither a folder nor a git revision"),
        (&["empty", "main"], "empty: error[no-advisories]"),
        (&["main:.git", "main"], "has no folder `.git`"),
        (&["--", "--output=taken", "main"], "`--output=taken` is neither a folder nor a git revision"),
    ];
    for (arguments, expected) in cases {
        let inputs = ["inventory.yaml", "pending.yaml"].map(|name| fixtures().join(name));
        let mut command = patchgate(folder);
        command.args(["advisory", "diff", "-i"]).arg(&inputs[0]).arg("-p").arg(&inputs[1]).args(["--at", AT]);
        let output = command.args(arguments).output().unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{arguments:?}");
        assert!(complained(&output).contains(expected), "{arguments:?}: {}", complained(&output));
        assert!(!folder.join("taken").exists());
    }
    let elsewhere = workshop();
    let output = diff(elsewhere.path(), &["old", "main"]);
    assert!(
        complained(&output).contains(
            "`main` is neither a folder nor a git revision: the current folder is not in a usable git repository"
        ),
        "{}",
        complained(&output)
    );
    let nowhere = patchgate(folder)
        .env("PATH", "")
        .args(["advisory", "diff", "main", "advisories", "-i", "i", "-p", "p"])
        .output()
        .unwrap();
    assert!(
        complained(&nowhere).contains("neither a folder nor a git revision: there is no git program"),
        "{}",
        complained(&nowhere)
    );
}

#[cfg(unix)]
#[test]
fn links_in_a_revision_are_not_followed() {
    let repository = repository();
    let folder = repository.path();
    std::os::unix::fs::symlink("/etc/passwd", folder.join("advisories/app/PG-2024-0009.yaml")).unwrap();
    git(folder, &["add", "."]);
    git(folder, &["commit", "--quiet", "-m", "a link"]);
    let output = diff(folder, &["main", "HEAD"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(complained(&output).contains("`app/PG-2024-0009.yaml` is a link"), "{}", complained(&output));
}

/// A difference about servers, an update and an advisory with these names.
fn named(servers: &[String], update: &str, title: &str) -> Difference {
    let reason = json!({
        "rule": "known-bad", "advisory": "PG-2024-0003", "change": "added", "old": null, "message": title,
        "new": {"effect": "block", "truth": "true", "waived": false, "missing": []},
    });
    let change = |server: &String, new: &str| {
        json!({
            "server": server, "update": update, "old": "approve", "new": new, "absence": null, "because": [reason], "indirect": false,
            "details": [{"key": "unblock", "old": [], "new": [title]}], "causes": [{"kind": "advisory", "id": "PG-2024-0003"}],
        })
    };
    let all = |new| servers.iter().map(|server| change(server, new)).collect::<Vec<_>>();
    let counted = json!({"sha256": "", "count": 0});
    let side = json!({"name": title, "commit": null, "sha256": "", "advisories": 1, "stale": title});
    serde_json::from_value(json!({
        "schema": "patchgate/advisory-diff/v1", "at": AT, "tool": "patchgate",
        "inputs": {
            "inventory": {"sha256": "", "servers": servers.len()}, "pending": {"sha256": "", "updates": 1},
            "policy": {"sha256": "", "name": title}, "waivers": counted, "old": side, "new": side,
        },
        "summary": {
            "pairs": servers.len(), "servers": servers.len(), "changed": servers.len(), "beside": servers.len(),
            "transitions": [{"old": "approve", "new": "block", "pairs": servers.len()}],
        },
        "data": [{
            "kind": "advisory", "id": "PG-2024-0003", "change": "changed", "title": title, "product": null, "update": null,
            "keys": [{"key": "title", "old": title, "new": null}], "silent": null, "verdicts": servers.len(), "beside": servers.len(),
        }],
        "changes": all("block"), "beside": all("approve"),
        "missing": servers.iter().map(|server| json!({"server": server, "advisory": "PG-2024-0003", "requires": title, "truth": "true", "change": "added"})).collect::<Vec<_>>(),
        "unplaced": [], "notes": [{"note": title, "change": "removed"}],
    }))
    .unwrap()
}

fn written(difference: &Difference, format: &str, page: Page) -> String {
    let mut out = Vec::new();
    let format = Difference::format(format).unwrap();
    (format.render)(difference, &page, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn page(width: usize) -> Page {
    Page { width, has_colour: false, is_terminal: false }
}

#[test]
fn hostile_texts_come_out_inert() {
    let hostile = [
        "<script>alert(1)</script>",
        "::error::taken over",
        "##vso[task.complete]",
        "a|b`c*d_[e](f)",
        "@everybody #12 !34",
        "</details><img src=x onerror=y>",
        "back\u{202e}wards",
    ];
    for text in hostile {
        let difference = named(&[text.to_owned()], text, &format!("{text}\u{1b}[31m\n::error::line\r\n| end"));
        for format in Difference::FORMATS {
            let out = written(&difference, format.name, page(80));
            assert!(!out.contains('\u{1b}'), "{}: {out}", format.name);
            assert!(!out.lines().any(|line| line.trim_start().starts_with("::")), "{}: {out}", format.name);
            match format.name {
                "json" => assert_eq!(serde_json::from_str::<Difference>(&out).unwrap(), difference),
                "markdown" => {
                    for wrong in ["<script", "<img", "@everybody", "a|b", "`c", "[e](f)", "\u{202e}", "\n::", "##vso["]
                    {
                        assert!(!out.replace("\\`", "").contains(wrong), "{wrong} in {out}");
                    }
                    assert_eq!(out.matches("<details>").count(), out.matches("</details>").count(), "{out}");
                    let rows = out.lines().filter(|line| line.starts_with('|'));
                    rows.for_each(|row| assert_eq!(row.replace("\\|", "").matches('|').count(), 5, "{row}"));
                }
                _ => assert!(!out.contains('\u{202e}') && !out.contains("##vso["), "{out}"),
            }
        }
    }
}

#[test]
fn text_fits_its_page_and_colour_says_nothing_alone() {
    let wide = ["サーバー".repeat(18), "a-server-with-a-very-long-name-".repeat(6), "app1".to_owned()];
    let difference = named(&wide, &"KB".repeat(60), &"Something breaks ".repeat(9));
    for width in [40, 60, 80, 140] {
        for line in written(&difference, "text", page(width)).lines() {
            assert!(line.width() <= width, "{} columns on a page of {width}: {line}", line.width());
        }
    }
    let coloured = written(&difference, "text", Page { width: 80, has_colour: true, is_terminal: true });
    assert!(coloured.contains('\u{1b}'));
    assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), written(&difference, "text", page(80)));
}

#[test]
fn long_lists_are_shortened_and_a_comment_stays_below_its_limit() {
    let servers = |count: usize, name: &str| (0..count).map(|n| format!("{name}{n:05}")).collect::<Vec<_>>();
    let few = written(&named(&servers(43, "app"), "KB1", "It breaks"), "markdown", page(80));
    assert!(few.contains("app00005<details><summary>and 37 more</summary>app00006, "), "{few}");
    assert!(few.contains("app00042") && !few.contains("Shortened"), "{few}");
    let more = written(&named(&servers(2_000, "app"), "KB1", "It breaks"), "markdown", page(80));
    assert!(more.contains("app00005 and 1994 more |") && more.contains("Shortened to fit"), "{}", more.len());
    let text = written(&named(&servers(43, "app"), "KB1", "It breaks"), "text", page(80));
    assert!(text.contains("app00011 and 31 more") && text.contains("and 31 more (-f json shows all)"), "{text}");
    let mut many = named(&servers(20_000, &"<@".repeat(100)), "KB1", &"|".repeat(5_000));
    for (number, change) in many.changes.iter_mut().enumerate() {
        change.update = patchgate::model::id::UpdateId::new(&format!("KB{}", number % 5_000)).unwrap();
    }
    let comment = written(&many, "markdown", page(80));
    assert!(comment.chars().count() < 65_536, "{} characters", comment.chars().count());
    assert!(comment.contains("Shortened to fit in a comment; `-f json` holds everything."));
    for expected in ["20000 verdicts change", "more rows", "more entries"] {
        assert!(comment.contains(expected), "{expected}");
    }
    assert_eq!(comment.matches("<details>").count(), comment.matches("</details>").count());
}

#[test]
fn the_order_of_inputs_does_not_matter() {
    let folder = workshop();
    replace(&folder.path().join("new/app/PG-2024-0001.yaml"), "status: active", "status: withdrawn");
    let servers = fs::read_to_string(fixtures().join("inventory.yaml")).unwrap();
    let (head, entries) = servers.split_once("servers:\n").unwrap();
    let backwards: Vec<&str> = entries.lines().rev().collect();
    fs::write(folder.path().join("i.yaml"), format!("{head}servers:\n{}\n", backwards.join("\n"))).unwrap();
    for format in Difference::FORMATS {
        let mut command = patchgate(folder.path());
        command.args(["advisory", "diff", "old", "new", "--at", AT, "-f", format.name, "-i", "i.yaml", "-p"]);
        let backwards = told(&command.arg(fixtures().join("pending.yaml")).output().unwrap());
        let there = told(&diff(folder.path(), &["old", "new", "-f", format.name]));
        let digest = |text: &str| {
            serde_json::from_str::<Value>(text).ok().map(|one| word(&one["inputs"]["inventory"]["sha256"]).to_owned())
        };
        let same = digest(&there).map_or(there.clone(), |one| there.replace(&one, &digest(&backwards).unwrap()));
        assert_eq!(same, backwards, "{}", format.name);
    }
}

/// Looking at known issues again makes old data young: said once of the data, not of every decision, unless the policy blocks for it.
#[test]
fn the_age_of_the_data_is_told_once() {
    let folder = workshop();
    let late = |policy: &str| {
        let mut command = patchgate(folder.path());
        command.args(["advisory", "diff", "old", "new", "--at", "2024-04-15T00:00:00Z", "-P", policy, "-i"]);
        command.arg(fixtures().join("inventory.yaml")).arg("-p").arg(fixtures().join("pending.yaml")).output().unwrap()
    };
    let policy = |name: &str, stale: &str| {
        let text =
            format!("schema: patchgate/policy/v1\nname: {name}\nfreshness: {{inventory: 900d, stale: {stale}}}\n");
        fs::write(folder.path().join(name), text).unwrap();
    };
    policy("lenient", "note");
    policy("strict", "block");
    for (side, day) in [("old", "2024-03-01"), ("new", "2024-04-10")] {
        let side = folder.path().join(side);
        replace(&side.join("products/app-server.yaml"), "name: App Server", "name: App Server\nfamily: apps");
        let coverage = format!("schema: patchgate/coverage/v1\nfamilies: {{apps: {{known_issues: {day}}}}}\n");
        fs::write(side.join("coverage.yaml"), coverage).unwrap();
    }
    let lenient = late("lenient");
    assert_eq!(lenient.status.code(), Some(0), "{}", told(&lenient));
    assert!(
        told(&lenient).contains(
            "old: old, 2 advisories; known issues of apps were looked at through 2024-03-01,\n  more than 30d ago"
        ),
        "{}",
        told(&lenient)
    );
    assert!(told(&lenient).contains("new: new, 2 advisories\n"), "{}", told(&lenient));
    let strict = told(&late("strict"));
    assert!(strict.contains("coverage apps changed (known_issues 2024-03-01 -> 2024-04-10)"), "{strict}");
    assert!(strict.contains("- 3 updates block -> approve: freshness no longer blocks"), "{strict}");
}

/// The difference between two generated databases, on the servers and updates of the first.
fn between(old: &Written, new: &Written) -> Difference {
    let read = |values: &[Value]| -> Vec<_> {
        values.iter().map(|one| serde_json::from_value(one.clone()).unwrap()).collect()
    };
    let pending: Vec<_> = old.pending.iter().map(|one| serde_json::from_value(one.clone()).unwrap()).collect();
    let policy = serde_json::from_value(old.policy.clone()).unwrap();
    let (old_data, new_data) = (old.database(), new.database());
    let question = |database| Question {
        database,
        policy: &policy,
        waivers: &[],
        pending: &pending,
        at: old.at.parse().unwrap(),
        is_complete: true,
        hindsight: false,
    };
    let (old_document, new_document) = (old.decide(), new.decide());
    let side =
        |database, document| Side { name: "data".to_owned(), commit: None, question: question(database), document };
    compare(&side(&old_data, &old_document), &side(&new_data, &new_document), &read(&old.servers))
}

/// A fleet, and the same with the data of another.
fn with_data_of(fleet: &Fleet, other: &Fleet, keeps: usize) -> (Written, Written) {
    let (old, other) = (fleet.written(), other.written());
    let mut new = Written { rows: other.rows, products: other.products, ..old.clone() };
    // Of the advisories some stay as they are.
    let id = |one: &Value| word(&one["id"]).to_owned();
    new.advisories.truncate(keeps);
    let kept: Vec<String> = new.advisories.iter().map(id).collect();
    new.advisories.extend(other.advisories.into_iter().filter(|one| !kept.contains(&id(one))));
    (old, new)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    /// The same data, in whatever order, is no difference.
    #[test]
    fn nothing_differs_from_itself(fleet in fleet(WHOLE)) {
        let one = fleet.written();
        let mut other = one.clone();
        other.advisories.reverse();
        other.rows.reverse();
        other.products.reverse();
        let difference = between(&one, &other);
        prop_assert!(difference.is_empty() && difference.data.is_empty() && difference.changes.is_empty());
        prop_assert_eq!(difference.summary.pairs, one.decide().decisions.len());
    }

    /// Every verdict that differs is told, nothing else is told as one, and everything that is told has a cause.
    #[test]
    fn whatever_differs_is_told_with_a_cause(one in fleet(WHOLE), other in fleet(WHOLE), keeps in 0..7usize) {
        let (old, new) = with_data_of(&one, &other, keeps);
        let difference = between(&old, &new);
        let verdicts = |written: &Written| {
            let decisions = written.decide().decisions.into_iter();
            decisions.map(|one| ((one.server, one.update), one.verdict.to_string())).collect::<std::collections::BTreeMap<_, _>>()
        };
        let (before, after) = (verdicts(&old), verdicts(&new));
        let pairs: std::collections::BTreeSet<_> = before.keys().chain(after.keys()).collect();
        let changed: Vec<_> = pairs.iter().filter(|pair| before.get(**pair) != after.get(**pair)).map(|pair| (*pair).clone()).collect();
        let told: Vec<_> = difference.changes.iter().map(|one| (one.server.clone(), one.update.clone())).collect();
        prop_assert_eq!(changed, told);
        prop_assert_eq!(difference.summary.pairs, pairs.len());
        for change in difference.changes.iter().chain(&difference.also_changed) {
            prop_assert!(!change.causes.is_empty(), "no cause of {:?}", change);
            prop_assert!(change.causes.iter().all(|cause| difference.data_of(cause).is_some()));
        }
    }

    /// Swapped sides give the mirror image.
    #[test]
    fn differences_have_a_mirror_image(one in fleet(WHOLE), other in fleet(WHOLE), keeps in 0..7usize) {
        let (old, new) = with_data_of(&one, &other, keeps);
        let there = serde_json::to_value(between(&old, &new)).unwrap();
        let new = Written { servers: old.servers.clone(), pending: old.pending.clone(), policy: old.policy.clone(), ..new };
        let back = serde_json::to_value(between(&new, &old)).unwrap();
        prop_assert_eq!(sorted(mirrored(&there)), sorted(mirrored(&mirrored(&back))));
    }
}
