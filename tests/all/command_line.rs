//! The wiring: arguments, exit codes, standard input, encodings, files and pipes.

use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;

use patchgate::document::decision::Document;
use patchgate::render::Formats;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn patchgate() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_patchgate"));
    command.current_dir(root());
    command
}

fn run(arguments: &[&str]) -> Output {
    patchgate().args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

const CONTOSO: [&str; 6] =
    ["-i", "examples/contoso/inventory.yaml", "-p", "examples/contoso/pending.yaml", "--at", "2024-08-22T08:00:00Z"];

fn contoso(more: &[&str]) -> Output {
    run(&[&["decide"], &CONTOSO[..], more].concat())
}

#[test]
fn the_text_of_the_example_has_every_part() {
    let output = contoso(&[]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let told = text(&output.stdout);
    for word in
        ["BLOCKED", "SEQUENCED", "APPROVED", "UNPLACED", "COLLECT", "UNDECIDED", "superseded", "soak", "pool", "order"]
    {
        assert!(told.contains(word), "{word} is missing in\n{told}");
    }
}

#[test]
fn the_example_shows_nearly_every_kind_of_reason() {
    let policy = ["-P", "examples/contoso/policy.yaml", "-w", "examples/contoso/waivers.yaml", "-f", "json"];
    let output = contoso(&policy);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let reasons: Vec<&serde_json::Value> =
        document["decisions"].as_array().unwrap().iter().flat_map(|one| one["reasons"].as_array().unwrap()).collect();
    for rule in ["known-bad", "required", "hazard", "superseded", "soak", "hold", "freshness", "pool", "order"] {
        assert!(reasons.iter().any(|reason| reason["rule"] == rule), "no reason of rule {rule}");
    }
    assert!(reasons.iter().any(|reason| !reason["waived"].is_null()), "nothing is waived");
    let summary = &document["summary"];
    for key in ["approve", "sequence", "block", "undecided", "unplaced"] {
        assert!(summary[key].as_u64().unwrap() > 0, "no {key} in {summary}");
    }
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    for format in Document::FORMATS {
        let [one, two] = [(); 2].map(|()| contoso(&["-f", format.name]).stdout);
        assert!(!one.is_empty() && one == two, "{}", format.name);
    }
}

/// One server and one update each, by what the pair comes to.
#[test]
fn exit_codes_say_what_was_decided() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let inventory = |settings: &str| {
        format!(
            "schema: patchgate/inventory/v1\ncollected_at: 2009-12-01\nservers:\n  - name: a\n    ring: pilot\n    roles: [front-end]\n    \
             products: [{{product: office-communications-server-2007-r2, version: 3.5.6907.0}}]\n    updates: []\n    settings: {{{settings}}}\n"
        )
    };
    let pending = file(
        "p.yaml",
        "schema: patchgate/pending/v1\nupdates: [{id: KB974571, classification: security, released: 2009-10-13, brings: [], offered_to: [a]}]\n",
    );
    let nothing = file("n.yaml", "schema: patchgate/pending/v1\nupdates: []\n");
    let broad = inventory("ocs-asn-fix-applied: true").replace("pilot", "critical");
    let young = file(
        "y.yaml",
        "schema: patchgate/pending/v1\nupdates: [{id: KB974571, classification: security, released: 2009-11-28, brings: [], offered_to: [a]}]\n",
    );
    let cases = [
        (0, inventory("ocs-asn-fix-applied: true"), &pending),
        (1, inventory("ocs-asn-fix-applied: false"), &pending),
        (2, "schema: patchgate/inventory/v1\nservers: 1\n".to_owned(), &pending),
        (3, broad, &young),
        (4, inventory(""), &pending),
        (5, inventory(""), &nothing),
    ];
    for (code, inventory, pending) in cases {
        let inventory = file("i.yaml", &inventory);
        let output = run(&["decide", "-i", &inventory, "-p", pending, "--at", "2009-12-02T00:00:00Z", "-f", "json"]);
        assert_eq!(output.status.code(), Some(code), "{}{}", text(&output.stdout), text(&output.stderr));
        assert_eq!(output.stdout.is_empty(), code == 2);
    }
}

#[test]
fn wrong_usage_ends_with_2() {
    let wrong: [&[&str]; 7] = [
        &["decide"],
        &["decide", "-i", "a.yaml"],
        &["decide", "--nonsense"],
        &["decide", "-i", "-", "-p", "-"],
        &[
            "decide",
            "-i",
            "examples/contoso/inventory.yaml",
            "-p",
            "examples/contoso/pending.yaml",
            "--at",
            "yesterday",
        ],
        &["decide", "-i", "examples/contoso/inventory.yaml", "-p", "examples/contoso/pending.yaml", "-a", "src"],
        &["schema", "nonsense"],
    ];
    for arguments in wrong {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", text(&output.stderr));
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn inputs_come_in_every_encoding_and_through_a_pipe() {
    let folder = tempfile::tempdir().unwrap();
    let inventory = std::fs::read_to_string(root().join(CONTOSO[1])).unwrap();
    let utf16 =
        |text: &str| [0xfeffu16].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let big_endian =
        |text: &str| [0xfeffu16].into_iter().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    let expected = without_digest(&contoso(&["-f", "json"]).stdout);
    let crlf = inventory.replace('\n', "\r\n");
    for (name, bytes) in [
        ("mark.yaml", [b"\xef\xbb\xbf", inventory.as_bytes()].concat()),
        ("utf16le.yaml", utf16(&inventory)),
        ("utf16be.yaml", big_endian(&inventory)),
        ("crlf.yaml", crlf.into_bytes()),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let arguments = ["decide", "-i", path.to_str().unwrap(), "-p", CONTOSO[3], "--at", CONTOSO[5], "-f", "json"];
        assert_eq!(without_digest(&run(&arguments).stdout), expected, "{name}");
    }
    let arguments = ["decide", "-i", "-", "-p", CONTOSO[3], "--at", CONTOSO[5], "-f", "json"];
    let piped = patchgate().args(arguments).write_stdin(inventory).output().unwrap();
    assert_eq!(without_digest(&piped.stdout), expected);
}

/// The same servers as YAML, JSON and NDJSON, by which no verdict may change.
#[test]
fn yaml_json_and_ndjson_say_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let yaml = std::fs::read_to_string(root().join(CONTOSO[1])).unwrap();
    let (tree, _) = patchgate::input::load::node::parse(&yaml).unwrap();
    let (inventory, _) = patchgate::input::load::decode::decode::<patchgate::model::server::Inventory>(&tree);
    let inventory = inventory.unwrap();
    let head = serde_json::json!({"schema": inventory.schema, "collected_at": inventory.collected_at,
        "complete": inventory.complete});
    let mut lines = head.to_string();
    for server in &inventory.servers {
        lines.push('\n');
        lines.push_str(&serde_json::to_string(server).unwrap());
    }
    let expected = without_digest(&contoso(&["-f", "json"]).stdout);
    for (name, written) in
        [("i.json", serde_json::to_string_pretty(&inventory).unwrap()), ("i.ndjson", lines.clone()), ("lines", lines)]
    {
        let path = folder.path().join(name);
        std::fs::write(&path, written).unwrap();
        let output = run(&["decide", "-i", path.to_str().unwrap(), "-p", CONTOSO[3], "--at", CONTOSO[5], "-f", "json"]);
        assert_eq!(without_digest(&output.stdout), expected, "{name}: {}", text(&output.stderr));
    }
}

fn without_digest(bytes: &[u8]) -> serde_json::Value {
    let mut document: serde_json::Value = serde_json::from_slice(bytes).unwrap();
    document["inputs"]["inventory"]["sha256"] = serde_json::Value::Null;
    document
}

#[test]
fn filters_show_less_and_change_nothing() {
    let whole: serde_json::Value = serde_json::from_slice(&contoso(&["-f", "json"]).stdout).unwrap();
    let output = contoso(&["-f", "json", "--server", "EX0?.contoso.com", "--update", "5041578"]);
    assert_eq!(output.status.code(), Some(1));
    let part: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let shown = part["decisions"].as_array().unwrap();
    assert_eq!(shown.len(), 3);
    for one in shown {
        assert!(whole["decisions"].as_array().unwrap().contains(one));
    }
    let none = contoso(&["--server", "nobody*"]);
    assert_eq!(none.status.code(), Some(2));
}

#[test]
fn a_file_is_written_as_a_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("decision.json");
    let output = contoso(&["-f", "json", "-o", path.to_str().unwrap()]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    assert_eq!(std::fs::read(&path).unwrap(), contoso(&["-f", "json"]).stdout);
    let missing: &Path = &folder.path().join("none/decision.json");
    assert_eq!(contoso(&["-o", missing.to_str().unwrap()]).status.code(), Some(2));
    let entries = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(entries, 1, "a temporary file stays behind");
}

#[test]
fn a_closed_pipe_is_no_error() {
    let program = env!("CARGO_BIN_EXE_patchgate");
    let command = format!("{program} decide {} -f json | head -c 10; exit ${{PIPESTATUS[0]}}", CONTOSO.join(" "));
    let output = Command::new("bash").current_dir(root()).args(["-c", &command]).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
}

#[test]
fn explain_points_at_file_and_line() {
    let output = run(&[&["explain", "EX01.contoso.com", "KB5041578"], &CONTOSO[..]].concat());
    assert_eq!(output.status.code(), Some(1));
    let told = text(&output.stdout);
    let place = told.lines().find_map(|line| line.split("inventory.yaml:").nth(1)).expect("a place in the inventory");
    let line: usize = place.trim_end_matches(')').parse().unwrap();
    let inventory = std::fs::read_to_string(root().join(CONTOSO[1])).unwrap();
    assert!(inventory.lines().nth(line - 1).unwrap().contains("exchange-server-2019"), "line {line}");
    for word in ["known-bad PG-2024-0001", "way out", "see https://"] {
        assert!(told.contains(word), "{word} is missing in\n{told}");
    }
}

/// What the pending file says of the update has its place there.
#[test]
fn explain_points_at_the_pending_file() {
    let output = run(&[&["explain", "dc04.contoso.com", "KB5041578"], &CONTOSO[..]].concat());
    let told = text(&output.stdout);
    let place = told.lines().find_map(|line| line.split("pending.yaml:").nth(1)).expect("a place in the pending file");
    let line: usize = place.trim_end_matches(')').parse().unwrap();
    let pending = std::fs::read_to_string(root().join(CONTOSO[3])).unwrap();
    let written = pending.lines().nth(line - 1).unwrap();
    assert!(written.contains("released: 2024-08-13"), "line {line}: {written}\n{told}");
}

/// What may go with its steps is of no use without them; and what decides stands before what is only told.
#[test]
fn explain_tells_the_steps_and_puts_what_decides_first() {
    let arguments = [&["explain", "sfbfe01.contoso.com", "KB3134260"], &CONTOSO[..]].concat();
    let output = run(&arguments);
    assert_eq!(output.status.code(), Some(3));
    let told = text(&output.stdout);
    let place = |words: &str| told.find(words).unwrap_or_else(|| panic!("no `{words}` in\n{told}"));
    let deciding = place("sequence by procedure");
    assert!(deciding < place("note by"), "{told}");
    assert!(deciding < place("before the update") && place("before the update") < place("after the update"), "{told}");
    place("(done, as the facts show)");
    place("note by required PG-2016-0001, high: wanted, because");
    let output = run(&[&arguments[..], &["-f", "json"]].concat());
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let silent = document["silent"].as_array().unwrap();
    let far = silent.iter().filter(|one| one["concerns"] == false).count();
    assert!(far > 0 && far < silent.len(), "{far} of {}", silent.len());
    place(&format!("{far} about other products or roles"));
    for procedure in document["procedures"].as_array().unwrap() {
        assert!(
            document["decision"]["reasons"]
                .as_array()
                .unwrap()
                .iter()
                .any(|reason| reason["advisory"] == procedure["advisory"])
        );
        assert!(procedure["after"].as_array().unwrap().iter().all(|action| action["done"].is_null()));
    }
}

/// What nobody knows to be missing is told by the facts to collect, and not as something that the server lacks.
#[test]
fn the_text_lists_as_missing_only_what_is_known_to_be() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_string_lossy().into_owned()
    };
    let pending =
        write("p.json", r#"{"schema": "patchgate/pending/v1", "updates": [{"id": "KB1", "offered_to": ["a"]}]}"#);
    let told = |version: &str, format: &str| {
        let product = format!(r#"{{"product": "skype-for-business-server-2015"{version}}}"#);
        let inventory = format!(
            r#"{{"schema": "patchgate/inventory/v1", "servers": [{{"name": "a", "roles": ["front-end"], "products": [{product}], "settings": {{"trusted-application-tcp": true}}}}]}}"#
        );
        let inventory = write("i.json", &inventory);
        let output = run(&["decide", "-i", &inventory, "-p", &pending, "--at", "2016-04-01", "-f", format]);
        text(&output.stdout).to_owned()
    };
    let missing = "ought to have skype-for-business-server-2015 >=6.0.9319.235 (PG-2016-0001)";
    let squeezed = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(squeezed(told(r#", "version": "6.0.9319.102""#, "text")).contains(missing));
    assert!(!told("", "text").contains("MISSING"), "{}", told("", "text"));
    let document: serde_json::Value = serde_json::from_str(&told("", "json")).unwrap();
    assert!(
        document["missing"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["advisory"] == "PG-2016-0001" && one["truth"] == "unknown")
    );
}

#[test]
fn explain_says_why_there_is_nothing_to_explain() {
    let cases = [
        ("ex1.contoso.com", "KB5041578", "did you mean `ex01.contoso.com`?"),
        ("ex01.contoso.com", "KB5041579", "did you mean `KB5041578`?"),
        ("dc01.contoso.com", "KB974571", "is not offered to"),
    ];
    for (server, update, expected) in cases {
        let output = run(&[&["explain", server, update], &CONTOSO[..]].concat());
        assert_eq!(output.status.code(), Some(5), "{server} {update}");
        assert!(text(&output.stderr).contains(expected), "{}", text(&output.stderr));
    }
}

#[test]
fn completions_and_the_manual_name_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = text(&run(&["completions", shell]).stdout);
        assert!(script.contains("explain") && script.contains("hindsight"), "{shell}");
    }
    let manual = text(&run(&["man"]).stdout);
    assert!(manual.starts_with(".ie") || manual.contains(".TH"), "{manual}");
    for word in ["DECIDE", "EXPLAIN", "IMPORT MSRC", "SCHEMA", "ADVISORY DIFF", "hindsight"] {
        assert!(manual.contains(word), "{word}");
    }
}
