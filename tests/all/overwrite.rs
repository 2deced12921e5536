//! `-o FILE` is never written over an input, however the two are named: every command that has both refuses before it reads.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Commands with all that they read, and files of that.
const COMMANDS: &[(&str, &str, &[&str])] = &[
    (
        "decide",
        "-i inventory.yaml -i more.yaml -p pending.yaml -P policy.yaml -w waivers.yaml -a builtin -a data -a other",
        &[
            "inventory.yaml",
            "more.yaml",
            "pending.yaml",
            "policy.yaml",
            "waivers.yaml",
            "data/windows/PG-2022-0001.yaml",
            "data/updates/windows-server-2019.csv",
            "other/settings.yaml",
        ],
    ),
    ("decide", "-i inventory.yaml -p pending.yaml -P frozen.yaml -a data", &["frozen.yaml", "decision.json"]),
    ("decide", "--from clixml -i export -p pending.yaml", &["export/MBX01_GetHotFix.xml", "pending.yaml"]),
    (
        "advisory diff",
        "data other -i inventory.yaml more.yaml -p pending.yaml -P policy.yaml -w waivers.yaml -a beside",
        &[
            "data/settings.yaml",
            "other/settings.yaml",
            "beside/settings.yaml",
            "inventory.yaml",
            "more.yaml",
            "pending.yaml",
            "policy.yaml",
            "waivers.yaml",
        ],
    ),
    (
        "advisory lint",
        "data other -a beside --online --cache cache.json",
        &["data/settings.yaml", "other/settings.yaml", "beside/settings.yaml", "cache.json"],
    ),
    ("advisory lint", "-a data", &["data/settings.yaml"]),
    ("advisory test", "data -a beside", &["data/windows/PG-2022-0001.yaml", "beside/settings.yaml"]),
    ("advisory list", "-a data -a other", &["data/settings.yaml", "other/settings.yaml"]),
    ("import msrc", "bulletin.json -a data", &["bulletin.json", "data/products/windows-server-2019.yaml"]),
    (
        "policy check",
        "policy.yaml -P other-policy.yaml -a data -i inventory.yaml -p pending.yaml",
        &["policy.yaml", "other-policy.yaml", "data/settings.yaml", "inventory.yaml", "pending.yaml"],
    ),
    (
        "waiver check",
        "waivers.yaml -w other-waivers.yaml -P policy.yaml -a data -i inventory.yaml -p pending.yaml",
        &["waivers.yaml", "other-waivers.yaml", "policy.yaml", "data/settings.yaml", "inventory.yaml", "pending.yaml"],
    ),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn copy(from: &Path, to: &Path) {
    if !from.is_dir() {
        fs::copy(from, to).unwrap();
        return;
    }
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        copy(&entry.path(), &to.join(entry.file_name()));
    }
}

/// A folder with everything that the commands name.
fn workshop() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        ("examples/contoso/inventory.yaml", "inventory.yaml"),
        ("examples/contoso/inventory.yaml", "more.yaml"),
        ("examples/contoso/pending.yaml", "pending.yaml"),
        ("examples/contoso/policy.yaml", "policy.yaml"),
        ("examples/contoso/policy.yaml", "other-policy.yaml"),
        ("examples/contoso/waivers.yaml", "waivers.yaml"),
        ("examples/contoso/waivers.yaml", "other-waivers.yaml"),
        ("tests/import/2021-Mar.json", "bulletin.json"),
        ("tests/lint/base", "data"),
        ("tests/lint/base", "other"),
        ("tests/lint/base", "beside"),
        ("tests/sources/clixml/input", "export"),
    ];
    files.iter().for_each(|(from, to)| copy(&root().join(from), &folder.path().join(to)));
    let frozen = "schema: patchgate/policy/v1\nname: frozen\nfrozen: decision.json\n";
    let decision = r#"{"schema": "patchgate/decision/v1", "decisions": []}"#;
    for (name, text) in [("cache.json", "{}"), ("frozen.yaml", frozen), ("decision.json", decision)] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn run(folder: &Path, command: &str, arguments: &str, output: &str) -> Output {
    let words = command.split(' ').chain(arguments.split(' ')).chain(["-o", output]);
    Command::new(env!("CARGO_BIN_EXE_patchgate")).current_dir(folder).args(words).output().unwrap()
}

/// Every other name of a file: each is made when it is asked for.
fn other_names(folder: &Path, file: &str) -> Vec<String> {
    let mut names = vec![file.to_owned(), format!("./{file}"), folder.join(file).to_string_lossy().into_owned()];
    let flat = file.replace('/', "-");
    fs::hard_link(folder.join(file), folder.join(format!("hard-{flat}"))).unwrap();
    names.push(format!("hard-{flat}"));
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(file, folder.join(format!("soft-{flat}"))).unwrap();
        std::os::unix::fs::symlink(format!("soft-{flat}"), folder.join(format!("second-{flat}"))).unwrap();
        std::os::unix::fs::symlink(".", folder.join("here")).unwrap();
        names.extend([format!("soft-{flat}"), format!("second-{flat}"), format!("here/{file}")]);
    }
    names
}

#[test]
fn no_command_writes_over_what_it_reads() {
    for (command, arguments, files) in COMMANDS {
        for file in *files {
            let folder = workshop();
            let before = fs::read(folder.path().join(file)).unwrap();
            for output in other_names(folder.path(), file) {
                let result = run(folder.path(), command, arguments, &output);
                let told = String::from_utf8(result.stderr).unwrap();
                assert_eq!((result.status.code(), result.stdout.len()), (Some(2), 0), "{command} -o {output}: {told}");
                let expected = format!(
                    "patchgate: error: the output `{output}` is the input `{file}`; name another file for the output\n"
                );
                assert_eq!(told, expected, "{command} -o {output}");
                assert_eq!(fs::read(folder.path().join(file)).unwrap(), before, "{command} -o {output}");
            }
        }
    }
}

/// The check that a new command cannot be forgotten in the table above.
#[test]
fn every_command_with_an_output_and_inputs_is_tried() {
    fn collect(command: &clap::Command, name: &str, found: &mut BTreeSet<String>) {
        if command.get_arguments().any(|argument| argument.get_id() == "output") {
            found.insert(name.to_owned());
        }
        for below in command.get_subcommands() {
            collect(below, format!("{name} {}", below.get_name()).trim_start(), found);
        }
    }
    let mut found = BTreeSet::new();
    collect(&patchgate::cli::command(), "", &mut found);
    assert_eq!(found, COMMANDS.iter().map(|(command, ..)| (*command).to_owned()).collect());
}

/// What is not read may be written over, wherever it lies; and what is not there yet is no input.
#[test]
fn other_files_are_written() {
    let folder = workshop();
    let notes = ["data/changes.md", "export/notes.txt", "report", "data/new.md"];
    notes.iter().take(3).for_each(|name| fs::write(folder.path().join(name), "old").unwrap());
    let arguments = "-i inventory.yaml -p pending.yaml -a data";
    for name in notes {
        let result = run(folder.path(), "decide", arguments, name);
        assert_ne!(result.status.code(), Some(2), "{name}: {}", String::from_utf8_lossy(&result.stderr));
        assert_ne!(fs::read_to_string(folder.path().join(name)).unwrap(), "old");
    }
    let result = run(folder.path(), "decide", "--from clixml -i export -p pending.yaml", "export/notes.txt");
    assert_ne!(result.status.code(), Some(2), "{}", String::from_utf8_lossy(&result.stderr));
}

/// A device or a pipe is no file that could be lost.
#[cfg(unix)]
#[test]
fn what_is_no_plain_file_may_be_both() {
    let folder = workshop();
    let script = "cat inventory.yaml | $0 decide -i in -p pending.yaml -o out | cat";
    for (link, to) in [("in", "/proc/self/fd/0"), ("out", "/proc/self/fd/1")] {
        std::os::unix::fs::symlink(to, folder.path().join(link)).unwrap();
    }
    let program = env!("CARGO_BIN_EXE_patchgate");
    let output = Command::new("bash").current_dir(folder.path()).args(["-c", script, program]).output().unwrap();
    assert!(output.stdout.len() > 100, "{}", String::from_utf8_lossy(&output.stderr));
}
