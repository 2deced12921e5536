//! Every source: a known input gives the expected inventory, and a harmed one never panics.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::path::{Path, PathBuf};

use patchgate::model::server::Inventory;
use patchgate::source::{SOURCES, named};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn folder(source: &str) -> PathBuf {
    root().join("tests/sources").join(source)
}

/// The inputs of a source: the folders that have an expected inventory beside them.
fn inputs(source: &str) -> Vec<(PathBuf, PathBuf)> {
    let entries = std::fs::read_dir(folder(source)).unwrap_or_else(|_| panic!("no cases for the source `{source}`"));
    let paths = entries.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_none());
    paths.map(|path| (path.clone(), path.with_extension("yaml"))).collect()
}

fn yaml(path: &Path) -> Inventory {
    let (tree, problems) = patchgate::load::node::parse(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert!(problems.is_empty(), "{problems:?}");
    let (value, problems) = patchgate::load::decode::decode(&tree);
    value.unwrap_or_else(|| panic!("{problems:?}"))
}

#[test]
fn every_source_gives_what_is_expected_of_its_inputs() {
    for source in SOURCES {
        let inputs = inputs(source.name);
        assert!(!inputs.is_empty(), "no input for `{}`", source.name);
        for (input, expected) in inputs {
            let servers = (source.read)(&input).unwrap_or_else(|problems| panic!("{problems:#?}"));
            let found = serde_json::to_value(&servers).unwrap();
            let expected = serde_json::to_value(yaml(&expected).servers).unwrap();
            assert_eq!(found, expected, "{}", serde_json::to_string_pretty(&found).unwrap());
        }
    }
}

/// Cut every file of every input at many places: an answer or diagnostics with the file's name, never a panic.
#[test]
fn truncated_input_never_panics() {
    for source in SOURCES {
        for (input, _) in inputs(source.name) {
            let whole = (source.read)(&input).unwrap();
            for file in std::fs::read_dir(&input).unwrap().map(|entry| entry.unwrap().path()) {
                let bytes = std::fs::read(&file).unwrap();
                let copy = tempfile::tempdir().unwrap();
                for other in std::fs::read_dir(&input).unwrap().map(|entry| entry.unwrap().path()) {
                    std::fs::copy(&other, copy.path().join(other.file_name().unwrap())).unwrap();
                }
                let harmed = copy.path().join(file.file_name().unwrap());
                let mut refused = 0;
                let step = (bytes.len() / 40).max(1);
                for length in (0..bytes.len()).step_by(step) {
                    std::fs::write(&harmed, &bytes[..length]).unwrap();
                    match (source.read)(copy.path()) {
                        Err(problems) => {
                            refused += 1;
                            assert!(!problems.is_empty());
                        }
                        // What does not matter to the inventory may be cut.
                        Ok(servers) => assert_eq!(
                            serde_json::to_value(&servers).unwrap(),
                            serde_json::to_value(&whole).unwrap(),
                            "{} cut at {length} tells something else",
                            file.display()
                        ),
                    }
                }
                assert!(refused > 0 || file.to_string_lossy().contains("Notes"), "{} is not read", file.display());
            }
        }
    }
}

#[test]
fn hostile_exports_are_refused_quickly() {
    let read = named("clixml").unwrap().read;
    let head = r#"<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">"#;
    let deep = format!("{head}{}", r#"<Obj RefId="0"><LST>"#.repeat(50_000));
    let bomb =
        r#"<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>"#.to_owned() + head + "<S>&b;</S></Objs>";
    for (name, text) in
        [("deep", deep), ("entities", bomb), ("not XML", "name,version\na,1\n".to_owned()), ("nothing", String::new())]
    {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("Win32_OperatingSystem.clixml"), text).unwrap();
        let problems = read(folder.path()).expect_err(name);
        assert!(
            problems.iter().all(|one| one.path.contains("Win32_OperatingSystem") && one.to_string().len() < 4_000),
            "{name}"
        );
    }
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(read(empty.path()).unwrap_err()[0].code, "not-an-export");
    assert_eq!(read(&empty.path().join("none")).unwrap_err()[0].code, "unreadable");
}

/// A real export, which is not part of this repository: read where it lies beside it.
#[test]
fn a_real_exchange_server_is_read_and_its_update_blocked() {
    let export = root().join("../shared/samples/exchange-clixml");
    if !export.is_dir() {
        println!("skipped: the real export does not lie beside this repository");
        return;
    }
    let servers = (named("clixml").unwrap().read)(&export).unwrap();
    let [server] = servers.as_slice() else { panic!("{} servers", servers.len()) };
    let value = serde_json::to_value(server).unwrap();
    assert_eq!(server.name.folded(), "solo-e19a.solo.com");
    let products: Vec<&str> = server.products.iter().flatten().map(|one| one.product.as_str()).collect();
    assert_eq!(products, ["windows-server-2019", "exchange-server-2019", "dotnet-framework"]);
    let exchange = server.products.iter().flatten().find_map(|one| one.version.as_ref()).unwrap();
    let expected = "15.2.986.5".parse().unwrap();
    assert_eq!(exchange.compare(&expected, Default::default()), Some(std::cmp::Ordering::Equal));
    assert_eq!(
        value["updates"],
        serde_json::json!([
            {"id": "KB4486153", "installed": "2020-02-27"}, {"id": "KB4464455", "installed": "2018-10-29"},
        ])
    );
    assert_eq!(server.reboot_pending, Some(false));
    let certificates = server.certificates.as_ref().unwrap();
    let auth = certificates
        .iter()
        .find(|one| one.thumbprint.as_deref() == Some("C3EDCF181EF4F9B53D01768ECA99564014BCA6E7"))
        .unwrap();
    assert_eq!(auth.serial.as_deref(), Some("22AEC57F54869DBD4B2AC9FA4C14AB89"));
    assert_eq!(auth.not_after.unwrap().to_string(), "2024-11-06T22:47:32Z");
    assert_eq!(
        (auth.signature.as_deref(), auth.purposes.as_deref()),
        (Some("sha1"), Some(&["server-auth".to_owned()][..]))
    );

    let folder = tempfile::tempdir().unwrap();
    let pending = folder.path().join("pending.yaml");
    let text = "schema: patchgate/pending/v1\nupdates: [{id: KB5041578, products: [windows-server-2019], released: 2024-08-13}]\n";
    std::fs::write(&pending, text).unwrap();
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_patchgate"));
    command.args(["explain", "solo-e19a", "KB5041578", "--at", "2024-08-20T08:00:00Z", "--from", "clixml", "-i"]);
    let output = command.arg(&export).arg("-p").arg(&pending).output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("block by known-bad PG-2024-0001"), "{told}");
}
