//! Every reader on the fuzzer's corpora and finds, and on damaged files: nothing panics, and what is accepted is sound.
//!
//! `PGDAMAGED` is how many damaged files each reader is given, 200 unless told otherwise.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use crate::generated::{Law, number};

#[path = "../../fuzz/src/lib.rs"]
mod fuzz;

use fuzz::{TARGETS, Target};

fn room() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

/// The entries of a folder of the fuzzer's, by path; none where there is no such folder.
fn entries(folder: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(room().join(folder)) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn names(folder: &str) -> BTreeSet<String> {
    entries(folder).iter().map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect()
}

/// The files of a target, with their bytes.
fn files(target: &Target, folder: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let paths = entries(&format!("{folder}/{}", target.name));
    paths.into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

#[test]
fn every_target_has_a_program_and_a_corpus() {
    let targets: BTreeSet<String> = TARGETS.iter().map(|target| target.name.to_owned()).collect();
    assert_eq!(names("fuzz_targets"), targets);
    assert_eq!(names("corpus"), targets);
    assert!(names("finds").is_subset(&targets), "{:?}", names("finds"));
    let manifest = std::fs::read_to_string(room().join("Cargo.toml")).unwrap();
    for Target { name, .. } in TARGETS {
        let program = std::fs::read_to_string(room().join(format!("fuzz_targets/{name}.rs"))).unwrap();
        assert!(program.contains(&format!("patchgate_fuzz::{name}(data)")), "{name}: {program}");
        assert!(manifest.contains(&format!("name = \"{name}\"\npath = \"fuzz_targets/{name}.rs\"")), "{name}");
    }
}

/// A corpus begins on both sides of what is accepted.
#[test]
fn corpora_hold() {
    for target in TARGETS {
        let outcomes = files(target, "corpus").into_iter().map(|(path, bytes)| {
            println!("{}", path.display());
            (target.run)(&bytes)
        });
        assert_eq!(outcomes.collect::<BTreeSet<bool>>().len(), 2, "{}: expected files of both kinds", target.name);
    }
}

#[test]
fn finds_stay_mended() {
    for target in TARGETS {
        for (path, bytes) in files(target, "finds") {
            println!("{}", path.display());
            (target.run)(&bytes);
        }
    }
}

/// One way to damage a file.
#[derive(Clone, Debug)]
enum Damage {
    Truncate(usize),
    Flip(usize, u8),
    Insert(usize, &'static str),
    Repeat(usize, usize),
    Remove(usize, usize),
}

/// What may be inserted.
const WORDS: &[&str] = &[
    "\0",
    "\u{feff}",
    "\t",
    "- ",
    ": ",
    "{",
    "[",
    "]",
    "}",
    "&a ",
    "*a",
    "<<: ",
    "!!str ",
    "\"",
    "'",
    "|\n",
    "---\n",
    "null",
    "[[[[[[[[",
    "999999999999999999999999",
    "-1",
    "\u{1b}[31m",
    "KB",
    "🦀",
    "unknown: ",
    "true",
    "<",
    "</",
    "&#0;",
    ",",
    "\r",
    "\n#",
];

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        any::<usize>().prop_map(Damage::Truncate),
        (any::<usize>(), any::<u8>()).prop_map(|(at, byte)| Damage::Flip(at, byte)),
        (any::<usize>(), proptest::sample::select(WORDS)).prop_map(|(at, word)| Damage::Insert(at, word)),
        (any::<usize>(), 1..200usize).prop_map(|(at, times)| Damage::Repeat(at, times)),
        (any::<usize>(), 1..40usize).prop_map(|(at, length)| Damage::Remove(at, length)),
    ]
}

/// A damaged file, shown as it would be written in Rust.
struct File(Vec<u8>);

impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "b\"{}\"", self.0.escape_ascii())
    }
}

fn damaged(bytes: &[u8], damages: &[Damage]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for damage in damages {
        let place = |at: &usize| at % (bytes.len() + 1);
        match damage {
            Damage::Truncate(at) => bytes.truncate(place(at)),
            Damage::Flip(at, byte) => {
                let at = place(at);
                if let Some(one) = bytes.get_mut(at) {
                    *one ^= byte;
                }
            }
            Damage::Insert(at, word) => {
                let at = place(at);
                bytes.splice(at..at, word.bytes());
            }
            Damage::Repeat(at, times) => {
                let at = place(at);
                let piece: Vec<u8> = bytes[at..bytes.len().min(at + 12)].repeat(*times);
                bytes.splice(at..at, piece);
            }
            Damage::Remove(at, length) => {
                let at = place(at);
                bytes.drain(at..bytes.len().min(at + length));
            }
        }
    }
    bytes
}

/// Whatever is done to a file, it is accepted as a valid one or refused with a message.
#[test]
fn damaged_files_are_accepted_or_refused() {
    let cases = Some(number("PGDAMAGED").unwrap_or(200));
    for target in TARGETS {
        println!("{}", target.name);
        let seeds: Vec<Vec<u8>> = files(target, "corpus").into_iter().map(|(_, bytes)| bytes).collect();
        let name = "damaged_files_are_accepted_or_refused";
        let law = Law { name, cases, variable: "PGDAMAGED" };
        let parts = (proptest::sample::select(seeds), prop::collection::vec(damage(), 1..4));
        law.hold(parts.prop_map(|(seed, damages)| File(damaged(&seed, &damages))), |file| {
            (target.run)(&file.0);
            Ok(())
        });
    }
}
