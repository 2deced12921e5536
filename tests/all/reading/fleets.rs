//! Random fleets: all inputs of a decision as JSON, small enough to be enumerated and odd enough to matter.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::TestRng;
use serde_json::{Map, Value, json};

use super::world::{Inputs, list};

/// The moment of decision.
pub const AT: &str = "2024-06-15T12:00:00Z";
/// Whether advisories may ask about other servers, which the program does not look at together yet.
pub const HAS_OTHERS: bool = true;
const PRODUCTS: [&str; 4] = ["application", "library", "system-one", "system-two"];
const ROLES: [&str; 5] = ["back-end", "front-end", "edge-role", "domain-server", "web-server"];
const GROUPS: [&str; 3] = ["Red group", "Blue group", "Nobody here"];
const SEVERITIES: [&str; 4] = ["critical", "high", "medium", "low"];

/// A random fleet.
pub fn fleet() -> impl Strategy<Value = Inputs> {
    Just(()).prop_perturb(|(), rng| Maker { rng, traits: Traits::default() }.fleet())
}

/// What a whole fleet is like.
#[derive(Clone, Debug, Default)]
struct Traits {
    /// Of a hundred facts, how many are known.
    known: u32,
    servers: usize,
    pending: usize,
    updates: usize,
    advisories: usize,
    systems: bool,
    others: bool,
    trains: bool,
    for_branch: bool,
    restarts: bool,
    coverage_is_late: bool,
    /// One role on each server, so that the order of roles matters.
    ordered: bool,
}

struct Maker {
    rng: TestRng,
    traits: Traits,
}

impl Maker {
    fn chance(&mut self, percent: u32) -> bool {
        self.rng.random_range(0..100) < percent
    }

    fn below(&mut self, bound: usize) -> usize {
        self.rng.random_range(0..bound.max(1))
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }

    fn some<T: Clone>(&mut self, from: &[T], percent: u32) -> Vec<T> {
        from.iter().filter(|_| self.chance(percent)).cloned().collect()
    }

    fn known(&mut self) -> bool {
        let known = self.traits.known;
        self.chance(known)
    }

    fn day(&mut self, days: &[i64]) -> String {
        let days = self.pick(days);
        let at: jiff::civil::Date = "2024-06-15".parse().expect("a day");
        at.saturating_sub(jiff::Span::new().days(days)).to_string()
    }

    fn id(&mut self) -> String {
        let count = if self.chance(65) { self.traits.pending } else { self.traits.updates };
        format!("KB{}", 1 + self.below(count))
    }

    fn product(&mut self) -> String {
        let count = if self.traits.systems { 4 } else { 2 };
        let count = if self.traits.ordered && self.chance(50) { 1 } else { count };
        PRODUCTS[self.below(count)].to_owned()
    }

    fn version(&mut self) -> String {
        let branch = self.pick(&[0, 0, 0, 1]);
        let build = self.pick(&[10, 20, 30, 40]);
        format!("1.0.{branch}.{build}")
    }

    fn range(&mut self) -> String {
        let version = self.version();
        match self.below(6) {
            0 => format!("<{version}"),
            1 | 2 => format!(">={version}"),
            3 => format!("={version}"),
            4 => format!(">{version}, <1.0.1.30"),
            _ => format!("<={version}"),
        }
    }

    fn fleet(mut self) -> Inputs {
        let others = self.chance(12) && HAS_OTHERS;
        let big = !others && self.chance(3);
        self.traits = Traits {
            known: self.pick(&[100, 100, 100, 95, 85, 60]),
            servers: if big {
                12 + self.below(18)
            } else if others {
                2 + self.below(2)
            } else {
                1 + self.below(5)
            },
            pending: if big {
                1 + self.below(2)
            } else if others {
                1 + self.below(3)
            } else {
                1 + self.below(6)
            },
            updates: 8,
            advisories: self.below(7),
            systems: self.chance(40),
            others,
            trains: self.chance(15),
            for_branch: self.chance(15),
            restarts: self.chance(25),
            coverage_is_late: self.chance(18),
            ordered: self.chance(25),
        };
        let (pending, rows, builds) = self.updates();
        let servers: Vec<_> = (0..self.traits.servers).map(|place| self.server(place)).collect();
        let advisories: Vec<_> = (0..self.traits.advisories).map(|place| self.advisory(place)).collect();
        let mut inventory =
            json!({"schema": "patchgate/inventory/v1", "collected_at": "2024-06-15T08:00:00Z", "servers": servers});
        if self.chance(60) {
            inventory["complete"] = json!(true);
        }
        let products = self.products(&builds);
        Inputs {
            inventory,
            pending: json!({"schema": "patchgate/pending/v1", "updates": pending}),
            products,
            advisories,
            rows,
            settings: json!({"schema": "patchgate/settings/v1", "settings": {
                "flag": {"type": "bool", "meaning": "m", "collect": "c"},
                "number": {"type": "number", "meaning": "m", "collect": "c"},
                "word": {"type": "text", "meaning": "m", "collect": "c", "values": ["red", "blue"]},
            }}),
            coverage: self.coverage(),
            policy: self.policy(),
            waivers: self.waivers(),
            at: AT.to_owned(),
        }
    }

    // ---- updates ----

    /// Pending updates, rows, and builds of product files with their product.
    fn updates(&mut self) -> (Vec<Value>, Vec<Value>, Vec<(String, Value)>) {
        let (mut pending, mut rows, mut builds) = (Vec::new(), Vec::new(), Vec::new());
        for number in 1..=self.traits.updates {
            let id = format!("KB{number}");
            let is_pending = number <= self.traits.pending;
            let product = self.product();
            let mut products = vec![product.clone()];
            if self.chance(12) && product != "library" {
                products.push("library".to_owned());
            }
            let brings: Vec<(String, String)> = products.iter().map(|one| (one.clone(), self.version())).collect();
            let released = self.day(&[0, 1, 3, 5, 10, 20, 40, 100]);
            let is_dated = self.chance(95);
            let restart = self.pick(&["never", "never", "possible", "required"]);
            let older: Vec<String> = (1..number).map(|one| format!("KB{one}")).collect();
            let supersedes = if self.chance(22) { self.some(&older, 30) } else { Vec::new() };
            let class = self.pick(
                &[
                    "security",
                    "security",
                    "security",
                    "security",
                    "security",
                    "security",
                    "critical",
                    "update-rollup",
                    "update-rollup",
                    "service-pack",
                    "definition",
                    "driver",
                    "preview",
                    "upgrade",
                ][..],
            );
            let kind = match class {
                "definition" | "driver" | "preview" | "service-pack" | "upgrade" => class,
                _ => self.pick(&["cumulative", "security", "out-of-band", "hotfix", "hotpatch"]),
            };
            let by_database = !is_pending || self.chance(40);
            let is_built = self.chance(75) && !matches!(class, "definition" | "driver");
            if by_database && is_built && self.chance(25) && products.len() == 1 {
                builds.push((product.clone(), json!({"name": format!("build of {id}"), "version": brings[0].1, "update": id, "released": released, "supersedes": supersedes})));
            } else if by_database {
                for (one, version) in &brings {
                    let proves = if is_built && self.chance(70) { "yes" } else { "no" };
                    let version = if is_built { version.clone() } else { String::new() };
                    rows.push(self.row(
                        &id,
                        one,
                        &version,
                        proves,
                        is_dated.then_some(&released),
                        kind,
                        restart,
                        &supersedes,
                    ));
                    if is_built && self.chance(12) {
                        let more = if version.starts_with("1.0.0") { "1.0.1.20" } else { "1.0.0.20" };
                        let mut row = rows[rows.len() - 1].clone();
                        row["brings"] = json!(more);
                        rows.push(row);
                    }
                }
            }
            if is_pending {
                let told = Told {
                    id,
                    products,
                    brings,
                    released: is_dated.then_some(released),
                    restart,
                    supersedes,
                    class,
                    by_database,
                    is_built,
                };
                pending.push(self.pending(told));
            }
        }
        (pending, rows, builds)
    }

    #[expect(clippy::too_many_arguments, reason = "the columns of a row")]
    fn row(
        &mut self,
        id: &str,
        product: &str,
        brings: &str,
        proves: &str,
        released: Option<&String>,
        kind: &str,
        restart: &str,
        supersedes: &[String],
    ) -> Value {
        let repairs = if self.chance(8) { self.id() } else { String::new() };
        let exploited = if self.chance(8) { "2024-06-14" } else { "" };
        json!({
            "update": id, "product": product, "brings": brings, "proves": proves, "released": released.cloned().unwrap_or_default(), "kind": kind,
            "channel": "wsus", "restart": restart, "supersedes": supersedes.join(" "),
            "repairs": if repairs == id { String::new() } else { repairs }, "cves": "", "exploited_since": exploited, "kev_due": "",
            "removable": "yes", "withdrawn": "", "source": "https://example.org/",
        })
    }

    fn pending(&mut self, told: Told) -> Value {
        let mut one = json!({"id": told.id, "title": format!("Update {}", told.id)});
        if self.chance(5) {
            one = json!({"id": told.id});
        }
        if !told.by_database || self.chance(90) {
            one["classification"] = json!(told.class);
        }
        if !told.by_database {
            one["restart"] = json!(told.restart);
            one["supersedes"] = json!(told.supersedes);
            if self.chance(92) {
                one["products"] = json!(told.products);
                if told.is_built {
                    let brings =
                        |(product, version): &(String, String)| json!({"product": product, "version": version});
                    one["brings"] = told.brings.iter().map(brings).collect();
                }
            }
            if let Some(released) = told.released {
                one["released"] = json!(released);
            }
            if self.chance(8) {
                one.as_object_mut().expect("an object").remove("restart");
            }
            if self.chance(5) {
                one.as_object_mut().expect("an object").remove("classification");
            }
        } else if told.is_built && self.chance(6) {
            one["brings"] = json!([]);
        }
        if self.chance(10) {
            one["exploited"] = json!(true);
        }
        if self.chance(8) {
            one["revision"] = json!(self.pick(&[100, 200]));
        }
        if self.chance(70) {
            one["offered_to"] = self.offers();
        }
        one
    }

    fn offers(&mut self) -> Value {
        let mut words: BTreeSet<String> = BTreeSet::new();
        for place in 0..self.traits.servers {
            if self.chance(60) {
                words.insert(if self.chance(10) { format!("s{place:02}") } else { name(place) });
            }
        }
        if self.chance(25) {
            words.insert(self.pick(&GROUPS).to_owned());
        }
        json!(words)
    }

    // ---- servers ----

    fn server(&mut self, place: usize) -> Value {
        let mut one = Map::new();
        one.insert("name".to_owned(), json!(name(place)));
        if self.known() {
            one.insert("groups".to_owned(), json!(self.some(&GROUPS[..2], 40)));
        }
        if self.chance(80) {
            one.insert("ring".to_owned(), json!(self.pick(&["pilot", "pilot", "broad", "critical", "nowhere"])));
        }
        if self.chance(70) {
            one.insert("site".to_owned(), json!(self.pick(&["Here", "here", "here", "there"])));
        }
        if self.chance(35) {
            one.insert("pool".to_owned(), json!(self.pick(&["Pool 1", "pool-1", "pool2"])));
        }
        if self.known() {
            let mut roles: Vec<String> = self.some(&ROLES, 38).into_iter().map(str::to_owned).collect();
            if self.traits.ordered {
                roles = vec![self.pick(&ROLES[..3]).to_owned()];
            }
            if self.chance(6) {
                roles.push(self.pick(&["Front End", "dc", "frnt-end", "jump-host"]).to_owned());
            }
            one.insert("roles".to_owned(), json!(roles));
        }
        if self.known() {
            one.insert("products".to_owned(), self.server_products());
        }
        let mut covers = Map::new();
        if self.known() {
            let ids: Vec<_> = (1..=self.traits.updates).map(|number| format!("KB{number}")).collect();
            let percent = self.pick(&[0, 6, 15]);
            let listed: Vec<Value> =
                self.some(&ids, percent)
                    .into_iter()
                    .map(|id| {
                        if self.chance(30) { json!({"id": id, "installed": self.day(&[2, 10, 30])}) } else { json!(id) }
                    })
                    .collect();
            one.insert("updates".to_owned(), json!(listed));
            if !self.known() && self.chance(50) {
                covers.insert(
                    "updates".to_owned(),
                    json!({"covers": [self.pick(&["operating-system", "apps"])], "at": "2024-06-14T22:00:00Z"}),
                );
            }
        }
        if !covers.is_empty() {
            one.insert("collected".to_owned(), Value::Object(covers));
        }
        self.other_facts(&mut one);
        Value::Object(one)
    }

    fn server_products(&mut self) -> Value {
        let mut all = Vec::new();
        let count = if self.traits.systems { 4 } else { 2 };
        let system = self.pick(&[2, 2, 2, 3, 9]);
        for (place, product) in PRODUCTS[..count].iter().enumerate() {
            if if place > 1 { place == system } else { self.chance(85) } {
                let mut version = self.version();
                if self.chance(8) {
                    version = self.pick(&["1.0.0", "1.0.0.0"]).to_owned();
                }
                let mut word = (*product).to_owned();
                if self.chance(3) {
                    word = self
                        .pick(&["application-standard", "aplication", "libraries", "system-one-core", "house-software"])
                        .to_owned();
                }
                all.push(if self.known() {
                    json!({"product": word, "version": version})
                } else {
                    json!({"product": word})
                });
            }
        }
        json!(all)
    }

    fn other_facts(&mut self, one: &mut Map<String, Value>) {
        if self.known() {
            let services = (0..self.below(3)).map(|_| {
                let mut service =
                    json!({"name": self.pick(&["Alpha", "Beta"]), "state": self.pick(&["running", "stopped"])});
                if self.known() {
                    service["start"] = json!(self.pick(&["automatic", "disabled"]));
                }
                service
            });
            one.insert("services".to_owned(), services.collect());
        }
        if self.known() {
            let listeners = (0..self.below(2))
                .map(|_| json!({"port": self.pick(&[443, 444]), "process": self.pick(&["a.exe", "b.exe"])}));
            one.insert("listeners".to_owned(), listeners.collect());
        }
        if self.known() {
            let certificates = (0..self.below(3)).map(|_| json!({
                "store": self.pick(&["my", "root"]), "thumbprint": "A1", "serial": "01", "subject": "CN=a", "issuer": self.pick(&["CN=a", "CN=b"]),
                "not_before": self.pick(&["2023-06-01", "2024-06-10"]), "not_after": self.pick(&["2024-06-01", "2024-06-25", "2025-06-01"]),
                "used_by": [self.pick(&["Alpha", "Beta"])], "purposes": [self.pick(&["server-auth", "client-auth"])],
            }));
            one.insert("certificates".to_owned(), certificates.collect());
        }
        if self.known() {
            one.insert("last_boot".to_owned(), json!(self.pick(&["2024-06-12T03:00:00Z", "2024-04-01T03:00:00Z"])));
        }
        if self.known() && self.chance(70) {
            one.insert("reboot_pending".to_owned(), json!(self.chance(12)));
        }
        let mut settings = Map::new();
        if self.known() {
            settings.insert("flag".to_owned(), json!(self.chance(50)));
        }
        if self.known() {
            settings.insert("number".to_owned(), json!(self.pick(&[1, 5, 9])));
        }
        if self.known() {
            settings.insert("word".to_owned(), json!(self.pick(&["red", "blue", "green", ""])));
        }
        one.insert("settings".to_owned(), Value::Object(settings));
        if self.chance(4) {
            one.insert("collected_at".to_owned(), json!("2024-06-01T08:00:00Z"));
        }
    }

    // ---- conditions and advisories ----

    fn condition(&mut self, depth: usize) -> Value {
        if depth > 0 && self.chance(35) {
            return match self.below(3) {
                0 => json!({"not": self.condition(depth - 1)}),
                word => json!({ ["all", "any"][word - 1]: [self.condition(depth - 1), self.condition(depth - 1)] }),
            };
        }
        let roll = self.below(if self.traits.others { 130 } else { 100 });
        match roll {
            0..34 => json!({"update": self.id()}),
            34..48 => json!({"product": {"id": self.product(), "versions": self.range()}}),
            48..51 => json!({"product": {"id": self.product()}}),
            51..59 => json!({"role": self.pick(&ROLES)}),
            59..70 => json!({"setting": {"name": "flag", "equals": self.chance(50)}}),
            70..73 => json!({"setting": {"name": "number", "at_least": self.pick(&[2, 6])}}),
            73..76 => json!({"setting": {"name": "word", "in": ["red"]}}),
            76..81 => {
                json!({"service": {"name": self.pick(&["alpha", "Beta"]), "start": self.pick(&["automatic", "disabled"])}})
            }
            81..84 => json!({"listener": {"port": self.pick(&[443, 444]), "process_not": ["a.exe"]}}),
            84..88 => json!({"certificate": self.pick(&[
                json!({"used_by": "Alpha", "expires_within": "30d"}), json!({"expired": true}), json!({"lacks_purpose": "client-auth"}),
                json!({"store": "root", "subject_is_issuer": false}), json!({"renewed_since_boot": true}),
            ])}),
            88..91 => {
                json!({"count": {"of": self.pick(&["service", "certificate"]), "where": {}, "over": self.below(2)}})
            }
            91..95 => {
                if self.traits.restarts {
                    json!({"reboot_pending": self.chance(50)})
                } else {
                    json!({"setting": {"name": "flag", "equals": true}})
                }
            }
            95..100 => json!({"uptime": {"over": "30d"}}),
            _ => {
                let (id, product, range) = (self.id(), self.product(), self.range());
                let inner = self.pick(&[
                    json!({"update": id}),
                    json!({"setting": {"name": "flag", "equals": true}}),
                    json!({"product": {"id": product, "versions": range}}),
                ]);
                let bound = self.pick(&["over", "over", "below"]);
                let figure = if bound == "over" { 0 } else { 1 + self.below(2) };
                json!({"others": {"in": self.pick(&["pool", "site", "fleet"]), "where": inner, bound: figure}})
            }
        }
    }

    fn advisory(&mut self, place: usize) -> Value {
        let kind = self.pick(&[
            "known-bad",
            "known-bad",
            "known-bad",
            "known-bad",
            "known-bad",
            "prerequisite",
            "prerequisite",
            "required",
            "required",
            "hazard",
            "procedure",
        ]);
        if self.chance(18) && self.traits.pending > 2 {
            return self.joint(place);
        }
        let published = if self.chance(5) { "2024-06-20".to_owned() } else { self.day(&[0, 2, 10, 60]) };
        let mut one = json!({
            "schema": "patchgate/advisory/v1", "id": format!("PG-2024-{:04}", place + 1), "title": format!("advisory {}", place + 1), "kind": kind,
            "severity": self.pick(&["critical", "high", "high", "medium", "low"]), "published": published,
        });
        if kind == "known-bad" && self.chance(15) {
            one["harm"] = json!("installing");
        }
        if self.chance(8) {
            one["status"] = json!(self.pick(&["draft", "trial", "withdrawn"]));
        }
        if matches!(kind, "known-bad" | "prerequisite" | "hazard") && self.chance(28) {
            one["confidence"] = json!("reported");
        }
        let speaks = matches!(kind, "known-bad" | "prerequisite" | "procedure");
        let mut named = BTreeSet::new();
        if speaks {
            named = self.subjects(&mut one);
        }
        if self.chance(if kind == "hazard" || kind == "required" { 80 } else { 50 }) {
            one["affects"] = self.affects();
        }
        if self.chance(if kind == "hazard" { 80 } else { 45 }) {
            one["when"] = self.condition(2);
        }
        for (key, percent) in [("fixed_by", 30), ("safe_with", 22)] {
            let id = self.id();
            if self.chance(percent) && !named.contains(&id) && (key == "fixed_by" || kind == "known-bad") {
                one[key] = json!([id]);
            }
        }
        if matches!(kind, "prerequisite" | "required") {
            one["requires"] = self.condition(1);
        }
        if kind == "hazard" {
            one["triggers"] = json!([self.pick(&[
                json!("restart"),
                json!("service-restart"),
                json!("any-update"),
                json!({"product": "application"})
            ])]);
        }
        if kind == "procedure" {
            let mut steps = json!({"before": [{"do": "prepare"}]});
            if self.chance(60) {
                steps["before"][0]["verify"] = self.condition(0);
            }
            if self.chance(30) {
                steps["after"] = json!([{"do": "look"}]);
            }
            one["steps"] = steps;
        }
        one
    }

    /// Two pending updates that are bad together, and a third that makes them harmless.
    fn joint(&mut self, place: usize) -> Value {
        let count = self.traits.pending;
        let first = self.below(count);
        let ids: Vec<_> = (0..3).map(|step| format!("KB{}", 1 + (first + step) % count)).collect();
        let mut one = json!({
            "schema": "patchgate/advisory/v1", "id": format!("PG-2024-{:04}", place + 1), "title": format!("advisory {}", place + 1), "kind": "known-bad",
            "severity": self.pick(&["critical", "high"]), "published": "2024-05-01", "updates": [ids[0]],
        });
        if self.chance(55) {
            one["when"] = json!({"update": ids[1]});
        }
        if self.chance(20) {
            one["updates"] = json!([ids[0], ids[1]]);
        }
        if self.chance(70) {
            one[self.pick(&["safe_with", "safe_with", "fixed_by"])] = json!([ids[2]]);
        }
        one
    }

    /// What an advisory speaks about.
    fn subjects(&mut self, one: &mut Value) -> BTreeSet<String> {
        let mut named = BTreeSet::new();
        let roll = self.below(100);
        if !(72..95).contains(&roll) {
            for _ in 0..=self.below(2) {
                named.insert(self.id());
            }
            let entries = named.iter().map(|id| match self.below(14) {
                0 => json!({"id": id, "released_before": self.day(&[4, 15])}),
                1 => json!({"id": id, "revision_below": 150}),
                _ => json!(id),
            });
            one["updates"] = entries.collect();
        }
        if (72..90).contains(&roll) || roll >= 95 {
            one["builds"] = json!([{"product": self.product(), "versions": self.range()}]);
        }
        if (90..95).contains(&roll) {
            let mut kind = json!({"product": self.product()});
            if self.chance(50) {
                kind["changes_branch"] = json!(true);
            } else {
                kind["classification"] = json!([self.pick(&["security", "preview", "service-pack"])]);
            }
            one["kinds"] = json!([kind]);
        }
        named
    }

    fn affects(&mut self) -> Value {
        let entries = (0..=self.below(2)).map(|_| {
            let mut one = json!({"product": self.product()});
            if self.chance(45) {
                one["versions"] = json!(self.range());
            }
            if self.chance(25) {
                one["roles"] = json!(self.some(&ROLES, 50));
            }
            one
        });
        entries.collect()
    }

    // ---- products, coverage, policy, waivers ----

    fn products(&mut self, builds: &[(String, Value)]) -> Vec<Value> {
        let mut all = Vec::new();
        let count = if self.traits.systems { 4 } else { 2 };
        for (place, id) in PRODUCTS[..count].iter().enumerate() {
            let mut one = json!({
                "schema": "patchgate/product/v1", "id": id, "name": format!("Product {place}"),
                "family": if place > 1 { "operating-system" } else { "apps" },
            });
            if self.chance(30) {
                one["cumulative"] = json!(true);
            }
            if self.chance(15) {
                one["branch_parts"] = json!(2);
            }
            if place == 0 {
                one["roles"] = json!(ROLES[..3]);
                if self.traits.ordered || self.chance(70) {
                    one["update_order"] = json!(ROLES[..3]);
                }
                one["role_aliases"] = json!({"back-end": ["Back End Server"]});
                if self.traits.trains {
                    one["trains"] = json!({"gdr": "<1.0.0.30", "cu": ">=1.0.0.30"});
                }
            }
            if place == 1 {
                one["roles"] = json!(ROLES[3..]);
                one["role_aliases"] = json!({"domain-server": ["dc"]});
                one["not"] = json!(["library tools"]);
                if self.traits.for_branch {
                    one["for_branch"] = json!(["security", "hotfix"]);
                }
            }
            if self.chance(15) {
                one["max_unavailable"] = json!(1);
            }
            let own: Vec<_> =
                builds.iter().filter(|(product, _)| product == id).map(|(_, build)| build.clone()).collect();
            if !own.is_empty() {
                one["builds"] = json!(own);
            }
            all.push(one);
        }
        all
    }

    fn coverage(&mut self) -> Value {
        let updates = if self.traits.coverage_is_late { "2024-06-08" } else { "2024-06-15" };
        let known = if self.chance(92) { "2024-06-10" } else { "2024-03-01" };
        let family = json!({"updates": updates, "known_issues": known, "by": "a", "sources": ["https://example.org/"]});
        json!({"schema": "patchgate/coverage/v1", "families": {"operating-system": family, "apps": family}})
    }

    fn policy(&mut self) -> Value {
        let mut policy = json!({"schema": "patchgate/policy/v1", "name": "random"});
        if self.chance(25) {
            let mut effects = json!({});
            for (kind, words) in [
                ("known-bad", ["block", "note"]),
                ("prerequisite", ["enforce", "note"]),
                ("hazard", ["block", "note"]),
                ("procedure", ["sequence", "note"]),
                ("reported", ["sequence", "note"]),
            ] {
                let mut row = json!({});
                for severity in SEVERITIES {
                    row[severity] = json!(self.pick(&words));
                }
                effects[kind] = row;
            }
            policy["effects"] = effects;
        }
        if self.chance(25) {
            let word = self.pick(&["block", "note", "mixed"]);
            let mut unknown = json!({});
            for severity in SEVERITIES {
                unknown[severity] = json!(if word == "mixed" { self.pick(&["block", "note"]) } else { word });
            }
            policy["unknown"] = unknown;
        }
        if self.chance(40) {
            policy["rings"] = self.pick(&[
                json!([{"name": "pilot", "soak": "0d"}]),
                json!([{"name": "pilot", "soak": "7d"}]),
                json!([{"name": "pilot", "soak": "0d"}, {"name": "broad", "soak": "0d"}]),
                json!([{"name": "pilot", "soak": "1d"}, {"name": "broad", "soak": "3d"}, {"name": "critical", "soak": "20d"}]),
            ]);
        }
        if self.chance(20) {
            policy["soak"] = self.pick(&[
                json!({"expedited": "0d"}),
                json!({"expedited": "4d", "repairs": "anew"}),
                json!({"except": []}),
                json!({"count_from": "revision"}),
                json!({"except": [{"classification": ["security"]}]}),
            ]);
        }
        if self.chance(20) {
            policy["expedite"] = self.pick(&[
                json!({"exploited": false}),
                json!({"required": "low", "exposed": "low"}),
                json!({"exposed": "critical", "required": "critical"}),
            ]);
        }
        if self.chance(20) || self.traits.coverage_is_late {
            policy["unassessed"] = json!(self.pick(&["note", "sequence", "sequence", "block"]));
        }
        if self.chance(25) {
            policy["hold"] = self.pick(&[
                json!([]),
                json!([{"update": "KB2", "servers": {"ring": "broad"}, "reason": "r", "until": "2024-07-01"}]),
                json!([{"title": "*KB1"}, {"update": "KB3", "until": "2024-06-14"}]),
                json!([{"products": ["library"], "classification": ["security"]}]),
                json!([{"classification": ["preview"]}, {"update": "KB1", "servers": {"groups": ["red group"]}}]),
                json!([{"update": "KB1", "servers": {"role": "front-end"}, "trial": true}]),
                json!([{"update": "KB1", "servers": {"ring": "pilot"}}]),
                json!([{"update": "KB2", "servers": {"ring": "pilot"}}]),
            ]);
        }
        if self.traits.coverage_is_late && self.chance(35) {
            policy["unassessed"] = json!("sequence");
            policy["hold"] = json!([{"update": self.id(), "servers": {"ring": "pilot"}}]);
        }
        if self.chance(18) {
            policy["freeze"] = self.pick(&[
                json!([{"name": "now", "from": "2024-06-14", "to": "2024-06-20", "except": ["expedited"]}]),
                json!([{"name": "now", "from": "2024-06-14T00:00:00Z", "to": "2024-06-18T00:00:00Z"}, {"name": "then", "from": "2024-06-17", "to": "2024-06-22"}]),
                json!([{"name": "later", "from": "2024-06-18", "to": "2024-06-30"}]),
            ]);
        }
        if self.chance(40) {
            policy["pools"] = json!({"max_unavailable": self.pick(&[json!(0), json!(1), json!(2), json!({"share": "50%"}), json!({"share": "0%"}), json!({"table": {"2": 1, "3": 0, "4": 2}})])});
        }
        if self.chance(25) {
            policy["order"] = json!(self.pick(&["enforce", "note", "off"]));
        }
        if self.chance(15) {
            policy["own"] = json!({"roles": ["jump-host"], "products": ["house*"]});
        }
        if self.chance(8) {
            policy["not_together"] = json!([[{"pool": "pool-1"}, {"pool": "pool2"}]]);
        }
        if self.chance(8) {
            policy["one_at_a_time"] = json!([{"role": self.pick(&ROLES), "per": "site"}]);
        }
        if self.chance(15) {
            policy["freshness"] = json!({"stale": self.pick(&["block", "note"])});
        }
        policy
    }

    fn waivers(&mut self) -> Value {
        let count = if self.chance(55) { 1 + self.below(4) } else { 0 };
        let waivers = (0..count).map(|_| {
            let everybody: Vec<_> = (0..self.traits.servers).map(name).collect();
            let servers = match self.below(11) {
                8.. => json!({"names": everybody}),
                0 => json!({"ring": self.pick(&["pilot", "critical"])}),
                1 => json!({"groups": ["Red group"]}),
                2 => json!({"pool": "pool 1"}),
                3 => json!({"role": self.pick(&ROLES)}),
                _ => json!({"names": [name(self.below(self.traits.servers.min(3)))]}),
            };
            let mut one = json!({
                "servers": servers, "reason": "r", "approved_by": "a", "ticket": "t",
                "expires": self.pick(&["2024-12-31", "2024-12-31", "2024-12-31", "2024-06-15", "2024-06-14"]),
            });
            let advisory = format!("PG-2024-{:04}", 1 + self.below(self.traits.advisories.max(1)));
            match self.below(16) {
                0..4 => one["advisory"] = json!(advisory),
                4..7 => one["rule"] = json!(format!("unknown:{advisory}")),
                _ => {
                    one["rule"] = json!(self.pick(&[
                        "soak",
                        "hold",
                        "freeze",
                        "freeze",
                        "freshness",
                        "wrong-product",
                        "wrong-product",
                        "unassessed",
                        "unassessed",
                        "unassessed",
                        "pool",
                        "pool",
                        "order",
                        "order",
                        "order",
                        "order",
                        "order",
                        "freshness",
                        "wrong-product",
                        "wrong-product",
                        "pool",
                        "pool"
                    ]))
                }
            }
            if self.chance(25) {
                one["updates"] = json!([self.id()]);
            }
            one
        });
        json!({"schema": "patchgate/waivers/v1", "waivers": waivers.collect::<Vec<_>>()})
    }
}

/// What the generator knows of an update before it decides who tells it.
struct Told {
    id: String,
    products: Vec<String>,
    brings: Vec<(String, String)>,
    released: Option<String>,
    restart: &'static str,
    supersedes: Vec<String>,
    class: &'static str,
    by_database: bool,
    is_built: bool,
}

fn name(place: usize) -> String {
    format!("s{place:02}.example.org")
}

/// Fleets with one thing less, for making a failure small.
pub fn smaller(inputs: &Inputs) -> Vec<Inputs> {
    let bundle = inputs.bundle();
    let mut all = Vec::new();
    let lists = ["/waivers/waivers", "/advisories", "/inventory/servers", "/pending/updates", "/rows", "/products"];
    for path in lists {
        for place in 0..bundle.pointer(path).map_or(0, |value| list(value).len()) {
            let mut less = bundle.clone();
            if let Some(Value::Array(items)) = less.pointer_mut(path) {
                items.remove(place);
            }
            all.push(less);
        }
    }
    let keep = [
        "schema",
        "id",
        "name",
        "title",
        "kind",
        "severity",
        "published",
        "update",
        "product",
        "do",
        "servers",
        "expires",
        "reason",
        "approved_by",
        "ticket",
        "advisory",
        "rule",
        "requires",
        "triggers",
        "steps",
        "when",
        "updates",
        "builds",
    ];
    let mut paths = vec!["/policy".to_owned()];
    for path in ["/inventory/servers", "/pending/updates", "/advisories", "/products"] {
        let count = bundle.pointer(path).map_or(0, |value| list(value).len());
        paths.extend((0..count).map(|place| format!("{path}/{place}")));
    }
    for path in &paths {
        let keys: Vec<String> =
            bundle.pointer(path).and_then(Value::as_object).into_iter().flatten().map(|(key, _)| key.clone()).collect();
        let is_server = path.starts_with("/inventory");
        let is_droppable = |key: &String| {
            !keep.contains(&key.as_str()) || key == "when" || (is_server && key != "name" && key != "schema")
        };
        for key in keys.iter().filter(|key| is_droppable(key)) {
            let mut less = bundle.clone();
            if let Some(Value::Object(object)) = less.pointer_mut(path) {
                object.remove(key);
            }
            all.push(less);
        }
        for key in ["updates", "products", "affects", "supersedes"] {
            let place = format!("{path}/{key}");
            let count = bundle.pointer(&place).map_or(0, |value| list(value).len());
            for one in (0..count).filter(|_| count > 1 || is_server) {
                let mut less = bundle.clone();
                if let Some(Value::Array(items)) = less.pointer_mut(&place) {
                    items.remove(one);
                }
                all.push(less);
            }
        }
        let place = format!("{path}/when");
        for part in ["not", "all/0", "all/1", "any/0", "any/1"] {
            if let Some(inner) = bundle.pointer(&format!("{place}/{part}")).cloned() {
                let mut less = bundle.clone();
                if let Some(when) = less.pointer_mut(&place) {
                    *when = inner;
                }
                all.push(less);
            }
        }
    }
    all.iter().map(Inputs::unbundle).collect()
}

/// The smallest fleet near a failing one that still fails.
pub fn minimise(inputs: &Inputs, tries: usize, fails: &dyn Fn(&Inputs) -> bool) -> Inputs {
    let mut best = inputs.clone();
    let mut left = tries;
    loop {
        let Some(next) = smaller(&best)
            .into_iter()
            .take_while(|_| {
                left = left.saturating_sub(1);
                left > 0
            })
            .find(|one| fails(one))
        else {
            return best;
        };
        best = next;
    }
}
