//! Malformed and hostile inputs: always exit code 2 and a message, never a panic, a hang, or a word on standard output.

use std::path::{Path, PathBuf};

use patchgate::input::load::Loader;

const INVENTORY: &str = "schema: patchgate/inventory/v1
collected_at: 2014-01-20T08:00:00Z
servers:
  - name: edge01.contoso.com
    groups: [Edge servers]
    roles: [edge]
    products:
      - {product: windows-server-2012-r2, version: 6.3.9600.16384}
      - {product: lync-server-2013, version: 5.0.8308.556}
    updates: [KB2837510, {id: KB2904266, installed: 2014-01-10}]
    services:
      - {name: RTCSRV, state: running, start: automatic}
    listeners: [{port: 5061, process: RTCSrv.exe}]
    settings: {trusted-application-tcp: false}
";

const PENDING: &str = "schema: patchgate/pending/v1
updates:
  - {id: KB2905048, products: [lync-server-2013], released: 2014-01-08, offered_to: [edge01.contoso.com]}
";

const POLICY: &str = "schema: patchgate/policy/v1
name: strict
rings: [{name: pilot, soak: 0d}, {name: broad, soak: 7d}]
freeze: [{name: year end, from: 2026-12-18T00:00:00Z, to: 2027-01-04T00:00:00Z, except: [expedited]}]
windows: [{servers: {ring: broad}, every: second tuesday + 4d, at: \"22:00\", for: 4h, tz: Europe/Berlin}]
";

const WAIVERS: &str = "schema: patchgate/waivers/v1
waivers:
  - {advisory: PG-2009-0001, servers: {names: [a]}, reason: r, approved_by: j.doe, ticket: CHG-1, expires: 2026-12-31}
";

const ADVISORY: &str = "schema: patchgate/advisory/v1
id: PG-2024-0001
title: Something breaks
kind: known-bad
severity: high
published: 2024-01-01
updates: [KB1]
affects: [{product: lync-server-2013, versions: \">=5.0\", roles: [edge]}]
when: {not: {all: [{setting: {name: a, equals: true}}, {count: {of: certificate, where: {store: root}, over: 3}}]}}
";

/// A file of each kind, how it is named, and whether the bytes were accepted.
const KINDS: [(&str, &str); 5] = [
    ("inventory.yaml", INVENTORY),
    ("pending.yaml", PENDING),
    ("policy.yaml", POLICY),
    ("waivers.yaml", WAIVERS),
    ("advisories/PG-2024-0001.yaml", ADVISORY),
];

/// Loads one file as its name says; true when it was accepted, and otherwise there must be a diagnostic.
fn is_accepted(folder: &Path, name: &str, bytes: &[u8]) -> bool {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, bytes).unwrap();
    let mut loader = Loader::default();
    let is_some = match name {
        "inventory.yaml" | "inventory.json" | "inventory.ndjson" => {
            loader.fleet(std::slice::from_ref(&path), true).is_some()
        }
        "pending.yaml" => loader.pending(&path).is_some(),
        "policy.yaml" => loader.policy(&path).is_some(),
        "waivers.yaml" => loader.waivers(&path).is_some(),
        _ => loader.database(&[PathBuf::from(path.parent().unwrap())]).is_some(),
    };
    let has_errors = loader.has_errors();
    let diagnostics = loader.finish();
    assert_eq!(has_errors, !diagnostics.is_empty());
    assert!(is_some || has_errors, "{name}: refused without a word");
    for diagnostic in &diagnostics {
        let text = diagnostic.to_string();
        assert!(text.contains(": error[") && text.len() < 4_000, "{text}");
        assert!(!text.contains('\u{1b}'), "{text}");
        assert!(!text.contains("struct ") && !text.contains("enum "), "a type's name: {text}");
    }
    !has_errors
}

#[test]
fn the_unharmed_files_are_accepted() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in KINDS {
        assert!(is_accepted(folder.path(), name, text.as_bytes()), "{name}");
    }
}

/// Each input, by what is wrong with it, and the code that it must be refused with.
fn harmed() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let replaced = |from: &str, to: &str| INVENTORY.replacen(from, to, 1).into_bytes();
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let mut odd = vec![0xff, 0xfe];
    odd.extend(utf16(INVENTORY));
    odd.push(0x41);
    let mut bomb = String::from("schema: patchgate/inventory/v1\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let items = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{items}]\n"));
    }
    vec![
        ("nothing", Vec::new(), "empty"),
        ("only blanks", b"  \n\n".to_vec(), "empty"),
        ("a NUL", replaced("edge01", "ed\0ge01"), "encoding"),
        ("invalid UTF-8", [INVENTORY.as_bytes(), &[0xc3, 0x28]].concat(), "encoding"),
        ("UTF-16 without a mark", utf16(INVENTORY), "encoding"),
        ("half a UTF-16 unit", odd, "encoding"),
        ("an alias bomb", bomb.into_bytes(), "too-many-aliases"),
        ("an alias of itself", b"schema: &a [*a]\n".to_vec(), "yaml-alias"),
        ("brackets without end", vec![b'['; 100_000], "too-deep"),
        ("braces without end", "{a: ".repeat(50_000).into_bytes(), "too-deep"),
        (
            "lists without end",
            (0..5_000).map(|n| format!("{}-\n", " ".repeat(n))).collect::<String>().into_bytes(),
            "too-deep",
        ),
        ("a text without end", replaced("name: RTCSRV", "name: \"RTCSRV"), "yaml-syntax"),
        ("a second document", format!("{INVENTORY}---\na: b\n").into_bytes(), "yaml-documents"),
        ("a tag", replaced("port: 5061", "port: !!binary 5061"), "yaml-tag"),
        ("a wrong schema", replaced("inventory/v1", "inventory/v2"), "schema-version"),
        ("no schema", replaced("schema: patchgate/inventory/v1\n", ""), "missing-key"),
        ("an unknown key", replaced("    roles:", "    rols:"), "unknown-key"),
        ("an unknown key inside", replaced("start: automatic", "startup: automatic"), "unknown-key"),
        ("a key twice", replaced("    roles: [edge]\n", "    roles: [edge]\n    roles: [edge]\n"), "duplicate-key"),
        ("a setting twice", replaced("trusted-application-tcp: false", "a: 1, a: 2"), "duplicate-key"),
        ("a server twice", format!("{INVENTORY}  - name: EDGE01.contoso.com\n").into_bytes(), "duplicate-server"),
        ("no name", replaced("  - name: edge01.contoso.com\n    groups", "  - groups"), "missing-key"),
        ("a text for a number", replaced("5061", "sip"), "wrong-type"),
        ("a number out of range", replaced("5061", "70000"), "wrong-type"),
        ("a list for a text", replaced("edge01.contoso.com", "[a, b]"), "wrong-type"),
        ("a bad version", replaced("5.0.8308.556", "5.0.x"), "bad-value"),
        ("a negative version", replaced("5.0.8308.556", "-1"), "bad-value"),
        ("a bad day", replaced("2014-01-10", "2014-02-30"), "bad-value"),
        ("a time without an offset", replaced("08:00:00Z", "08:00:00"), "bad-value"),
        ("a servers mapping", b"schema: patchgate/inventory/v1\nservers: {a: b}\n".to_vec(), "wrong-type"),
        ("no servers", b"schema: patchgate/inventory/v1\n".to_vec(), "missing-key"),
        ("a control character in a name", replaced("edge01", "\"ed\\u001bge01\""), "yaml-syntax"),
        ("a name of 10 MB", replaced("edge01.contoso.com", &"x".repeat(10_000_000)), "bad-value"),
        ("a version of 10 MB", replaced("5.0.8308.556", &"1.".repeat(5_000_000)), "bad-value"),
    ]
}

#[test]
fn every_harm_has_its_code() {
    let folder = tempfile::tempdir().unwrap();
    for (harm, bytes, code) in harmed() {
        let path = folder.path().join("inventory.yaml");
        std::fs::write(&path, &bytes).unwrap();
        let mut loader = Loader::default();
        assert!(loader.fleet(std::slice::from_ref(&path), false).is_none(), "{harm}: accepted");
        let diagnostics = loader.finish();
        let codes: Vec<&str> = diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
        assert!(codes.contains(&code), "{harm}: {codes:?}");
        assert!(diagnostics.iter().all(|one| one.to_string().len() < 4_000), "{harm}: a message as long as the input");
    }
}

#[test]
fn the_program_ends_with_2_and_says_nothing_on_standard_output() {
    let folder = tempfile::tempdir().unwrap();
    let pending = folder.path().join("pending.yaml");
    std::fs::write(&pending, PENDING).unwrap();
    for (harm, bytes, code) in harmed() {
        let path = folder.path().join("inventory.yaml");
        std::fs::write(&path, &bytes).unwrap();
        let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_patchgate"));
        let output = command.args(["decide", "-i"]).arg(&path).arg("-p").arg(&pending).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{harm}");
        assert!(output.stdout.is_empty(), "{harm}");
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains(&format!("error[{code}]")), "{harm}: {told}");
    }
}

#[test]
fn all_problems_of_all_files_are_told_in_one_run() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let inventory = INVENTORY.replace("roles:", "rols:").replace("5.0.8308.556", "5.x").replace("5061", "sip");
    let inventory = file("inventory.yaml", &inventory);
    let pending =
        file("pending.yaml", &PENDING.replace("released: 2014-01-08", "realesed: 2014-01-08, restart: maybe"));
    let policy =
        file("policy.yaml", &POLICY.replace("second tuesday", "secnd tuesday").replace("soak: 7d", "soak: 7w"));
    let waivers = file("waivers.yaml", &WAIVERS.replace("{names: [a]}", "{}").replace("2026-12-31", "soon"));
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_patchgate"));
    command
        .args(["decide", "-i"])
        .arg(&inventory)
        .arg("-p")
        .arg(&pending)
        .arg("-P")
        .arg(&policy)
        .arg("-w")
        .arg(&waivers);
    let output = command.output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    for expected in [
        "inventory.yaml:6:5: error[unknown-key]: unknown key `rols`",
        "inventory.yaml:9:46: error[bad-value]: `5.x` is not a version",
        "inventory.yaml:13:24: error[wrong-type]: expected a whole number from 0 to 65535, found `sip`",
        "pending.yaml:3:51: error[unknown-key]: unknown key `realesed`",
        "pending.yaml:3:82: error[unknown-word]: unknown word `maybe`",
        "policy.yaml:3:54: error[bad-value]: `7w` is not a period",
        "policy.yaml:5:43: error[bad-value]: `secnd tuesday + 4d` is not a recurrence",
        "waivers.yaml:3:39: error[bad-value]: say which servers",
        "waivers.yaml:3:98: error[bad-value]: `soon` is not a day",
        "help: did you mean `roles`?",
        "help: did you mean `released`?",
    ] {
        assert!(told.contains(expected), "{expected}\n{told}");
    }
    assert_eq!(output.status.code(), Some(2));
}
