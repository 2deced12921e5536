//! The built program, asked about a generated fleet: its files are written, and its answer is read.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::reading::world::{Inputs, list};

/// The columns of a file of update rows.
const COLUMNS: [&str; 16] = [
    "update",
    "product",
    "brings",
    "proves",
    "released",
    "kind",
    "channel",
    "restart",
    "supersedes",
    "repairs",
    "cves",
    "exploited_since",
    "kev_due",
    "removable",
    "withdrawn",
    "source",
];
const FILES: [&str; 10] =
    ["-i", "inventory.json", "-p", "pending.json", "-a", "data", "-P", "policy.yaml", "-w", "waivers.yaml"];

/// What the program says.
pub struct Answer {
    /// Its exit code.
    pub code: Option<i32>,
    /// The decision document as it was printed.
    pub text: String,
    /// The same, read.
    pub document: Value,
}

impl Answer {
    /// The lines but those that name the bytes of the files.
    pub fn decided(&self) -> Vec<&str> {
        self.text.lines().filter(|line| !line.contains("\"sha256\"")).collect()
    }

    /// The exit code that the document asks for.
    pub fn expected_code(&self) -> i32 {
        let count = |key: &str| self.document["summary"][key].as_u64().unwrap_or(0);
        match () {
            () if count("block") > count("undecided") => 1,
            () if count("block") > 0 || !list(&self.document["unplaced"]).is_empty() => 4,
            () if count("pairs") == 0 => 5,
            () if count("sequence") > 0 => 3,
            () => 0,
        }
    }
}

/// Asks the program; an error is why there is no document, and begins with `refused:`.
pub fn decide(inputs: &Inputs) -> Result<Answer, String> {
    let folder = tempfile::tempdir().unwrap();
    write(inputs, folder.path());
    let output = Command::new(env!("CARGO_BIN_EXE_patchgate"))
        .current_dir(folder.path())
        .arg("decide")
        .args(FILES)
        .args(["--at", &inputs.at, "-f", "json"])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    match serde_json::from_str(&text) {
        Ok(document) => Ok(Answer { code: output.status.code(), text, document }),
        Err(_) => Err(format!("refused: exit {:?}: {}", output.status.code(), String::from_utf8_lossy(&output.stderr))),
    }
}

/// Writes the files of a fleet.
fn write(inputs: &Inputs, folder: &Path) {
    for path in ["data/products", "data/updates", "data/some"] {
        fs::create_dir_all(folder.join(path)).unwrap();
    }
    let put = |path: &str, value: &Value| fs::write(folder.join(path), value.to_string()).unwrap();
    put("inventory.json", &inputs.inventory);
    put("pending.json", &inputs.pending);
    put("policy.yaml", &inputs.policy);
    put("waivers.yaml", &inputs.waivers);
    for (path, value) in [("data/settings.yaml", &inputs.settings), ("data/coverage.yaml", &inputs.coverage)] {
        if !value.is_null() {
            put(path, value);
        }
    }
    for (kind, all) in [("products", &inputs.products), ("some", &inputs.advisories)] {
        for one in all {
            put(&format!("data/{kind}/{}.yaml", one["id"].as_str().unwrap()), one);
        }
    }
    let row = |row: &Value| COLUMNS.map(|column| row[column].as_str().unwrap_or_default().to_owned()).join(",");
    let lines: Vec<String> = [COLUMNS.join(",")].into_iter().chain(inputs.rows.iter().map(row)).collect();
    fs::write(folder.join("data/updates/some.csv"), lines.join("\n") + "\n").unwrap();
}
