//! Every rule has a good and a bad set of files: the bad one gives this code, at the lines that it marks, and no other.

use crate::fixtures;

use std::path::Path;

use fixtures::{MARK, Place, files, fixtures, lay, root};
use patchgate::curate::corpus::Corpus;
use patchgate::curate::lint::levels::Levels;
use patchgate::curate::lint::{self, RULES};
use patchgate::database::Database;
use patchgate::input::load::Loader;

/// The day of every check.
const TODAY: &str = "2026-01-01";

/// What the loader says of files that are not what they should be; the other codes are those of the rules.
const OF_THE_LOADER: [&str; 16] = [
    "bad-row",
    "bad-value",
    "duplicate-advisory",
    "duplicate-declaration",
    "duplicate-key",
    "duplicate-row",
    "empty",
    "encoding",
    "missing-key",
    "schema-version",
    "unknown-key",
    "unknown-word",
    "wrong-type",
    "yaml-documents",
    "yaml-syntax",
    "yaml-tag",
];

fn codes() -> impl Iterator<Item = &'static str> {
    RULES.iter().map(|rule| rule.code).chain(OF_THE_LOADER)
}

/// What is found in a folder, sorted.
fn found(folder: &Path) -> Vec<Place> {
    let mut loader = Loader::default();
    let collection = loader.collection(&[folder.to_owned()]);
    let mut diagnostics = loader.finish();
    let mut loader = Loader::default();
    let database = Database::new(loader.join(vec![collection.clone()]));
    diagnostics.extend(loader.finish());
    let corpus = Corpus::new(&collection, &database, TODAY.parse().unwrap());
    diagnostics.extend(lint::locate(lint::check(&corpus), &Levels::of(&lint::described(RULES))));
    let relative =
        |path: &str| path.strip_prefix(&*folder.to_string_lossy()).unwrap_or(path).trim_start_matches('/').to_owned();
    let mut found: Vec<Place> =
        diagnostics.iter().map(|one| (one.code.to_owned(), relative(&one.path), one.place.line)).collect();
    found.sort();
    found.dedup();
    found
}

/// What is wrong with a fixture: expected and found.
fn judge(code: &str, fixture: &Path) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let expected = lay(&files(fixture), folder.path(), code);
    let found = found(folder.path());
    let name = fixture.strip_prefix(root()).unwrap().display();
    (found != expected).then(|| format!("{name}\n  expected {expected:?}\n  found    {found:?}"))
}

#[test]
fn the_common_data_set_is_clean() {
    assert_eq!(found(&root().join("base")), []);
}

#[test]
fn every_code_has_a_good_and_a_bad_file() {
    for code in codes() {
        for name in ["good.yaml", "bad.yaml"] {
            assert!(root().join(code).join(name).exists(), "tests/lint/{code}/{name} is missing");
        }
    }
    for entry in std::fs::read_dir(root()).unwrap().map(|entry| entry.unwrap()).filter(|entry| entry.path().is_dir()) {
        let name = entry.file_name().to_string_lossy().into_owned();
        assert!(name == "base" || codes().any(|code| code == name), "tests/lint/{name} is of no code");
    }
}

#[test]
fn bad_files_give_their_code_where_they_mark_it_and_no_other() {
    let mut wrong = Vec::new();
    for code in codes() {
        for fixture in fixtures(code, "bad") {
            let text = std::fs::read_to_string(&fixture).unwrap();
            assert!(text.contains(MARK), "{} marks no line", fixture.display());
            wrong.extend(judge(code, &fixture));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn good_files_give_nothing() {
    let wrong: Vec<String> =
        codes().flat_map(|code| fixtures(code, "good").into_iter().filter_map(move |one| judge(code, &one))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
