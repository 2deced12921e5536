//! The pages: their tables come from the program's own lists, their examples run, and their links lead somewhere.
//!
//! `UPDATE_DOCS=1 cargo test --test all docs` writes the generated tables, and the version in examples, anew.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use patchgate::condition::Condition;
use patchgate::input::load::decode::decode;
use patchgate::input::load::node::parse;

mod example;
mod keys;
mod links;
mod powershell;
mod tables;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries
}

/// The pages of the repository with their text; what lies among the advisories is data.
fn pages() -> Vec<(PathBuf, String)> {
    let examples = entries(&root().join("examples"));
    let folders = [root(), root().join("docs")].into_iter().chain(examples);
    let files = folders.filter(|folder| folder.is_dir()).flat_map(|folder| entries(&folder));
    let pages = files.filter(|file| file.extension().is_some_and(|extension| extension == "md"));
    pages.map(|page| (page.clone(), read(&page))).collect()
}

/// The blocks of a page between `<!-- WORD: NAME -->` and `<!-- end -->`, by name.
fn marked<'a>(text: &'a str, word: &str) -> Vec<(&'a str, &'a str)> {
    let begin = format!("\n<!-- {word}: ");
    let blocks = text.split(begin.as_str()).skip(1).map(|rest| {
        let (name, rest) = rest.split_once(" -->\n").unwrap();
        (name, rest.split_once("<!-- end -->").unwrap_or_else(|| panic!("`{name}` has no end")).0)
    });
    blocks.collect()
}

#[test]
fn tables_come_from_the_lists() {
    for (page, text) in pages() {
        let current = tables::written(&text);
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(&page, current).unwrap();
        } else {
            assert_eq!(text, current, "{}: run `UPDATE_DOCS=1 cargo test --test all docs`", page.display());
        }
    }
}

#[test]
fn no_list_is_left_out() {
    let all: String = pages().into_iter().map(|(_, text)| text).collect();
    let used: BTreeSet<&str> = marked(&all, "generated").into_iter().map(|(name, _)| name).collect();
    let missing: Vec<&str> = tables::LISTS.iter().copied().filter(|name| !used.contains(name)).collect();
    assert!(missing.is_empty(), "no page has `<!-- generated: {} -->`", missing.join(", "));
}

#[test]
fn tables_of_keys_are_complete() {
    for (page, text) in pages() {
        for (path, table) in marked(&text, "keys") {
            assert_eq!(keys::written(table), keys::of(path), "{}: keys of {path}", page.display());
        }
    }
}

#[test]
fn every_mapping_of_an_input_has_a_table_of_its_keys() {
    let all: String = pages().into_iter().map(|(_, text)| text).collect();
    let told: BTreeSet<&str> = marked(&all, "keys").into_iter().map(|(path, _)| path).collect();
    let missing: Vec<String> = keys::mappings().into_iter().filter(|path| !told.contains(path.as_str())).collect();
    assert!(missing.is_empty(), "no page has `<!-- keys: {} -->`", missing.join(", "));
}

#[test]
fn examples_run_and_print_what_they_say() {
    let run: usize = pages().iter().map(|(page, text)| example::run_all(page, text)).sum();
    assert!(run > 0, "no example was run");
}

#[test]
fn every_kind_of_condition_has_an_example() {
    let text = read(&root().join("docs/advisories.md"));
    let blocks = example::blocks(&text);
    let (_, block) = blocks.iter().find(|(info, _)| info == "yaml conditions").unwrap();
    let (node, problems) = parse(block).unwrap();
    let (conditions, more) = decode::<Vec<Condition>>(&node);
    assert!(problems.is_empty() && more.is_empty(), "{problems:?} {more:?}");
    let shown: Vec<&str> = conditions.unwrap().iter().map(Condition::key).collect();
    assert_eq!(shown, Condition::KINDS);
}

#[test]
fn readmes_two_commands_stay_true() {
    let text = read(&root().join("README.md"));
    let blocks = example::blocks(&text);
    let (_, block) = blocks.iter().find(|(_, block)| block.contains("cargo run")).unwrap();
    let [first, second] = block.lines().collect::<Vec<_>>()[..] else { panic!("{block}") };
    let arguments = first.strip_prefix("cargo run --release -- ").unwrap();
    let output = example::patchgate(&root(), arguments);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(second, "cargo test");
}

#[test]
fn links_lead_somewhere() {
    let broken: Vec<String> = pages().iter().flat_map(|(page, text)| links::broken(page, text)).collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn paths_that_pages_name_are_there() {
    for page in ["ARCHITECTURE.md", "CONTRIBUTING.md"] {
        for path in links::paths(&read(&root().join(page))) {
            assert!(root().join(&path).exists(), "{page} names `{path}`");
        }
    }
}

#[test]
fn every_command_is_on_a_page() {
    fn names(command: &clap::Command, before: &str, found: &mut Vec<String>) {
        for one in command.get_subcommands() {
            let name = format!("{before} {}", one.get_name());
            if one.has_subcommands() { names(one, &name, found) } else { found.push(name) }
        }
    }
    let mut found = Vec::new();
    names(&patchgate::cli::command(), "patchgate", &mut found);
    let all: String = pages().into_iter().map(|(_, text)| text).collect();
    found.iter().for_each(|command| assert!(all.contains(command.as_str()), "no page names `{command}`"));
}

#[test]
fn every_room_is_on_the_maps() {
    let map = read(&root().join("ARCHITECTURE.md"));
    let tours = ["core/src", "src"].map(|folder| (folder, read(&root().join(folder).join("lib.rs"))));
    for (folder, tour) in &tours {
        for file in entries(&root().join(folder)) {
            let room = file.file_stem().unwrap().to_string_lossy().into_owned();
            if ["lib", "main", "bin"].contains(&room.as_str()) {
                continue;
            }
            assert!(map.contains(&format!("`{room}`")), "ARCHITECTURE.md does not name the room `{room}`");
            assert!(tour.contains(&format!("[`{room}`]")), "the tour of {folder}/lib.rs does not name `{room}`");
        }
    }
    // Whoever uses the crate of the program finds the gate's rooms in it as well.
    for file in entries(&root().join("core/src")) {
        let room = file.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(room == "lib" || tours[1].1.contains(&format!("[`{room}`]")), "src/lib.rs does not name `{room}`");
    }
}
