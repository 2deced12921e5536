//! What looks across servers, on many of them: what is said of each server does not grow with the fleet.
//!
//! It is what comes out that is counted, not the time it takes; what takes more than its input and output are worth does not
//! end. `PGSERVERS` is how many servers there are, 10,000 unless told otherwise.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use assert_cmd::Command;
use serde_json::{Value, json};

use crate::generated::number;

const AT: &str = "2024-06-15T12:00:00Z";

/// The most pairs that `after` and `with` list; where more have to be named there is a batch (formats.md, section 7).
const MOST_NAMED: usize = 16;

/// How much longer a server's part of the output may be in the whole fleet than in a tenth of it: numbers get longer.
const GROWTH: f64 = 1.1;

fn servers() -> usize {
    usize::try_from(number("PGSERVERS").unwrap_or(10_000)).unwrap()
}

/// What is asked about a fleet of any size.
struct Question {
    /// The facts of a server by its number; name and versions are added.
    server: fn(usize) -> Value,
    /// The pending updates of a fleet of so many servers.
    pending: fn(usize) -> Value,
    /// The policy's file.
    policy: &'static str,
}

const ROLES: [&str; 2] = ["back", "front"];
const RINGS: [&str; 3] = ["pilot", "broad", "critical"];
const DEFAULT: &str = "policies/default.yaml";
const CAUTIOUS: &str = "policies/cautious.yaml";

/// Two updates of the product, one of which is reported to be bad.
fn two_updates(_: usize) -> Value {
    json!([update("KB5001"), update("KB5002")])
}

fn update(id: &str) -> Value {
    json!({"id": id, "products": ["product-a"], "released": "2024-01-09", "restart": "required", "classification": "security"})
}

fn name(number: usize) -> String {
    format!("srv{number:06}.example")
}

/// What was decided.
struct Answer {
    bytes: usize,
    document: Value,
}

impl Answer {
    fn of(question: &Question, count: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (inventory, pending) = (folder.path().join("inventory.json"), folder.path().join("pending.json"));
        let servers: Vec<Value> = (0..count).map(|number| server(question, number)).collect();
        let document = json!({"schema": "patchgate/inventory/v1", "collected_at": AT, "servers": servers});
        fs::write(&inventory, document.to_string()).unwrap();
        let document = json!({"schema": "patchgate/pending/v1", "updates": (question.pending)(count)});
        fs::write(&pending, document.to_string()).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_patchgate"));
        command.timeout(Duration::from_secs(600)).args(["decide", "--at", AT, "-f", "json", "-i"]).arg(&inventory);
        command.arg("-p").arg(&pending).arg("-a").arg(advisories(folder.path()));
        command.arg("-P").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(question.policy));
        let output = command.output().unwrap();
        assert!(matches!(output.status.code(), Some(0 | 1 | 3 | 4)), "{}", String::from_utf8_lossy(&output.stderr));
        Self { bytes: output.stdout.len(), document: serde_json::from_slice(&output.stdout).unwrap() }
    }

    /// The entries of a list; none where there is no such list.
    fn list(&self, key: &str) -> &[Value] {
        self.document[key].as_array().map_or(&[], Vec::as_slice)
    }

    fn pairs(&self) -> usize {
        self.list("decisions").len()
    }

    /// How many pairs wait for others.
    fn waiting(&self) -> usize {
        self.list("decisions").iter().filter(|decision| !others(decision, "after").is_empty()).count()
    }
}

/// The other pairs, or the batches of them, that a decision names.
fn others<'a>(decision: &'a Value, key: &str) -> &'a [Value] {
    decision[key].as_array().map_or(&[], Vec::as_slice)
}

fn server(question: &Question, number: usize) -> Value {
    let mut server =
        json!({"name": name(number), "products": [{"product": "product-a", "version": "1.0.0.1"}], "updates": []});
    server.as_object_mut().unwrap().extend((question.server)(number).as_object().unwrap().clone());
    server
}

/// A product with an order of roles, and a report against one update.
fn advisories(folder: &Path) -> PathBuf {
    let folder = folder.join("advisories");
    fs::create_dir_all(folder.join("products")).unwrap();
    fs::create_dir_all(folder.join("family")).unwrap();
    let product = "schema: patchgate/product/v1\nid: product-a\nname: Product A\nfamily: apps\nroles: [back, front]\nupdate_order: [back, front]\n";
    fs::write(folder.join("products/product-a.yaml"), product).unwrap();
    let curated = "schema: patchgate/coverage/v1\nfamilies: {apps: {updates: 2024-06-30, by: test, sources: ['https://example.com']}}\n";
    fs::write(folder.join("coverage.yaml"), curated).unwrap();
    let report = "schema: patchgate/advisory/v1\nid: PG-2024-0001\ntitle: Reported\nkind: known-bad\nseverity: medium\n\
        confidence: reported\npublished: 2024-06-01\nupdates: [KB5002]\n";
    fs::write(folder.join("family/PG-2024-0001.yaml"), report).unwrap();
    folder
}

/// Asks about a fleet and about a tenth of it: both say as much of each server, and of other pairs no more than few.
fn holds_at_size(question: &Question) -> Answer {
    let (few, many) = (Answer::of(question, servers() / 10), Answer::of(question, servers()));
    for answer in [&few, &many] {
        assert!(answer.pairs() > 0, "nothing was decided");
        others_are_few(answer);
    }
    let share = |answer: &Answer| answer.bytes as f64 / answer.pairs() as f64;
    assert!(
        share(&many) <= share(&few) * GROWTH,
        "{} bytes a pair, of a tenth of the fleet {}",
        share(&many),
        share(&few)
    );
    many
}

/// No decision lists more than few others: it names a batch, which is listed once and names only the one before it.
fn others_are_few(answer: &Answer) {
    let batches: BTreeMap<&str, &Value> =
        answer.list("batches").iter().map(|batch| (batch["id"].as_str().unwrap(), batch)).collect();
    assert_eq!(batches.len(), answer.list("batches").len(), "a batch is listed twice");
    for decision in answer.list("decisions") {
        for key in ["after", "with"] {
            let others = others(decision, key);
            assert!(others.len() <= MOST_NAMED, "{} others in `{key}` of {}", others.len(), decision["server"]);
            let mut named = others.iter().filter_map(|other| other["batch"].as_str());
            assert!(named.all(|id| batches.contains_key(id)), "a batch that is not listed: {others:?}");
        }
    }
    let mut seen = BTreeSet::new();
    for batch in batches.values() {
        assert!(batch["after"].is_null() || batches.contains_key(batch["after"].as_str().unwrap()), "{batch}");
        for server in batch["servers"].as_array().unwrap() {
            let is_new = seen.insert((batch["rule"].as_str(), batch["update"].as_str(), server.as_str()));
            assert!(is_new, "{server} is in two batches of {} for {}", batch["rule"], batch["update"]);
        }
    }
}

/// Wherever servers stand in for each other, in few large pools or in many small ones.
#[test]
fn pools() {
    let one = |_| json!({"pool": "all"});
    holds_at_size(&Question { server: one, pending: two_updates, policy: DEFAULT });
    let small = |number| json!({"pool": format!("pool-{:06}", number / 4)});
    let answer = holds_at_size(&Question { server: small, pending: two_updates, policy: DEFAULT });
    assert_eq!(answer.waiting() * 4, answer.pairs() * 3, "one of four goes first");
}

#[test]
fn an_order_of_roles_in_many_sites_in_one_and_in_none() {
    let sites: [fn(usize) -> Value; 3] = [
        |number| json!({"site": format!("site-{:06}", number / 10), "roles": [ROLES[number % 2]]}),
        |number| json!({"site": "hq", "roles": [ROLES[number % 2]]}),
        |number| json!({"roles": [ROLES[number % 2]]}),
    ];
    for server in sites {
        let answer = holds_at_size(&Question { server, pending: two_updates, policy: DEFAULT });
        assert_eq!(answer.waiting() * 2, answer.pairs(), "every front waits for a back");
    }
}

#[test]
fn rings_of_a_cautious_policy() {
    let server = |number| json!({"ring": RINGS[number % 3]});
    let answer = holds_at_size(&Question { server, pending: two_updates, policy: CAUTIOUS });
    assert_eq!(answer.waiting(), servers() - servers().div_ceil(3), "all but the pilots wait with the reported update");
}

#[test]
fn rings_pools_and_roles_at_once() {
    let server = |number| {
        json!({
            "ring": RINGS[number % 3], "pool": format!("pool-{:06}", number / 50),
            "site": format!("site-{}", number / 50 % 8), "roles": [ROLES[number / 50 % 2]],
        })
    };
    holds_at_size(&Question { server, pending: two_updates, policy: CAUTIOUS });
}

/// Servers in several groups, to which updates are offered.
#[test]
fn groups() {
    let server = |number| json!({"groups": ["All servers", format!("group {}", number % 20)]});
    let pending = |_| {
        let offered = |id: &str, to: Value| {
            let mut update = update(id);
            update["offered_to"] = to;
            update
        };
        json!([offered("KB5001", json!(["all servers"])), offered("KB5002", json!(["group 1", "group 2"]))])
    };
    let answer = holds_at_size(&Question { server, pending, policy: DEFAULT });
    assert_eq!(answer.list("groups").len(), 21 + 2 + 1, "each group once for each update");
}

/// Offers by name: to every server, and to as many names that no server has.
#[test]
fn offers_by_name() {
    let pending = |count| {
        let mut update = update("KB5001");
        let there = (0..count).map(name);
        update["offered_to"] =
            json!(there.chain((0..count).map(|number| format!("wks{number:06}"))).collect::<Vec<_>>());
        json!([update])
    };
    holds_at_size(&Question { server: |_| json!({}), pending, policy: DEFAULT });
}

/// Rings, roles and products that nobody declared.
#[test]
fn unknown_words() {
    let server = |number| {
        let product = json!({"product": format!("product-{}", number % 7), "version": "1.0.0.1"});
        let known = json!({"product": "product-a", "version": "1.0.0.1"});
        json!({"ring": format!("ring-{}", number % 7), "roles": [format!("bakc{}", number % 7)], "products": [known, product]})
    };
    let answer = holds_at_size(&Question { server, pending: two_updates, policy: DEFAULT });
    assert!(answer.list("notes").len() < 50, "{} notes about 7 words of each kind", answer.list("notes").len());
}
