//! Names are the same whatever their case, by Unicode's rules, wherever they are compared.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use assert_cmd::Command;
use patchgate::model::id::ServerName;
use patchgate::model::name::{Folded, is_same};
use patchgate::policy::hold::Glob;
use proptest::prelude::*;

const INVENTORY: &str = "schema: patchgate/inventory/v1
complete: true
servers:
  - {name: ÄPFEL, groups: [Ärzte], ring: Übung, pool: ÖL, site: ÅS, roles: [Éditeur], products: []}
  - {name: birne, groups: [ärzte], ring: übung, pool: öl, site: ås, roles: [éditeur], products: []}
";

/// Each way to name servers, once for both and with what only its case tells apart.
const SELECTORS: [&str; 5] =
    ["names: [äpfel, BIRNE]", "groups: [ÄRZTE]", "ring: [ÜBUNG]", "pool: [Öl]", "role: [ÉDITEUR]"];

fn policy(servers: &str) -> String {
    format!(
        "schema: patchgate/policy/v1\nname: n\nrings: [{{name: üBUNG, soak: 0d}}, {{name: last, soak: 0d}}]\n\
         pools: {{max_unavailable: 1}}\n\
         windows: [{{servers: {{{servers}}}, every: saturday, at: '01:00', for: 4h, tz: UTC}}]\n"
    )
}

fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_patchgate")).current_dir(folder).args(arguments).output().unwrap();
    (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let pending = "schema: patchgate/pending/v1\nupdates: [{id: KB1, title: t, classification: tool, \
                   released: 2026-01-01, offered_to: [äRZTE], products: [], restart: required}]\n";
    fs::write(folder.path().join("i.yaml"), INVENTORY).unwrap();
    fs::write(folder.path().join("p.yaml"), pending).unwrap();
    folder
}

const FLEET: [&str; 6] = ["-i", "i.yaml", "-p", "p.yaml", "--at", "2026-02-01"];

#[test]
fn policies_and_waivers_name_servers_in_any_case() {
    let folder = folder();
    for servers in SELECTORS {
        fs::write(folder.path().join("policy.yaml"), policy(servers)).unwrap();
        let (code, told) = run(folder.path(), &[&["policy", "check", "policy.yaml"], &FLEET[..]].concat());
        let names = ["matches-no-server", "unknown-name", "unknown-ring", "ring-not-in-policy"];
        assert!(code != Some(2) && names.iter().all(|code| !told.contains(code)), "{servers}: {told}");
        // Both servers are in one pool, which has two members.
        assert!(!told.contains("pool-allows"), "{servers}: {told}");
        let waiver = format!(
            "schema: patchgate/waivers/v1\nwaivers: [{{rule: hold, servers: {{{servers}}}, reason: r, approved_by: a, \
             ticket: t, expires: 2026-03-01}}]\n"
        );
        fs::write(folder.path().join("waivers.yaml"), waiver).unwrap();
        let (code, told) =
            run(folder.path(), &[&["waiver", "check", "waivers.yaml", "-P", "policy.yaml"], &FLEET[..]].concat());
        assert!(code != Some(2) && names.iter().all(|code| !told.contains(code)), "{servers}: {told}");
    }
}

#[test]
fn the_fleet_is_one_group_ring_pool_and_site() {
    let folder = folder();
    fs::write(folder.path().join("policy.yaml"), policy(SELECTORS[0])).unwrap();
    let decide = |more: &[&str]| {
        let arguments = [&["decide", "-P", "policy.yaml", "-f", "json"], &FLEET[..], more].concat();
        let (_, told) = run(folder.path(), &arguments);
        serde_json::from_str::<serde_json::Value>(&told).unwrap_or_else(|error| panic!("{error}: {told}"))
    };
    let document = decide(&[]);
    assert_eq!(document["groups"].as_array().unwrap().len(), 1, "{document:#}");
    // As the first server writes it.
    assert_eq!(document["groups"][0]["group"], "ärzte");
    assert!(!document["notes"].to_string().contains("offered to"), "{document:#}");
    assert!(!document["notes"].to_string().contains("ring"), "{document:#}");
    let verdicts: Vec<&str> =
        document["decisions"].as_array().unwrap().iter().map(|one| one["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["approve", "sequence"], "{document:#}");
    for asked in [["--group", "ärztE"], ["--server", "äpfeL"], ["--server", "BIRN?"]] {
        let shown = decide(&asked)["decisions"].as_array().unwrap().len();
        assert_eq!(shown, if asked[0] == "--group" { 2 } else { 1 }, "{asked:?}");
    }
    let (_, told) = run(folder.path(), &[&["explain", "äpfel", "KB1", "-P", "policy.yaml"], &FLEET[..]].concat());
    assert!(told.contains("ÄPFEL"), "{told}");
}

#[test]
fn patterns_ignore_case_and_keep_their_brackets() {
    for (pattern, text, is_match) in [
        ("äpf*", "ÄPFEL", true),
        ("ÄPF*", "äpfel", true),
        ("*ÉDITEUR", "Le éditeur", true),
        ("ex??", "EX01", true),
        ("[Z-a]x", "^X", true),
        ("[Z-a]x", "mx", false),
        ("{EX,DC}*", "dc01", true),
        ("ex", "ex01", false),
    ] {
        let glob: Glob = pattern.parse().unwrap();
        assert_eq!(glob.matches(text), is_match, "{pattern} {text}");
        assert_eq!(glob.to_string(), pattern);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Names of servers are equal, sorted and hashed as they fold.
    #[test]
    fn server_names_are_compared_folded(
        one in "[aAbBäÄßẞİıσΣς-]{1,4}",
        two in "[aAbBäÄßẞİıσΣς-]{1,4}",
        is_other_case in any::<bool>(),
    ) {
        let two = if is_other_case { one.to_uppercase() } else { two };
        let folded = [&one, &two].map(|name| Folded::of(name));
        let names = [&one, &two].map(|name| ServerName::new(name).unwrap());
        prop_assert_eq!(names[0] == names[1], folded[0] == folded[1]);
        prop_assert_eq!(names[0].cmp(&names[1]), folded[0].cmp(&folded[1]));
        prop_assert_eq!(is_same(&one, &two), folded[0] == folded[1]);
        prop_assert_eq!(HashSet::from(names).len(), HashSet::from(folded).len());
    }
}
