//! Files in which nearly everything is wrong: each problem is told with its place, and none of them counts from the start.
//!
//! Where the time grew with the square of the number, these tests would take hours.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use patchgate::diagnostic::{Place, Snippet};
use patchgate::input::load::Loader;
use patchgate::input::problem::Problem;
use patchgate::input::text::Text;
use proptest::prelude::*;

fn fleet(name: &str, text: String) -> Vec<(usize, usize)> {
    let mut loader = Loader::default();
    let source = loader.source(name.to_owned(), text.into_bytes()).unwrap();
    assert!(loader.fleet_of(&[source], false).is_none());
    loader.finish().iter().map(|one| (one.place.line, one.place.column)).collect()
}

#[test]
fn every_line_of_ndjson() {
    let lines = (0..32_000).map(|number| format!("{{\"name\": \"s{number}\", \"rolez\": [\"edge\"]}}\n"));
    let places = fleet("i.ndjson", lines.collect());
    assert_eq!((places.len(), places[0].0, places[31_999].0), (32_000, 1, 32_000));
}

#[test]
fn every_server_of_yaml() {
    let servers =
        (0..10_000).map(|number| format!("  - name: s{number}\n    rols: [edge]\n    reboot_pending: maybe\n"));
    let places = fleet("i.yaml", format!("schema: patchgate/inventory/v1\nservers:\n{}", servers.collect::<String>()));
    assert_eq!((places.len(), places[0], places[19_999]), (20_000, (4, 5), (30_002, 21)));
}

/// A program writes an inventory as one line of megabytes.
#[test]
fn every_server_of_json_in_one_line() {
    let server = |number: usize| format!("{{\"näme\": 1, \"name\": \"s{number:05}\"}}");
    let servers = (0..20_000).map(server).collect::<Vec<_>>().join(",");
    let head = "{\"schema\": \"patchgate/inventory/v1\", \"servers\": [";
    let places = fleet("i.json", format!("{head}{servers}]}}\n"));
    let width = server(0).chars().count() + 1;
    let expected: Vec<_> = (0..20_000).map(|number| (1, head.len() + 2 + number * width)).collect();
    assert_eq!(places, expected);
}

#[test]
fn every_row_of_a_table() {
    let rows = (0..50_000).map(|number| format!("KB{},windows-server-2019,x.y\n", number + 1));
    let text = format!("# rows\nupdate,product,version\n{}", rows.collect::<String>());
    let mut loader = Loader::default();
    let source = loader.source("rows.csv".to_owned(), text.into_bytes()).unwrap();
    loader.update_rows(&source);
    let problems = loader.finish();
    assert_eq!((problems.len(), problems[0].place.line, problems[49_999].place.line), (50_000, 3, 50_002));
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_patchgate")).current_dir(folder).args(arguments).output().unwrap()
}

fn summary(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap().lines().last().unwrap_or_default().to_owned()
}

#[test]
fn every_setting_of_a_second_file() {
    let folder = tempfile::tempdir().unwrap();
    let settings = (0..3_000).map(|number| format!("  s{number}: {{type: bool, meaning: m, collect: c}}\n"));
    let text = format!("schema: patchgate/settings/v1\nsettings:\n{}", settings.collect::<String>());
    fs::create_dir(folder.path().join("data")).unwrap();
    ["a.yaml", "b.yaml"].iter().for_each(|name| fs::write(folder.path().join("data").join(name), &text).unwrap());
    let output = run(folder.path(), &["advisory", "lint", "data", "--allow", "all"]);
    assert!(summary(&output).starts_with("advisory lint: 3000 errors in"), "{}", summary(&output));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        told.contains("data/b.yaml:2003:10: error[duplicate-declaration]: duplicate setting `s2000`"),
        "{told:.500}"
    );
}

#[test]
fn every_waiver_twice_and_every_case_failed() {
    let folder = tempfile::tempdir().unwrap();
    let waiver = "  - {advisory: PG-2009-0001, servers: {names: [a]}, reason: r, approved_by: j, ticket: t, expires: 2026-12-31}\n";
    let waivers = format!("schema: patchgate/waivers/v1\nwaivers:\n{}", waiver.repeat(1_000));
    fs::write(folder.path().join("w.yaml"), waivers).unwrap();
    let output = run(folder.path(), &["waiver", "check", "w.yaml", "--at", "2026-01-01"]);
    assert!(summary(&output).starts_with("waiver check: 999 warnings in 1000 waivers"), "{}", summary(&output));
    assert!(String::from_utf8(output.stderr).unwrap().contains("w.yaml:1002:5: warning"));

    let cases = (0..1_000).map(|number| format!("  - {{name: c{number}, server: {{updates: []}}, expect: unknown}}\n"));
    let advisory = format!(
        "schema: patchgate/advisory/v1\nid: ACME-2024-0001\ntitle: t\nkind: known-bad\nseverity: high\npublished: 2024-01-01\nupdates: [KB1]\ncases:\n{}",
        cases.collect::<String>()
    );
    fs::create_dir(folder.path().join("data")).unwrap();
    fs::write(folder.path().join("data/ACME-2024-0001.yaml"), advisory).unwrap();
    let output = run(folder.path(), &["advisory", "test", "data"]);
    assert_eq!(summary(&output), "advisory test: 1000 errors in 1000 cases of 1 advisory");
    assert!(String::from_utf8(output.stderr).unwrap().contains("data/ACME-2024-0001.yaml:1008:"));
}

/// At most 500 are told on the way out.
#[test]
fn the_rest_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("i.ndjson"), "{\"nam\": 1}\n".repeat(700)).unwrap();
    fs::write(folder.path().join("p.yaml"), "schema: patchgate/pending/v1\nupdates: []\n").unwrap();
    let output = run(folder.path(), &["decide", "-i", "i.ndjson", "-p", "p.yaml"]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(told.matches("error[").count(), 500);
    assert!(told.ends_with(" of them not shown; nothing was decided\n"), "{told:.300}");
}

/// What a place and a shown line are, by counting from the start of the text.
fn counted(text: &str, offset: usize) -> Place {
    let offset = if text.is_char_boundary(offset) {
        offset
    } else {
        text[..offset.min(text.len())].rfind('\n').map_or(0, |at| at + 1)
    };
    let before = &text[..offset];
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Place { line: before.matches('\n').count() + 1, column }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Marks in a text find what counting finds: in lines of any length, with characters of any width and any ends of lines.
    #[test]
    fn places_and_shown_lines_are_those_that_counting_gives(
        parts in prop::collection::vec((prop::sample::select(vec!["a", "ä", "€", "🦀", "\n", "\r\n", "\r", "\t", "##[x"]), 1..900usize), 0..12),
        offset in 0..6_000usize,
        line in 0..40usize,
        column in 0..3_000usize,
    ) {
        let text: String = parts.iter().map(|(part, times)| part.repeat(if part.contains('\n') { times % 4 } else { *times })).collect();
        let source = Text::new("t".into(), text.clone(), String::new());
        if text.is_char_boundary(offset) {
            prop_assert_eq!(source.place(offset), counted(&text, offset));
        }
        prop_assert_eq!(source.line(line), line.checked_sub(1).and_then(|index| text.lines().nth(index)));
        let place = Place { line, column };
        let shown = source.diagnostic(Problem::new("c", String::new()).placed(place)).snippet;
        let expected = line.checked_sub(1).and_then(|index| text.lines().nth(index));
        prop_assert_eq!(shown.map(|one| *one), expected.map(|line| Snippet::cut(line, column)));
    }
}
