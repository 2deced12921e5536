//! Promises about speed, as ratios between processes run in turn on the same machine.
//!
//! hook: a decision about one server and one update with the built-in database, against a program that only parses its
//! arguments with clap and prints its version (promise: at most 5).
//! fleet: 10,000 servers, 200 updates and 1,000 advisories, every decision written as NDJSON, against a typed parse of the
//! same inventory with `serde_json` (promise: at most 3).
//! lint, test: 10,000 advisories checked, and their cases run, against reading the same files (promise: at most 2).
//! rings: 10,000 servers in rings and pools and 60 updates by the cautious policy, against the default one (promise: at most
//! 2), and twice as many servers against these by each of the two (promise: at most 2.3).
//!
//! `cargo bench --bench speed [hook|fleet|data|rings]`

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[path = "speed/data.rs"]
mod data;
#[path = "speed/fleet.rs"]
mod fleet;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        // The other side of the comparison runs in a process of its own, as patchgate does.
        ["parse", file] => parse(Path::new(file)),
        ["read", folder] => read(Path::new(folder)),
        ["hook"] => hook(),
        ["data"] => data(),
        ["fleet"] => fleet(),
        ["rings"] => rings(),
        ["write", folder] => fleet::write(Path::new(folder), fleet::PLAIN),
        ["write-data", folder] => data::write(Path::new(folder)),
        _ => {
            hook();
            fleet();
            data();
            rings();
        }
    }
}

fn read(folder: &Path) {
    let mut loader = patchgate::input::load::Loader::default();
    let collection = loader.collection(&[folder.to_owned()]);
    assert_eq!((loader.finish().len(), collection.advisories.len()), (0, data::ADVISORIES));
}

fn data() {
    let folder = tempfile::tempdir().expect("a folder");
    data::write(folder.path());
    let this = std::env::current_exe().expect("this program");
    for command in ["lint", "test"] {
        let mut check = Command::new(env!("CARGO_BIN_EXE_patchgate"));
        check.args(["advisory", command]).arg(folder.path());
        // Findings would be located in their files, which is not what is measured.
        assert!(check.status().expect("a run").success(), "the data is not clean");
        let mut read = Command::new(&this);
        read.arg("read").arg(folder.path());
        report(command, "reading the files", (&mut check, &mut read), 5, 2.0);
    }
}

fn parse(file: &Path) {
    let text = std::fs::read_to_string(file).expect("the inventory");
    let inventory: patchgate::model::server::Inventory = serde_json::from_str(&text).expect("a valid inventory");
    assert_eq!(inventory.servers.len(), fleet::PLAIN.servers);
}

fn hook() {
    let folder = tempfile::tempdir().expect("a folder");
    let inventory = folder.path().join("inventory.yaml");
    let pending = folder.path().join("pending.yaml");
    std::fs::write(&inventory, HOOK_INVENTORY).expect("the inventory");
    std::fs::write(&pending, HOOK_PENDING).expect("the pending updates");
    let mut decide = Command::new(env!("CARGO_BIN_EXE_patchgate"));
    decide.args(["decide", "--at", "2024-08-20T08:00:00Z", "-f", "json", "-i"]).arg(&inventory).arg("-p").arg(&pending);
    let mut bare = Command::new(bare_clap());
    bare.arg("--version");
    report("hook", "bare clap", (&mut decide, &mut bare), 200, 5.0);
}

const HOOK_INVENTORY: &str = "schema: patchgate/inventory/v1
collected_at: 2024-08-19T08:00:00Z
servers:
  - name: ex01.contoso.com
    roles: [mailbox]
    products:
      - {product: windows-server-2019, version: 10.0.17763.5936}
      - {product: exchange-server-2019, version: 15.2.1258.32}
    updates: [KB5040430]
    settings: {}
";

const HOOK_PENDING: &str = "schema: patchgate/pending/v1
updates:
  - {id: KB5041578, products: [windows-server-2019], brings: [{product: windows-server-2019, version: 10.0.17763.6189}], released: 2024-08-13}
";

fn fleet() {
    let folder = tempfile::tempdir().expect("a folder");
    fleet::write(folder.path(), fleet::PLAIN);
    let mut parse = Command::new(std::env::current_exe().expect("this program"));
    parse.arg("parse").arg(folder.path().join("inventory.json"));
    report("fleet", "serde_json typed parse", (&mut decide(folder.path()), &mut parse), 7, 3.0);
}

/// A decision about the fleet in a folder.
fn decide(folder: &Path) -> Command {
    let mut decide = Command::new(env!("CARGO_BIN_EXE_patchgate"));
    decide.args(["decide", "--at", "2026-06-01T08:00:00Z", "-f", "ndjson", "-i"]).arg(folder.join("inventory.json"));
    decide.arg("-p").arg(folder.join("pending.json")).arg("-a").arg(folder.join("advisories"));
    decide
}

fn rings() {
    let (one, two) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    fleet::write(one.path(), fleet::WAITING);
    fleet::write(two.path(), fleet::Fleet { servers: fleet::WAITING.servers * 2, ..fleet::WAITING });
    let by = |policy: &str, folder: &tempfile::TempDir| {
        let mut decide = decide(folder.path());
        decide.arg("-P").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("policies").join(policy));
        decide
    };
    let (default, cautious) = ("default.yaml", "cautious.yaml");
    report("rings", "the default policy", (&mut by(cautious, &one), &mut by(default, &one)), 5, 2.0);
    for policy in [default, cautious] {
        let against = format!("half the servers, {policy}");
        report("rings", &against, (&mut by(policy, &two), &mut by(policy, &one)), 5, 2.3);
    }
}

/// The bare program, built as the benches are.
fn bare_clap() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.args(["build", "--release", "--quiet", "--example", "bare-clap"]);
    // ring 0.17.14 builds itself and all that needs it anew when these change, and cargo sets them for a benchmark.
    let is_of_benchmark =
        |name: &str| name == "OUT_DIR" || name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in std::env::vars().filter(|(name, _)| is_of_benchmark(name)) {
        build.env_remove(name);
    }
    let built = build.status();
    assert!(built.expect("cargo").success(), "the bare program does not build");
    let program = Path::new(env!("CARGO_BIN_EXE_patchgate"));
    program.with_file_name("examples").join("bare-clap")
}

/// Runs two commands in turn and prints the ratio of their medians, beside what is promised.
fn report(name: &str, against: &str, (one, two): (&mut Command, &mut Command), runs: usize, limit: f64) {
    let (mut ones, mut twos) = (Vec::new(), Vec::new());
    for _ in 0..=runs {
        ones.push(time(one));
        twos.push(time(two));
    }
    // The first run of each fills the caches.
    let (one, two) = (median(&mut ones[1..]), median(&mut twos[1..]));
    let ratio = one.as_secs_f64() / two.as_secs_f64();
    println!(
        "{name}: {one:?} against {two:?} of {against}: ratio {ratio:.2} (limit {limit}), median of {runs} runs in turn"
    );
}

fn time(command: &mut Command) -> Duration {
    let start = Instant::now();
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit()).status().expect("a run");
    let elapsed = start.elapsed();
    assert!(matches!(status.code(), Some(0 | 1 | 3 | 4)), "{command:?}: {status}");
    elapsed
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() / 2]
}
