//! What holds for any bytes that a reader is given: a function for each reader, which the fuzzer and `cargo test` call.
//!
//! None of them panics for a good input or a bad one. What is refused is refused with a diagnostic, whose place lies in the
//! text; what is accepted is accepted again after it was written as JSON, and gives the same value. To add one: write it,
//! list it in [`TARGETS`], give it a program in `fuzz_targets/` and a few small files in `corpus/`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::path::Path;
use std::sync::LazyLock;

use patchgate::curate::import::msrc;
use patchgate::database::{Database, UpdateRow};
use patchgate::diagnostic::{Diagnostic, is_harmless};
use patchgate::input::builtin;
use patchgate::input::load::Loader;
use patchgate::input::source::clixml;
use patchgate::input::text::Text;
use patchgate::model::event_source::EventSources;
use patchgate::model::schema::schema;
use patchgate::model::server::{Inventory, Server};
use patchgate::model::setting::Settings;
use serde::Serialize;

/// A reader of inputs, and what holds for it.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name, which is that of its program and of the folders of its corpus and its finds.
    pub name: &'static str,
    /// Reads some bytes; panics where something does not hold, and else tells whether they were accepted.
    pub run: fn(&[u8]) -> bool,
}

/// All targets.
pub const TARGETS: &[Target] = &[
    Target { name: "advisory", run: advisory },
    Target { name: "clixml", run: clixml },
    Target { name: "event_sources", run: event_sources },
    Target { name: "inventory_json", run: inventory_json },
    Target { name: "inventory_ndjson", run: inventory_ndjson },
    Target { name: "inventory_yaml", run: inventory_yaml },
    Target { name: "msrc", run: msrc },
    Target { name: "pending", run: pending },
    Target { name: "policy", run: policy },
    Target { name: "product", run: product },
    Target { name: "settings", run: settings },
    Target { name: "text", run: text },
    Target { name: "update_rows", run: update_rows },
    Target { name: "waivers", run: waivers },
];

/// An advisory.
pub fn advisory(data: &[u8]) -> bool {
    round_trip(data, |loader, text| loader.advisory(text))
}

/// A product.
pub fn product(data: &[u8]) -> bool {
    round_trip(data, |loader, text| loader.product(text))
}

/// The settings that advisories may test.
pub fn settings(data: &[u8]) -> bool {
    round_trip(data, |loader, text| Some(loader.document::<Settings>(text, "settings")?.0))
}

/// The sources of events.
pub fn event_sources(data: &[u8]) -> bool {
    round_trip(data, |loader, text| Some(loader.document::<EventSources>(text, "event-sources")?.0))
}

/// Pending updates.
pub fn pending(data: &[u8]) -> bool {
    round_trip(data, |loader, text| Some(loader.pending_of(text)?.value))
}

/// A policy.
pub fn policy(data: &[u8]) -> bool {
    round_trip(data, |loader, text| Some(loader.policy_of(text)?.value))
}

/// Waivers.
pub fn waivers(data: &[u8]) -> bool {
    round_trip(data, |loader, text| Some(loader.waivers_of(text)?.value))
}

/// An inventory in YAML.
pub fn inventory_yaml(data: &[u8]) -> bool {
    inventory("input.yaml", data)
}

/// An inventory in JSON.
pub fn inventory_json(data: &[u8]) -> bool {
    inventory("input.json", data)
}

/// An inventory of which each line is a server.
pub fn inventory_ndjson(data: &[u8]) -> bool {
    inventory("input.ndjson", data)
}

/// Reads an inventory with and without the places of facts, which takes two ways: both tell the same.
fn inventory(path: &str, data: &[u8]) -> bool {
    let quick = read(path, data, |loader, text| servers(loader, text, false));
    let located = read(path, data, |loader, text| servers(loader, text, true));
    assert_eq!(written(&quick), written(&located), "without the places of facts, and with them");
    let Some(servers) = quick else { return false };
    accepted_again(servers);
    true
}

fn servers(loader: &mut Loader, text: &Text, with_origins: bool) -> Option<Vec<Server>> {
    Some(loader.fleet_of(std::slice::from_ref(text), with_origins)?.servers)
}

/// Servers that were read are an inventory.
fn accepted_again(servers: Vec<Server>) {
    let as_read = written(&servers);
    let inventory = Inventory { schema: schema("inventory"), collected_at: None, complete: false, servers };
    let again = again("again.json", written(&inventory).as_bytes(), |loader, text| self::servers(loader, text, false));
    assert_eq!(written(&again), as_read);
}

/// A table of updates: as JSON, and as the table that it was.
pub fn update_rows(data: &[u8]) -> bool {
    let Some(rows) = read("input.csv", data, rows) else { return false };
    let again: Vec<UpdateRow> = serde_json::from_str(&written(&rows)).expect("rows that were read");
    assert_eq!(written(&again), written(&rows));
    accepted_as_table(&rows);
    true
}

fn rows(loader: &mut Loader, text: &Text) -> Option<Vec<UpdateRow>> {
    let rows = loader.update_rows(text);
    (!loader.has_errors()).then(|| rows.into_iter().map(|row| row.row).collect())
}

/// Rows, written as a table, are read as what they are.
fn accepted_as_table<T: Serialize>(rows: &[T]) {
    let mut table = csv::WriterBuilder::new().comment(Some(b'#')).from_writer(Vec::new());
    rows.iter().for_each(|row| table.serialize(row).expect("a row"));
    // Without a row there is no header either.
    let table = table.into_inner().expect("a table");
    if !rows.is_empty() {
        assert_eq!(written(&again("again.csv", &table, self::rows)), written(&rows));
    }
}

/// A bulletin of Microsoft's: what is made of it is a table of updates.
pub fn msrc(data: &[u8]) -> bool {
    static KNOWN: LazyLock<Database> = LazyLock::new(|| builtin::database().expect("the built-in database"));
    let document = read("input.json", data, |loader, text| {
        msrc::Bulletin::parse(text).map_err(|problem| loader.keep(*problem)).ok()
    });
    let Some(document) = document else { return false };
    let import = msrc::import(vec![document], KNOWN.products());
    accepted_as_table(&import.rows);
    import.left_out.each().iter().chain(&import.left_out.groups()).for_each(is_inert);
    true
}

/// The line that begins a file of an export; its name follows.
const FILE: &str = "==> ";

/// The files of an export, one after another, each after a line with its name: what they tell is an inventory.
pub fn clixml(data: &[u8]) -> bool {
    let folder = tempfile::tempdir().expect("a folder");
    let files = data.split(|byte| *byte == b'\n').fold(Vec::<(String, Vec<u8>)>::new(), |mut files, line| {
        match (line.strip_prefix(FILE.as_bytes()), files.last_mut()) {
            (Some(name), _) => files.push((name_of_file(name), Vec::new())),
            (None, Some((_, content))) => content.extend(line.iter().chain(b"\n")),
            (None, None) => {}
        }
        files
    });
    files.iter().for_each(|(name, content)| std::fs::write(folder.path().join(name), content).expect("a file"));
    match clixml::read(folder.path()) {
        Ok(servers) => {
            accepted_again(servers);
            true
        }
        Err(problems) => {
            assert!(!problems.is_empty(), "refused without a word");
            problems
                .iter()
                .for_each(|problem| is_sound(problem, &Text::read(Path::new(&problem.path), String::new()).ok()));
            false
        }
    }
}

/// A name that leads to no other folder.
fn name_of_file(bytes: &[u8]) -> String {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b' ');
    let name: String = bytes.iter().filter(|byte| is_plain(byte)).take(60).map(|byte| char::from(*byte)).collect();
    format!("x_{name}")
}

/// Bytes to text: whatever they were, it is the same text in UTF-8 and in UTF-16.
pub fn text(data: &[u8]) -> bool {
    let Some(text) = read("input.txt", data, |_, text| Some(text.text.clone())) else { return false };
    let utf16 =
        |unit: fn(u16) -> [u8; 2]| "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(unit).collect();
    let utf8 = format!("\u{feff}{text}").into_bytes();
    for bytes in [utf8, utf16(u16::to_le_bytes), utf16(u16::to_be_bytes)] {
        assert_eq!(again("again.txt", &bytes, |_, text| Some(text.text.clone())), text);
    }
    true
}

/// Reads bytes and, where they are accepted, what they were read as, written as JSON.
fn round_trip<T: Serialize>(data: &[u8], reader: impl Fn(&mut Loader, &Text) -> Option<T>) -> bool {
    let Some(value) = read("input.yaml", data, &reader) else { return false };
    let again = again("again.json", written(&value).as_bytes(), &reader);
    assert_eq!(written(&again), written(&value));
    true
}

/// What a reader makes of bytes; nothing where there is anything wrong with them.
fn read<T>(path: &str, data: &[u8], reader: impl Fn(&mut Loader, &Text) -> Option<T>) -> Option<T> {
    located(path, data, reader).ok()
}

/// What a reader makes of something that it was read from before.
fn again<T>(path: &str, data: &[u8], reader: impl Fn(&mut Loader, &Text) -> Option<T>) -> T {
    let refused = |diagnostics: Vec<Diagnostic>| -> T {
        let told: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
        panic!("refused after it was written: {}\n{}", String::from_utf8_lossy(data), told.join("\n"))
    };
    located(path, data, reader).unwrap_or_else(refused)
}

/// The same, or else all that is wrong, each at a place in the text.
fn located<T>(path: &str, data: &[u8], reader: impl Fn(&mut Loader, &Text) -> Option<T>) -> Result<T, Vec<Diagnostic>> {
    let mut loader = Loader::default();
    let text = loader.source(path.to_owned(), data.to_vec());
    let value = text.as_ref().and_then(|text| reader(&mut loader, text));
    let diagnostics = loader.finish();
    assert!(value.is_some() || !diagnostics.is_empty(), "refused without a word");
    diagnostics.iter().for_each(|diagnostic| is_sound(diagnostic, &text));
    value.filter(|_| diagnostics.is_empty()).ok_or(diagnostics)
}

fn written<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("a value that can be written")
}

/// A diagnostic is about a place in the text, no longer than people read, and drives no terminal.
fn is_sound(diagnostic: &Diagnostic, text: &Option<Text>) {
    is_inert(diagnostic);
    let place = diagnostic.place;
    let Some(text) = text.as_ref().filter(|_| place.line > 0) else { return };
    let line = text.text.split('\n').nth(place.line - 1);
    let width = line.unwrap_or_else(|| panic!("after the end of the text: {diagnostic}")).chars().count();
    assert!((1..=width + 1).contains(&place.column), "column {} of {width}: {diagnostic}", place.column);
}

fn is_inert(diagnostic: &Diagnostic) {
    let told = diagnostic.to_string();
    assert!(told.len() < 4_000, "a message as long as the input: {told}");
    assert!(told.chars().all(|c| c == '\n' || is_harmless(c)), "{told:?}");
}
