//! Sets of files for the rules: each lays some files over a common data set, and marks the lines with findings.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use patchgate::curate::links::Answer;
use patchgate::input::load::decode::decode;
use patchgate::input::load::node::parse;
use serde::de::DeserializeOwned;

/// The end of a line on which a fixture expects a finding; it is not part of the file.
pub const MARK: &str = "# <- here";

/// What is found, or expected: code, file and line.
pub type Place = (String, String, usize);

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lint")
}

/// The fixtures of a code whose names begin so, by name.
pub fn fixtures(code: &str, begin: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(root().join(code)) else { return Vec::new() };
    let is_wanted = |path: &PathBuf| {
        let name = path.file_stem().unwrap().to_string_lossy();
        name == begin || name.starts_with(&format!("{begin}-"))
    };
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).filter(is_wanted).collect();
    found.sort();
    found
}

/// The first bad set of files of a code.
pub fn first_bad(code: &str) -> PathBuf {
    let first = fixtures(code, "bad").into_iter().next();
    first.unwrap_or_else(|| panic!("tests/lint/{code}/bad.yaml is missing: see tests/all/lint.rs"))
}

/// The files of a fixture, by their paths in the data set.
pub fn files(fixture: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(fixture).unwrap();
    mapping(&text, &fixture.display().to_string())
}

/// Where a fixture tells what the network answers; no file of the data set.
const ANSWERS: &str = "answers.yaml";

/// The files of a fixture, and what the network answers about the addresses in them.
pub fn files_and_answers(fixture: &Path) -> (BTreeMap<String, String>, BTreeMap<String, Answer>) {
    let mut files = files(fixture);
    let answers = files.remove(ANSWERS).map(|text| mapping(&text, &format!("{}: {ANSWERS}", fixture.display())));
    (files, answers.unwrap_or_default())
}

fn mapping<T: DeserializeOwned>(text: &str, name: &str) -> BTreeMap<String, T> {
    let (node, problems) = parse(text).unwrap_or_else(|problem| panic!("{name}: {problem}"));
    let (values, more) = decode::<BTreeMap<String, T>>(&node);
    assert!(problems.is_empty() && more.is_empty(), "{name}: {problems:?} {more:?}");
    values.unwrap()
}

/// Insists on the cases of a rule: a pair of files, of which the bad one breaks it and the good one keeps it.
pub fn insist_on_cases(folder: &str, code: &str, what: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(code);
    for (name, outcome) in
        [("bad.yaml", format!("breaks `{code}` and no other rule")), ("good.yaml", "breaks no rule".to_owned())]
    {
        let path = folder.join(name);
        assert!(path.is_file(), "{} is missing: write {what} that {outcome}", path.display());
    }
}

/// The common data set with the files of a fixture laid over it, and the lines that they mark.
pub fn lay(files: &BTreeMap<String, String>, folder: &Path, code: &str) -> Vec<Place> {
    copy(&root().join("base"), folder);
    let mut marked = Vec::new();
    for (path, text) in files {
        let is_marked = |(_, line): &(usize, &str)| line.ends_with(MARK);
        let lines = text.lines().enumerate().filter(is_marked);
        marked.extend(lines.map(|(index, _)| (code.to_owned(), path.clone(), index + 1)));
        std::fs::create_dir_all(folder.join(path).parent().unwrap()).unwrap();
        let without = text.lines().map(|line| line.strip_suffix(MARK).map_or(line, str::trim_end).to_owned() + "\n");
        std::fs::write(folder.join(path), without.collect::<String>()).unwrap();
    }
    marked.sort();
    marked
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
