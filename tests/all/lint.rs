//! Every rule has a good and a bad set of files: the bad one gives this code, at the lines that it marks, and no other.

use crate::fixtures;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use fixtures::{MARK, Place, files_and_answers, fixtures, insist_on_cases, lay, root};
use patchgate::curate::corpus::Corpus;
use patchgate::curate::links::Answer;
use patchgate::curate::lint::levels::RuleLevels;
use patchgate::curate::lint::policy::POLICY_RULES;
use patchgate::curate::lint::waivers::WAIVER_RULES;
use patchgate::curate::lint::{self, LintRule, RULES, online};
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
    RULES.iter().map(|rule| rule.code).chain(online::RULES.iter().map(|rule| rule.code)).chain(OF_THE_LOADER)
}

/// What is found in a folder, sorted.
fn found(folder: &Path, answers: &BTreeMap<String, Answer>) -> Vec<Place> {
    let mut loader = Loader::default();
    let collection = loader.collection(&[folder.to_owned()]);
    let mut diagnostics = loader.finish();
    let mut loader = Loader::default();
    let database = Database::new(loader.join(vec![collection.clone()]));
    diagnostics.extend(loader.finish());
    let corpus = Corpus::new(&collection, &database, TODAY.parse().unwrap());
    let mut findings = lint::check(&corpus);
    findings.extend(online::findings(&corpus, answers));
    let rules = [lint::described(RULES), lint::described(online::RULES)].concat();
    diagnostics.extend(lint::locate(findings, &RuleLevels::of(&rules)));
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
    let (files, answers) = files_and_answers(fixture);
    let expected = lay(&files, folder.path(), code);
    let found = found(folder.path(), &answers);
    let name = fixture.strip_prefix(root()).unwrap().display();
    (found != expected).then(|| format!("{name}\n  expected {expected:?}\n  found    {found:?}"))
}

#[test]
fn the_common_data_set_is_clean() {
    assert_eq!(found(&root().join("base"), &BTreeMap::new()), []);
}

#[test]
fn every_code_has_a_good_and_a_bad_file() {
    let what = "a mapping from the path of a file to its text, laid over tests/lint/base, with `# <- here` behind each \
                line of a finding";
    codes().for_each(|code| insist_on_cases("tests/lint", code, what));
    for entry in std::fs::read_dir(root()).unwrap().map(|entry| entry.unwrap()).filter(|entry| entry.path().is_dir()) {
        let name = entry.file_name().to_string_lossy().into_owned();
        assert!(name == "base" || codes().any(|code| code == name), "tests/lint/{name} is of no code");
    }
}

/// A room of rules: its folder, the file with its list, and what is in the list.
fn rooms() -> [(&'static str, &'static str, BTreeSet<&'static str>); 4] {
    fn codes<C>(rules: &[LintRule<C>]) -> BTreeSet<&'static str> {
        rules.iter().map(|rule| rule.code).collect()
    }
    [
        ("src/curate/lint", "src/curate/lint.rs", codes(RULES)),
        ("src/curate/lint/online", "src/curate/lint/online.rs", codes(online::RULES)),
        ("src/curate/lint/policy", "src/curate/lint/policy.rs", codes(POLICY_RULES)),
        ("src/curate/lint/waivers", "src/curate/lint/waivers.rs", codes(WAIVER_RULES)),
    ]
}

#[test]
fn every_rule_is_in_the_file_of_its_code() {
    for (folder, list, codes) in rooms() {
        for code in &codes {
            let file = format!("{folder}/{}.rs", code.replace('-', "_"));
            assert!(Path::new(&file).is_file(), "the rule `{code}` has to be in {file}");
        }
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file())
        {
            let is_rule = std::fs::read_to_string(&path).unwrap().contains("pub const RULE:");
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let is_listed = codes.contains(name.replace('_', "-").as_str());
            assert!(
                !is_rule || is_listed,
                "{} has a rule of another code, or is not in the list of {list}",
                path.display()
            );
        }
    }
}

#[test]
fn rules_follow_rules_and_groups_that_there_are() {
    fn check<C>(rules: &[LintRule<C>]) {
        let known: BTreeSet<&str> = rules.iter().flat_map(|rule| [rule.code].into_iter().chain(rule.group)).collect();
        for rule in rules {
            let unknown: Vec<_> = rule.follows.iter().filter(|one| !known.contains(*one)).collect();
            assert!(unknown.is_empty(), "`{}` follows {unknown:?}, which no rule is called", rule.code);
            let own = [Some(rule.code), rule.group];
            assert!(!rule.follows.iter().any(|one| own.contains(&Some(*one))), "`{}` follows itself", rule.code);
        }
    }
    check(RULES);
    check(POLICY_RULES);
    check(WAIVER_RULES);
}

/// What a file that cannot be read declares is unknown, not absent: a rule that looks such things up says so.
#[test]
fn rules_that_need_declarations_are_silent_where_one_cannot_be_read() {
    for fixture in RULES.iter().flat_map(|rule| fixtures(rule.code, "good")) {
        let (files, answers) = files_and_answers(&fixture);
        let folder = tempfile::tempdir().unwrap();
        lay(&files, folder.path(), "");
        for declaring in declaring(folder.path()) {
            let whole = std::fs::read(&declaring).unwrap();
            std::fs::write(&declaring, "schema: [broken\n").unwrap();
            let found = found(folder.path(), &answers);
            let of_rules: Vec<_> = found.iter().filter(|(code, ..)| !OF_THE_LOADER.contains(&code.as_str())).collect();
            assert!(of_rules.is_empty(), "{} without {}: {of_rules:?}", fixture.display(), declaring.display());
            std::fs::write(&declaring, whole).unwrap();
        }
    }
}

/// The files of a data set that are no advisories.
fn declaring(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        match path.is_dir() {
            true => found.extend(declaring(&path)),
            false if path.file_name().unwrap().to_string_lossy().starts_with("PG-") => {}
            false => found.push(path),
        }
    }
    found
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
