//! A synthetic fleet, the same at every run: 40 product lines, 12 roles, about 3,500 updates, configurations by Zipf,
//! one server in five a few updates off its image.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

/// What a fleet is made of.
#[derive(Clone, Copy)]
pub struct Fleet {
    /// How many servers.
    pub servers: usize,
    /// How many pending updates.
    pub pending: usize,
    /// Whether four servers each stand in for each other, and one advisory in ten is only reported.
    pub has_waits: bool,
}

/// The fleet of the promise about reading and deciding.
pub const PLAIN: Fleet = Fleet { servers: 10_000, pending: 200, has_waits: false };
/// The fleet of the promises about rings.
pub const WAITING: Fleet = Fleet { servers: 10_000, pending: 60, has_waits: true };
const ADVISORIES: usize = 1_000;
const PRODUCTS: usize = 40;
const UPDATES: usize = 3_500;
const ROLES: usize = 12;
const IMAGES: usize = 300;

/// A small generator of pseudo-random numbers (splitmix64): the same sequence everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    /// Small numbers often, large ones seldom.
    fn zipf(&mut self, bound: usize) -> usize {
        let uniform = (self.next() >> 11) as f64 / (1u64 << 53) as f64;
        ((bound as f64).powf(uniform) - 1.0) as usize
    }
}

/// Writes inventory, pending updates and advisories into a folder.
pub fn write(folder: &Path, fleet: Fleet) {
    fs::write(folder.join("inventory.json"), inventory(fleet).to_string()).expect("the inventory");
    fs::write(folder.join("pending.json"), pending(fleet).to_string()).expect("the pending updates");
    let advisories = folder.join("advisories");
    fs::create_dir_all(advisories.join("products")).expect("a folder");
    for product in 0..PRODUCTS {
        let text = format!(
            "schema: patchgate/product/v1\nid: product-{product}\nname: Product {product}\nroles: [role-0]\nversion_scheme: windows\n"
        );
        fs::write(advisories.join(format!("products/product-{product}.yaml")), text).expect("a product");
    }
    let mut random = Random(3);
    for number in 0..ADVISORIES {
        fs::write(advisories.join(format!("PG-2024-{number:04}.yaml")), advisory(fleet, number, &mut random))
            .expect("an advisory");
    }
}

fn image(number: usize) -> Value {
    let mut random = Random(number as u64 + 1_000_000);
    let products: Vec<Value> = (0..3)
        .map(|_| {
            let version = format!("{}.0.{}.{}", 1 + random.below(3), 100 * random.below(5), random.below(900));
            json!({"product": format!("product-{}", random.zipf(PRODUCTS)), "version": version})
        })
        .collect();
    let updates: Vec<String> = (0..45).map(|_| format!("KB{}", 4_000_000 + random.below(UPDATES))).collect();
    let roles: Vec<String> = (0..1 + random.below(2)).map(|_| format!("role-{}", random.below(ROLES))).collect();
    let settings: serde_json::Map<String, Value> =
        (0..6).map(|setting| (format!("setting-{setting}"), json!(random.below(2) == 0))).collect();
    json!({
        "products": products, "updates": updates, "roles": roles, "settings": settings, "reboot_pending": false,
        "services": [{"name": "W3SVC", "state": "running"}], "listeners": [{"port": 443, "process": "httpd.exe"}],
        "last_boot": "2026-05-01T03:00:00Z",
    })
}

fn inventory(fleet: Fleet) -> Value {
    let images: Vec<Value> = (0..IMAGES).map(image).collect();
    let mut random = Random(1);
    let servers: Vec<Value> = (0..fleet.servers)
        .map(|number| {
            let mut server = images[random.zipf(IMAGES)].clone();
            server["name"] = json!(format!("srv{number:06}.contoso.com"));
            server["ring"] = json!(["pilot", "broad", "critical"][random.below(3)]);
            server["site"] = json!(format!("site-{}", random.below(8)));
            if fleet.has_waits {
                server["pool"] = json!(format!("pool-{}", number / 4));
            }
            server["groups"] = json!([format!("group-{}", random.below(20))]);
            if random.below(5) == 0 {
                let updates = server["updates"].as_array_mut().expect("updates");
                updates.truncate(updates.len() - random.below(4));
            }
            server
        })
        .collect();
    json!({"schema": "patchgate/inventory/v1", "collected_at": "2026-05-31T08:00:00Z", "servers": servers})
}

fn pending(fleet: Fleet) -> Value {
    let mut random = Random(2);
    let updates: Vec<Value> = (0..fleet.pending)
        .map(|number| {
            let product = format!("product-{}", random.below(PRODUCTS));
            let version = format!("{}.0.{}.{}", 1 + random.below(3), 100 * random.below(5), 900 + number);
            let restart = ["never", "possible", "required"][random.below(3)];
            json!({
                "id": format!("KB{}", 4_000_000 + UPDATES + number), "title": format!("Update {number}"),
                "products": [product], "brings": [{"product": product, "version": version}],
                "classification": "security", "released": format!("2026-05-{:02}", 1 + random.below(28)),
                "restart": restart,
            })
        })
        .collect();
    json!({"schema": "patchgate/pending/v1", "updates": updates})
}

/// One advisory in five speaks about a pending update; the others about older ones.
fn advisory(fleet: Fleet, number: usize, random: &mut Random) -> String {
    let update = if number.is_multiple_of(5) { UPDATES + random.below(fleet.pending) } else { random.below(UPDATES) };
    let mut text = format!("schema: patchgate/advisory/v1\nid: PG-2024-{number:04}\ntitle: Advisory {number}\n");
    let severity = ["critical", "high", "medium", "low"][random.below(4)];
    let _ = write!(text, "kind: known-bad\nseverity: {severity}\npublished: 2024-01-{:02}\n", 1 + random.below(28));
    let _ = write!(text, "updated: 2026-05-20\nupdates: [KB{}]\naffects:\n", 4_000_000 + update);
    for _ in 0..2 {
        let _ = writeln!(
            text,
            "  - {{product: product-{}, roles: [role-{}]}}",
            random.below(PRODUCTS),
            random.below(ROLES)
        );
    }
    if fleet.has_waits && number.is_multiple_of(10) {
        text.push_str("confidence: reported\n");
    }
    let _ = writeln!(text, "when: {{setting: {{name: setting-{}, equals: true}}}}", random.below(6));
    let _ = writeln!(text, "fixed_by: [KB{}]", 4_000_000 + random.below(UPDATES));
    text.push_str("impact: A service stops after the restart and does not start again.\n");
    text.push_str("remedy:\n  - {do: Set the value and restart the service., command: Restart-Service example}\n");
    text.push_str("references: [https://example.com/advisory]\n");
    text
}
