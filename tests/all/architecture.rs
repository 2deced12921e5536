//! The rooms import one way only; the core is pure. A table, held against the `use` lines and paths of the sources.

use std::collections::{BTreeMap, BTreeSet};
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

/// The path of the module in a file, from its crate on: `core::decide::fleet`.
fn module(file: &Path) -> Vec<String> {
    let inside = file.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().with_extension("");
    let names = inside.iter().map(|name| name.to_string_lossy().into_owned());
    names.filter(|name| !["src", "lib", "main"].contains(&name.as_str())).collect()
}

/// The paths that a `use` tree ends in: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn ends(tree: &str) -> Vec<String> {
    let Some((start, rest)) = tree.split_once('{') else { return vec![tree.trim().to_owned()] };
    let (mut depth, mut parts) = (0, vec![String::new()]);
    for c in rest[..rest.rfind('}').unwrap()].chars() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        match (c, depth) {
            (',', 0) => parts.push(String::new()),
            _ => parts.last_mut().unwrap().push(c),
        }
    }
    parts.iter().flat_map(|part| ends(part)).map(|end| format!("{}{end}", start.trim())).collect()
}

/// The modules that a module's `use` lines lead into, out of those of its crate.
fn used(module: &[String], text: &str, all: &BTreeMap<Vec<String>, String>) -> BTreeSet<Vec<String>> {
    let root = module.iter().take_while(|name| *name == "core").cloned().collect::<Vec<_>>();
    let trees = text.split('\n').scan(None::<String>, |open, line| {
        let line = line.trim();
        let begun = line.strip_prefix("pub ").unwrap_or(line).strip_prefix("use ");
        let whole = open.take().map(|open| open + line).or_else(|| begun.map(str::to_owned));
        Some(whole.and_then(|tree| match tree.strip_suffix(';') {
            Some(tree) => Some(tree.to_owned()),
            None => {
                *open = Some(tree);
                None
            }
        }))
    });
    let of_end = |end: String| {
        let mut base = module.to_vec();
        let mut names: Vec<&str> = end.split("::").collect();
        if names[0] == "crate" {
            base = root.clone();
            names.remove(0);
        }
        while names.first() == Some(&"super") {
            base.pop();
            names.remove(0);
        }
        base.extend(names.into_iter().map(str::to_owned));
        while !base.is_empty() && !all.contains_key(&base) {
            base.pop();
        }
        base
    };
    trees.flatten().flat_map(|tree| ends(&tree)).map(of_end).filter(|path| path != module).collect()
}

/// Files that import each other are one thing in two places. A module and those inside it may know each other: a list knows
/// its entries, and these the trait that they are listed by.
#[test]
fn no_circle_between_files() {
    let all: BTreeMap<Vec<String>, String> =
        sources().into_iter().map(|(_, file, text)| (module(&file), text)).collect();
    let is_apart = |one: &[String], two: &[String]| !one.starts_with(two) && !two.starts_with(one);
    let imports: BTreeMap<&Vec<String>, Vec<Vec<String>>> = all
        .iter()
        .map(|(one, text)| (one, used(one, text, &all).into_iter().filter(|two| is_apart(one, two)).collect()))
        .collect();
    assert!(imports.values().map(Vec::len).sum::<usize>() > 500, "the imports were found");
    let mut left = imports;
    // What imports nothing that is left is in no circle, nor is what nothing that is left imports.
    loop {
        let names: BTreeSet<Vec<String>> = left.keys().map(|one| (*one).clone()).collect();
        let imported: BTreeSet<Vec<String>> = left.values().flatten().cloned().collect();
        left.retain(|one, needs| needs.iter().any(|need| names.contains(need)) && imported.contains(*one));
        if left.len() == names.len() {
            break;
        }
    }
    let left: Vec<String> = left.keys().map(|one| one.join("::")).collect();
    assert!(left.is_empty(), "these files import each other, or lie between some that do: {left:#?}");
}
