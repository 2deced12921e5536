//! Examples: the files that a page shows are written into a folder, and its commands are run there, in their order.
//!
//! A fenced block is a file when its first line names one (` ```yaml inventory.yaml `, or `>>FILE` for the rest of it),
//! and a command with its output when it begins with ` ```console exit=1 `. In the output, a line of three dots stands
//! for any lines. Blocks inside of comments count as well.

use std::io::Write;
use std::path::Path;
use std::process::Output;

use assert_cmd::Command;

/// Runs the examples of a page; how many commands there were.
pub fn run_all(page: &Path, text: &str) -> usize {
    let folder = tempfile::tempdir().unwrap();
    for shared in ["examples", "policies"] {
        copy(&super::root().join(shared), &folder.path().join(shared));
    }
    let mut count = 0;
    for (info, block) in blocks(text) {
        match info.split(' ').collect::<Vec<_>>()[..] {
            ["yaml" | "csv", file] if file.contains('.') => write(folder.path(), file, &block),
            ["console"] => check(page, folder.path(), 0, &block),
            ["console", exit] => {
                check(page, folder.path(), exit.strip_prefix("exit=").unwrap().parse().unwrap(), &block)
            }
            _ => continue,
        }
        count += usize::from(info.starts_with("console"));
    }
    count
}

/// The fenced blocks of a page, each with what stands behind its fence.
pub fn blocks(text: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(info) = line.strip_prefix("```") {
            let block = lines.by_ref().take_while(|line| *line != "```").flat_map(|line| [line, "\n"]);
            blocks.push((info.to_owned(), block.collect()));
        }
    }
    blocks
}

/// Runs patchgate with arguments that need no shell.
pub fn patchgate(folder: &Path, arguments: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_patchgate"));
    command.current_dir(folder).args(arguments.split_whitespace()).output().unwrap()
}

fn write(folder: &Path, file: &str, text: &str) {
    let path = folder.join(file.trim_start_matches('>'));
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut options = std::fs::OpenOptions::new();
    let is_rest = file.starts_with(">>");
    let mut file = options.create(true).write(true).append(is_rest).truncate(!is_rest).open(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

/// Runs the command of a block, and compares its exit code and what it prints.
fn check(page: &Path, folder: &Path, exit: i32, block: &str) {
    let (command, expected) = block.split_once('\n').unwrap();
    let arguments = command.strip_prefix("$ patchgate ").unwrap_or_else(|| panic!("{}: {command}", page.display()));
    let output = patchgate(folder, arguments);
    let printed = String::from_utf8([output.stderr, output.stdout].concat()).unwrap();
    let [expected, found] = [expected, &printed].map(|text| text.lines().map(without_count).collect::<Vec<_>>());
    assert!(agree(&expected, &found), "{}: `{command}` prints\n{printed}", page.display());
    assert_eq!(output.status.code(), Some(exit), "{}: `{command}`", page.display());
}

/// A line without the number of built-in advisories, which grows.
fn without_count(line: &str) -> String {
    match line.strip_suffix(" advisories").and_then(|rest| rest.rsplit_once(", ")) {
        Some((rest, _)) if rest.contains("pending update") => format!("{rest}, advisories"),
        _ => line.trim_end().to_owned(),
    }
}

fn agree(expected: &[String], found: &[String]) -> bool {
    match expected.split_first() {
        None => found.is_empty(),
        Some((line, rest)) if line == "..." => (0..=found.len()).any(|skipped| agree(rest, &found[skipped..])),
        Some((line, rest)) => found.first() == Some(line) && agree(rest, &found[1..]),
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for path in super::entries(from) {
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, target).unwrap();
        }
    }
}
