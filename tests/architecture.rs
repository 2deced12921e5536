//! The rooms import one way only; the core is pure. A table, held against the `use` lines and paths of the sources.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A room, and the rooms that it may import; rooms that are not listed may import everything but `cli`.
const MAY_IMPORT: &[(&str, &str)] = &[
    ("model", ""),
    ("diagnostic", "model"),
    ("condition", "model"),
    ("advisory", "model condition"),
    ("database", "model condition advisory"),
    ("decision", "model advisory"),
    ("policy", "model advisory decision"),
    ("evaluate", "model condition advisory database decision policy"),
    ("decide", "model diagnostic condition advisory database decision policy evaluate"),
    ("explain", "model diagnostic decision evaluate"),
    ("compare", "model condition advisory database decision evaluate"),
    ("plan", "model condition advisory database decision policy evaluate decide"),
    ("library", "model condition advisory database evaluate load"),
    ("cases", "model advisory library"),
    ("mutants", "model condition advisory library"),
    (
        "lint",
        "model diagnostic condition advisory database decision policy evaluate decide load library cases mutants online",
    ),
    ("findings", "diagnostic decision lint load"),
    ("render", "model diagnostic decision plan"),
    ("source", "model diagnostic"),
    ("online", "model diagnostic"),
];
/// What listed rooms must not name but for the edges: files, clocks, environment, output.
const EDGES: &[&str] = &["diagnostic", "render", "source", "online", "findings"];
const IMPURE: &[&str] =
    &["std::fs", "std::io", "std::env", "std::process", "Timestamp::now", "SystemTime", "Instant::now", "println!"];

/// Every source file with its room and its text, without comment lines.
fn sources() -> Vec<(String, PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() { walk(&entry, found) } else { found.push(entry) }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&root, &mut files);
    let first = |file: &Path| file.strip_prefix(&root).unwrap().with_extension("").iter().next().unwrap().to_owned();
    let room = |file: &Path| first(file).into_string().unwrap();
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    let code = |text: String| text.lines().filter(is_code).collect::<Vec<_>>().join("\n");
    files.into_iter().map(|file| (room(&file), file.clone(), code(std::fs::read_to_string(file).unwrap()))).collect()
}

/// The rooms that a text names as `crate::room` or in `crate::{room::…, …}`.
fn imports(text: &str) -> BTreeSet<String> {
    let is_name = |c: &char| c.is_alphanumeric() || *c == '_';
    let name = |text: &str| text.trim_start().chars().take_while(is_name).collect::<String>();
    let parts = text.split("crate::").skip(1).flat_map(|rest| match rest.strip_prefix('{') {
        Some(group) => group.split([',', ';']).map(name).collect(),
        None => vec![name(rest)],
    });
    parts.filter(|room| !room.is_empty()).collect()
}

#[test]
fn rooms_import_one_way() {
    for (room, file, text) in sources() {
        let allowed = MAY_IMPORT.iter().find(|(one, _)| *one == room).map(|(_, allowed)| *allowed);
        for import in imports(&text).into_iter().filter(|import| *import != room) {
            assert!(import != "cli" || room == "main", "{} imports cli", file.display());
            let is_allowed = allowed.is_none_or(|allowed| allowed.split(' ').any(|one| one == import));
            assert!(is_allowed, "{} imports {import}", file.display());
        }
        let is_edge = allowed.is_none() || EDGES.contains(&room.as_str());
        IMPURE.iter().for_each(|word| assert!(is_edge || !text.contains(word), "{} names {word}", file.display()));
    }
}
