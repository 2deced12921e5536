//! The rooms import one way only; the core is pure. A table, held against the `use` lines and paths of the sources.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Every room, and the rooms that it may import; a room of two names is a part of a wing.
const MAY_IMPORT: &[(&str, &str)] = &[
    ("model", ""),
    ("diagnostic", "model"),
    ("condition", "model"),
    ("advisory", "model condition"),
    ("database", "model condition advisory"),
    ("policy", "model advisory"),
    ("evaluate", "model condition advisory database policy"),
    ("document", "model diagnostic advisory policy evaluate"),
    ("decide", "model diagnostic condition advisory database policy evaluate document"),
    ("explain", "model diagnostic advisory evaluate document"),
    ("input", "model diagnostic condition advisory database policy input"),
    ("render", "model diagnostic document"),
    ("file", ""),
    ("net", ""),
    ("curate", "model diagnostic condition advisory database policy evaluate document decide input net file"),
    ("history", "model diagnostic condition advisory database policy evaluate document decide"),
    (
        "cli",
        "model diagnostic condition advisory database policy evaluate document decide explain input render net file curate history",
    ),
    ("main", "cli document"),
    ("bin", "net curate cli document"),
    ("lib", "model"),
];

/// The rooms at the edges, which may touch files, clocks, environment and output; the others are pure.
const EDGES: &[&str] = &["input", "render", "net", "file", "curate", "cli", "main", "bin", "lib"];
const IMPURE: &[&str] = &["std::fs", "std::io", "std::env", "Timestamp::now", "SystemTime", "Instant::now", "println!"];

/// What speaks to networks; only the executable for it links any of this.
const NETWORK: &[&str] =
    &["reqwest", "tokio", "rustls", "hyper::", "TcpStream", "TcpListener", "UdpSocket", "ToSocketAddrs"];

/// Every source file with its room and its text, without comment lines.
fn sources() -> Vec<(String, PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["core/src", "src"].map(|folder| root.join(folder)) {
        let mut open = vec![folder.clone()];
        while let Some(path) = open.pop() {
            if path.is_dir() {
                open.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            } else {
                let inside = path.strip_prefix(&folder).unwrap().with_extension("");
                let room = inside.iter().next().unwrap().to_string_lossy().into_owned();
                let text = std::fs::read_to_string(&path).unwrap();
                let is_code = |line: &&str| !line.trim_start().starts_with("//");
                files.push((room, path, text.lines().filter(is_code).collect::<Vec<_>>().join("\n")));
            }
        }
    }
    files
}

/// The rooms that a text names as `crate::room` or in `crate::{room::…, …}`; programs say `patchgate` for `crate`.
fn imports(text: &str) -> BTreeSet<String> {
    let text = text.replace("patchgate::", "crate::");
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
        let listed = MAY_IMPORT.iter().find(|(one, _)| *one == room);
        let (_, allowed) = listed.unwrap_or_else(|| panic!("{} is in no room of the table", file.display()));
        for import in imports(&text).into_iter().filter(|import| *import != room) {
            assert!(allowed.split(' ').any(|one| one == import), "{} imports {import}", file.display());
        }
        let is_edge = EDGES.contains(&room.as_str());
        IMPURE.iter().for_each(|word| assert!(is_edge || !text.contains(word), "{} names {word}", file.display()));
    }
}

#[test]
fn only_the_executable_for_it_speaks_to_networks() {
    let named = |text: &str| NETWORK.iter().filter(|word| text.contains(**word)).copied().collect::<Vec<_>>();
    let (net, others): (Vec<_>, Vec<_>) = sources().into_iter().partition(|(room, ..)| room == "bin");
    for (_, file, text) in others {
        assert_eq!(named(&text), [""; 0], "{}", file.display());
    }
    assert!(net.iter().any(|(.., text)| named(text) == ["reqwest", "rustls"]), "the words are those of the sources");
}
