//! A process that is killed while it writes to `-o FILE` leaves the old file whole, or the new one.
//!
//! `PGKILLS` is how many are killed, 3 unless told otherwise; `PGSERVERS` is how many servers each decides about, 400 unless
//! told otherwise: the more, the longer it writes.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::json;

use crate::generated::number;

const OLD: &str = "what was there before\n";

/// A decision about many servers, to be written to a file.
fn decide(folder: &Path) -> Command {
    let product = json!({"product": "windows-server-2019", "version": "10.0.17763.5936"});
    let server = |number| json!({"name": format!("srv{number}"), "products": [product], "updates": []});
    let servers: Vec<_> = (0..number("PGSERVERS").unwrap_or(400)).map(server).collect();
    let inventory = json!({"schema": "patchgate/inventory/v1", "servers": servers});
    let pending = json!({"schema": "patchgate/pending/v1", "updates": [{"id": "KB5041578"}]});
    fs::write(folder.join("inventory.json"), inventory.to_string()).unwrap();
    fs::write(folder.join("pending.json"), pending.to_string()).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_patchgate"));
    let arguments = "decide --at 2024-08-22T08:00:00Z -f json -i inventory.json -p pending.json -o decision.json";
    command.current_dir(folder).args(arguments.split(' ')).stdin(Stdio::null()).stdout(Stdio::null());
    command
}

#[test]
fn the_old_file_is_whole_or_the_new_one_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("decision.json");
    let mut decide = decide(folder.path());
    let start = Instant::now();
    assert!(decide.status().unwrap().code().is_some());
    let whole = start.elapsed();
    let new = fs::read_to_string(&file).unwrap();
    let kills = u32::try_from(number("PGKILLS").unwrap_or(3)).unwrap();
    for kill in 0..kills {
        fs::write(&file, OLD).unwrap();
        let mut child = decide.spawn().unwrap();
        std::thread::sleep(whole * (kill + 1) / kills);
        // It may have ended before.
        child.kill().unwrap();
        child.wait().unwrap();
        let found = fs::read_to_string(&file).unwrap();
        assert!(found == OLD || found == new, "{} bytes of {} after kill {kill}", found.len(), new.len());
    }
}
