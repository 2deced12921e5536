//! What is read of a folder of advisory data, what is told of the rest, and that no folder without an advisory decides.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

const ADVISORY: &str = "schema: patchgate/advisory/v1
id: ACME-2024-0001
title: Something breaks
kind: known-bad
severity: critical
published: 2024-01-01
updates: [KB1]
";

const PRODUCT: &str = "schema: patchgate/product/v1
id: contoso-till
name: Contoso Till
";

const ROWS: &str = "update,product,version,released
KB2,contoso-till,1.0,2024-01-01
";

const SERVER: &str = "schema: patchgate/inventory/v1
servers: [{name: till1, products: [{product: contoso-till, version: '1.0'}], updates: []}]
";

const PENDING: &str = "schema: patchgate/pending/v1
updates: [{id: KB1, products: [contoso-till], released: 2024-01-01, offered_to: [till1]}]
";

const AT: &str = "2024-06-01T00:00:00Z";

/// A folder with these files in `data`, and a server and an update beside it.
fn with(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("i.yaml"), SERVER).unwrap();
    fs::write(folder.path().join("p.yaml"), PENDING).unwrap();
    fs::create_dir(folder.path().join("data")).unwrap();
    for (name, text) in files {
        let path = folder.path().join("data").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_patchgate")).current_dir(folder).args(arguments).output().unwrap()
}

fn decide(folder: &Path, data: &[&str]) -> Output {
    let mut arguments = vec!["decide", "-i", "i.yaml", "-p", "p.yaml", "--at", AT, "-f", "json"];
    data.iter().for_each(|one| arguments.extend(["-a", one]));
    run(folder, &arguments)
}

fn lint(folder: &Path, more: &[&str]) -> Output {
    run(folder, &[&["advisory", "lint", "--at", AT, "--allow", "all"], more].concat())
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("no JSON: {}", complained(output)))
}

fn complained(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn notes(output: &Output) -> Vec<String> {
    json(output)["notes"].as_array().unwrap().iter().map(|note| note.as_str().unwrap().to_owned()).collect()
}

/// Notepad and exports write `.YAML`, `.Yml` and `.CSV`: the system that they come from does not tell them apart.
#[test]
fn the_case_of_an_extension_does_not_matter() {
    let usual = with(&[("a/ACME-2024-0001.yaml", ADVISORY), ("p/contoso-till.yaml", PRODUCT), ("u/rows.csv", ROWS)]);
    let expected = decide(usual.path(), &["data"]);
    assert_eq!(expected.status.code(), Some(1), "{}", complained(&expected));
    for [yaml, csv] in [["YAML", "CSV"], ["Yml", "Csv"], ["YML", "csv"], ["JSON", "CSV"]] {
        let names = [format!("a/ACME-2024-0001.{yaml}"), format!("p/contoso-till.{yaml}"), format!("u/rows.{csv}")];
        let files = [(names[0].as_str(), ADVISORY), (names[1].as_str(), PRODUCT), (names[2].as_str(), ROWS)];
        let folder = with(&files);
        let output = decide(folder.path(), &["data"]);
        assert_eq!(json(&output)["decisions"], json(&expected)["decisions"], "{yaml}");
        assert_eq!((output.status.code(), notes(&output)), (Some(1), notes(&expected)), "{yaml}");
        let told = String::from_utf8(lint(folder.path(), &["data"]).stdout).unwrap();
        assert_eq!(told, "advisory lint: nothing wrong in 1 advisory, 1 product, 1 row\n", "{yaml}");
    }
}

/// Files that somebody meant to be read, by their names or by what they say.
const MISNAMED: &[(&str, &str)] = &[
    ("ACME-2024-0002.yaml.txt", ADVISORY),
    ("ACME-2024-0003", ADVISORY),
    ("ACME-2024-0004.txt", ADVISORY),
    ("ACME-2024-0005.yaml~", ADVISORY),
    ("ACME-2024-0006.YAML.bak", ADVISORY),
    ("ACME-2024-0007.yaml (1)", ADVISORY),
    ("ACME-2024-0008.yaml_old", ADVISORY),
    ("rows.csv.gz", "not looked into"),
    ("rows.tsv", ROWS),
    ("product.text", "{\"schema\": \"patchgate/product/v1\", \"id\": \"p\"}"),
    ("commented.txt", "# saved by Notepad\n\n---\nschema:  patchgate/settings/v1\n"),
    ("utf16.txt", "\u{feff}s\0c\0h\0e\0m\0a\0:\0 \0p\0a\0t\0c\0h\0g\0a\0t\0e\0/\0"),
];

/// Files that belong beside the data, and need no word.
const EXPECTED: &[(&str, &str)] = &[
    ("README.md", "An advisory begins with\n\nschema: patchgate/advisory/v1\n"),
    ("ACME-2024-0001.md", "how we found it"),
    ("notes.txt", "the yaml files were checked"),
    ("example.txt", "An advisory begins with\n# schema: patchgate/advisory/v1\nand so on\n"),
    ("LICENSE", "none"),
    ("CODEOWNERS", "* @contoso"),
    ("collect.ps1", "Get-HotFix"),
    ("screen.png", "\u{89}PNG"),
    ("bulletin.xml", "<cvrfdoc/>"),
    (".gitattributes", "*.yaml text"),
    (".hidden.yaml.swp", ADVISORY),
    ("ACME-2024-0001.yaml~", ADVISORY),
    ("ACME-2024-0001.yaml.bak", ADVISORY),
    ("ACME-2024-0001.yaml.orig", ADVISORY),
];

#[test]
fn what_looks_like_data_and_is_not_read_is_told_once() {
    for (name, text) in MISNAMED {
        let folder = with(&[("ACME-2024-0001.yaml", ADVISORY), (&format!("windows/{name}"), text)]);
        let expected = format!("data: 1 file looks like data and is not read: `windows/{name}`");
        let output = decide(folder.path(), &["data"]);
        assert_eq!((output.status.code(), complained(&output)), (Some(1), String::new()), "{name}");
        assert_eq!(notes(&output).iter().filter(|note| **note == expected).count(), 1, "{name}: {:?}", notes(&output));
        let output = lint(folder.path(), &["data", "-f", "json"]);
        assert_eq!(output.status.code(), Some(1), "{name}");
        let finding = &json(&output)["findings"][0];
        assert_eq!((&finding["code"], &finding["level"]), (&"unread-file".into(), &"warning".into()), "{name}");
        assert_eq!(format!("data: {}", finding["message"].as_str().unwrap()), expected);
    }
}

#[test]
fn many_are_told_as_a_number_and_the_first() {
    let files: Vec<_> = MISNAMED.iter().copied().chain([("ACME-2024-0001.yaml", ADVISORY)]).collect();
    let folder = with(&files);
    let told = complained(&lint(folder.path(), &["data"]));
    let expected = "data: warning[unread-file]: 12 files look like data and are not read: `ACME-2024-0002.yaml.txt`, \
                    `ACME-2024-0003`, `ACME-2024-0004.txt` and 9 more\n  help: the names of data end in .yaml, .yml, .json or \
                    .csv; rename what is meant, and move out what is not\n";
    assert_eq!(told, expected);
    // Every other command that reads the folder tells it on standard error, and does what was asked for.
    let case = "cases: [{name: c, server: {updates: []}, expect: speaks}]\n";
    fs::write(folder.path().join("data/ACME-2024-0001.yaml"), format!("{ADVISORY}{case}")).unwrap();
    let product = |id: &str, name: &str| {
        let path = folder.path().join(format!("data/{id}.yaml"));
        fs::write(path, format!("schema: patchgate/product/v1\nid: {id}\nname: {name}\n")).unwrap();
    };
    product("contoso-till", "Contoso Till");
    product("windows-server-2019", "Windows Server 2019");
    let waiver = "{rule: soak, servers: {names: [till1]}, reason: r, approved_by: j, ticket: t, expires: 2024-12-31}";
    fs::write(folder.path().join("w.yaml"), format!("schema: patchgate/waivers/v1\nwaivers: [{waiver}]\n")).unwrap();
    let bulletin = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import/2021-Mar.json");
    let commands: [(&[&str], i32); 7] = [
        (&["advisory", "list", "-a", "data"], 0),
        (&["advisory", "show", "ACME-2024-0001", "-a", "data"], 0),
        (&["advisory", "test", "data"], 0),
        (&["advisory", "diff", "data", "data", "-i", "i.yaml", "-p", "p.yaml", "--at", AT], 0),
        (&["waiver", "check", "w.yaml", "-a", "data", "--at", AT], 0),
        (&["explain", "till1", "KB1", "-i", "i.yaml", "-p", "p.yaml", "-a", "data", "--at", AT], 1),
        (&["import", "msrc", bulletin.to_str().unwrap(), "-a", "data"], 0),
    ];
    for (arguments, code) in commands {
        let output = run(folder.path(), arguments);
        let told = complained(&output);
        assert_eq!((output.status.code(), told.starts_with(expected)), (Some(code), true), "{arguments:?}: {told}");
        assert!(!output.stdout.is_empty(), "{arguments:?}");
    }
    // What stands beside the folders that are checked is not checked.
    fs::create_dir(folder.path().join("ours")).unwrap();
    fs::write(folder.path().join("ours/contoso-till.yaml"), PRODUCT).unwrap();
    let output = lint(folder.path(), &["ours", "-a", "data"]);
    assert_eq!((output.status.code(), complained(&output)), (Some(0), String::new()));
}

#[test]
fn what_belongs_beside_data_needs_no_word() {
    let files: Vec<_> = EXPECTED.iter().copied().chain([("ACME-2024-0001.yaml", ADVISORY)]).collect();
    let folder = with(&files);
    let output = lint(folder.path(), &["data"]);
    assert_eq!((output.status.code(), complained(&output)), (Some(0), String::new()));
    assert!(notes(&decide(folder.path(), &["data"])).iter().all(|note| !note.contains("not read")));
}

#[test]
fn without_any_advisory_nothing_is_decided() {
    let folder =
        with(&[("ACME-2024-0001.yaml", ADVISORY), ("products/contoso-till.yaml", PRODUCT), ("u/rows.csv", ROWS)]);
    let path = folder.path();
    fs::create_dir(path.join("empty")).unwrap();
    let none = "no advisories here, only what stands beside them: nothing would be held back";
    let several = "no advisories here, nor in `data/u`, only what stands beside them: nothing would be held back";
    let nothing = "no advisories here: expected PG-*.yaml, products/, settings.yaml or updates/*.csv";
    for (data, at, expected) in [
        (&["data/products"][..], "data/products", none),
        (&["data/u"], "data/u", none),
        (&["data/products", "data/u"], "data/products", several),
        (&["empty"], "empty", nothing),
        // One of several that holds nothing is a wrong path, whatever the others hold.
        (&["data", "empty"], "empty", nothing),
    ] {
        let output = decide(path, data);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{data:?}");
        let told = complained(&output);
        assert!(told.starts_with(&format!("{at}: error[no-advisories]: {expected}\n")), "{data:?}: {told}");
        assert!(told.ends_with("patchgate: 1 problem; nothing was decided\n"), "{data:?}: {told}");
    }
    // What stands beside advisories may be products alone.
    for data in [&["builtin", "data/products"][..], &["data/products", "data"], &["data", "data/u"]] {
        assert_ne!(decide(path, data).status.code(), Some(2), "{data:?}");
    }
    let others: [(&[&str], i32); 7] = [
        (&["explain", "till1", "KB1", "-i", "i.yaml", "-p", "p.yaml", "-a", "data/products"], 2),
        (&["advisory", "diff", "data", "data/products", "-i", "i.yaml", "-p", "p.yaml"], 2),
        (&["advisory", "list", "-a", "data/products"], 2),
        // A check of products, and the first advisory beside them, need none.
        (&["advisory", "lint", "data/products"], 0),
        (&["advisory", "new", "ours/windows", "KB1", "-a", "data/products"], 0),
        (&["advisory", "lint", "empty"], 2),
        (&["advisory", "lint", "data/none"], 2),
    ];
    for (arguments, code) in others {
        let output = run(path, arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", complained(&output));
    }
}

/// A misnamed file is told even where it is all that there is.
#[test]
fn a_folder_of_misnamed_files_alone_says_so() {
    let folder = with(&[("ACME-2024-0001.yaml.txt", ADVISORY)]);
    let output = decide(folder.path(), &["data"]);
    assert_eq!(output.status.code(), Some(2));
    let told = complained(&output);
    assert!(told.contains("error[no-advisories]") && told.contains("`ACME-2024-0001.yaml.txt`"), "{told}");
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::symlink;

    use super::*;

    const SECRET: &str = "root: hash of a password\n";

    /// Whoever proposes an advisory must not have other files of the machine read and shown.
    #[test]
    fn links_that_lead_out_are_not_followed_by_checks_of_proposals() {
        let folder = with(&[("ACME-2024-0001.yaml", ADVISORY), ("products/contoso-till.yaml", PRODUCT)]);
        let path = folder.path();
        fs::create_dir(path.join("outside")).unwrap();
        fs::write(path.join("outside/secret.yaml"), SECRET).unwrap();
        fs::write(path.join("outside/rows.csv"), SECRET).unwrap();
        let links = [
            ("data/ACME-2024-0002.yaml", path.join("outside/secret.yaml")),
            ("data/rows.csv", "../outside/rows.csv".into()),
            ("data/windows", "../outside".into()),
            ("data/again.yaml", "products/../../outside/secret.yaml".into()),
        ];
        for (link, to) in links {
            symlink(to, path.join(link)).unwrap();
            for arguments in [
                &["advisory", "lint", "data"][..],
                &["advisory", "lint", "data/products", "-a", "data"],
                &["advisory", "test", "data"],
                &["advisory", "diff", "data", "data", "-i", "i.yaml", "-p", "p.yaml"],
                &["advisory", "diff", "data", "data", "-a", "data", "-i", "i.yaml", "-p", "p.yaml"],
            ] {
                let output = run(path, arguments);
                let told = complained(&output);
                assert!(matches!(output.status.code(), Some(1 | 2)), "{link}: {arguments:?}: {told}");
                let expected =
                    format!("{link}: error[link-outside]: a link that leads out of the folder; it is not followed\n");
                assert!(told.contains(&expected), "{link}: {arguments:?}: {told}");
                assert!(!told.contains("password"), "{link}: {arguments:?}: {told}");
            }
            fs::remove_file(path.join(link)).unwrap();
        }
    }

    #[test]
    fn links_that_stay_inside_are_followed_and_those_of_decisions_all() {
        let folder = with(&[("shared/ACME-2024-0001.yaml", ADVISORY)]);
        let path = folder.path();
        fs::create_dir(path.join("ours")).unwrap();
        symlink("../data/shared", path.join("ours/shared")).unwrap();
        let [one, two] = [decide(path, &["ours"]), decide(path, &["data"])];
        assert_eq!(json(&one)["decisions"], json(&two)["decisions"]);
        // The folder that is named may be a link itself, and what is inside may be linked inside.
        symlink("data", path.join("link")).unwrap();
        fs::create_dir(path.join("data/below")).unwrap();
        fs::write(path.join("data/ACME-2024-0002"), ADVISORY.replace("0001", "0002")).unwrap();
        symlink("../ACME-2024-0002", path.join("data/below/ACME-2024-0002.yaml")).unwrap();
        symlink(path.join("data/README.md"), path.join("data/elsewhere.md")).unwrap();
        fs::write(path.join("data/README.md"), "nothing").unwrap();
        let output = lint(path, &["link"]);
        assert!(
            String::from_utf8(output.stdout.clone()).unwrap().contains("in 2 advisories"),
            "{}",
            complained(&output)
        );
        assert!(!complained(&output).contains("error"), "{}", complained(&output));
    }
}
