//! A small universe of fleets: simple structs, how to generate them, and how to say them in the program's own types.

use patchgate::advisory::Advisory;
use patchgate::database::{Database, Parts, UpdateRow};
use patchgate::decide::decide;
use patchgate::document::decision::{Document, Inputs};
use patchgate::evaluate::Question;
use patchgate::model::pending::PendingUpdate;
use patchgate::model::product::Product;
use patchgate::model::server::Server;
use patchgate::policy::Policy;
use patchgate::policy::waivers::Waiver;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};

pub const PRODUCTS: u8 = 3;
pub const UPDATES: u8 = 6;
pub const ROLES: u8 = 4;
pub const SETTINGS: u8 = 3;
/// Branch and number; written `<branch>.0.0.<number>`.
pub type Version = (u8, u8);
pub const VERSIONS: [Version; 6] = [(1, 1), (1, 5), (1, 9), (2, 1), (2, 5), (2, 9)];
pub const SEVERITIES: [&str; 4] = ["critical", "high", "medium", "low"];
/// Noon of the day of decision.
pub const TODAY: &str = "2024-06-15";

#[derive(Clone, Debug)]
pub enum Range {
    Every,
    AtLeast(Version),
    Below(Version),
    Exactly(Version),
}

#[derive(Clone, Debug)]
pub enum Cond {
    Role(u8),
    Product(u8, Range),
    Update(u8),
    Setting(u8, bool),
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
}

#[derive(Clone, Debug)]
pub struct Host {
    pub roles: Option<Vec<u8>>,
    pub products: Option<Vec<(u8, Option<Version>)>>,
    pub updates: Option<Vec<u8>>,
    pub settings: Vec<Option<bool>>,
    pub site: u8,
    pub pool: Option<u8>,
    pub ring: Option<u8>,
}

#[derive(Clone, Debug)]
pub struct Patch {
    pub is_pending: bool,
    /// Told by the database instead of the pending file; always so for what is not pending.
    pub by_database: bool,
    pub products: Vec<u8>,
    pub brings: Vec<(u8, Version)>,
    pub supersedes: Vec<u8>,
    pub restart: Option<&'static str>,
    /// Days ago.
    pub released: Option<u8>,
    pub is_exploited: bool,
    pub is_preview: bool,
    pub offered_to: Option<Vec<u8>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    KnownBad,
    Prerequisite,
    Required,
    Hazard,
    Procedure,
}

#[derive(Clone, Debug)]
pub enum Trigger {
    Restart,
    ServiceRestart,
    AnyUpdate,
    Product(u8),
}

#[derive(Clone, Debug)]
pub struct Advice {
    pub kind: Kind,
    pub severity: u8,
    pub is_reported: bool,
    pub status: &'static str,
    pub is_published: bool,
    pub updates: Vec<u8>,
    pub builds: Option<(u8, Range)>,
    pub affects: Vec<(u8, Range, Vec<u8>)>,
    pub when: Option<Cond>,
    pub fixed_by: Vec<u8>,
    pub safe_with: Vec<u8>,
    pub requires: Cond,
    pub trigger: Trigger,
    pub verify: Option<Cond>,
}

#[derive(Clone)]
pub struct Fleet {
    pub hosts: Vec<Host>,
    pub patches: Vec<Patch>,
    pub advices: Vec<Advice>,
    /// The freeze that is on at the moment of decision, and whether expedited updates are excepted.
    pub freeze: Option<bool>,
    pub holds_previews: bool,
}

/// As the program reads it, a line for each entry: what fails is then a reproduction.
impl std::fmt::Debug for Fleet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let written = self.written();
        let lists = [&written.servers, &written.pending, &written.rows, &written.advisories];
        for (name, list) in ["server", "pending", "row", "advisory"].iter().zip(lists) {
            for one in list {
                writeln!(f, "  {name} {one}")?;
            }
        }
        write!(f, "  policy {}", written.policy)
    }
}

/// What a generated fleet may contain.
#[derive(Clone, Copy, Debug)]
pub struct Scope {
    pub hosts: usize,
    pub advices: usize,
    pub has_pools: bool,
    pub has_sites: bool,
    pub kinds: &'static [Kind],
    pub has_doubt: bool,
    /// Whether versions are among what may be unknown.
    pub has_undated: bool,
}

pub const ALL_KINDS: &[Kind] = &[Kind::KnownBad, Kind::Prerequisite, Kind::Required, Kind::Hazard, Kind::Procedure];
pub const WHOLE: Scope = Scope {
    hosts: 5,
    advices: 6,
    has_pools: true,
    has_sites: true,
    kinds: ALL_KINDS,
    has_doubt: true,
    // An update leaves a product of unknown version at least at what it brings: coarser than the worlds, which know all
    // versions there are. Conditions are compared with undated products all the same.
    has_undated: false,
};

/// Some with a probability, which may be one.
fn weighted<S: Strategy + 'static>(some: f64, strategy: S) -> impl Strategy<Value = Option<S::Value>>
where
    S::Value: Clone,
{
    (0.0..1.0, strategy).prop_map(move |(chance, value)| (chance < some).then_some(value))
}

fn version() -> impl Strategy<Value = Version> {
    select(&VERSIONS[..])
}

pub fn range() -> impl Strategy<Value = Range> {
    prop_oneof![
        2 => Just(Range::Every),
        3 => version().prop_map(Range::AtLeast),
        3 => version().prop_map(Range::Below),
        1 => version().prop_map(Range::Exactly),
    ]
}

pub fn condition() -> impl Strategy<Value = Cond> {
    let leaf = prop_oneof![
        1 => (0..ROLES).prop_map(Cond::Role),
        2 => (0..PRODUCTS, range()).prop_map(|(product, range)| Cond::Product(product, range)),
        3 => (0..UPDATES).prop_map(Cond::Update),
        2 => (0..SETTINGS, any::<bool>()).prop_map(|(setting, value)| Cond::Setting(setting, value)),
    ];
    leaf.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Cond::All),
            vec(inner.clone(), 0..3).prop_map(Cond::Any),
            inner.prop_map(|part| Cond::Not(Box::new(part))),
        ]
    })
}

fn some_of(count: u8) -> impl Strategy<Value = Vec<u8>> {
    subsequence((0..count).collect::<Vec<_>>(), 0..=usize::from(count))
}

fn few_of(count: u8) -> impl Strategy<Value = Vec<u8>> {
    subsequence((0..count).collect::<Vec<_>>(), 0..=1)
}

pub fn host(scope: Scope) -> impl Strategy<Value = Host> {
    let known = if scope.has_doubt { 0.85 } else { 1.0 };
    let dated = if scope.has_undated { 0.8 } else { 1.0 };
    let products = (some_of(PRODUCTS), vec(weighted(dated, version()), 3))
        .prop_map(|(products, versions)| products.into_iter().zip(versions).collect::<Vec<_>>());
    (
        weighted(known, some_of(ROLES)),
        weighted(known, products),
        weighted(known, prop_oneof![3 => Just(Vec::new()), 2 => few_of(UPDATES)]),
        vec(weighted(known, any::<bool>()), usize::from(SETTINGS)),
        0..=u8::from(scope.has_sites),
        weighted(if scope.has_pools { 0.5 } else { 0.0 }, 0..2u8),
        weighted(0.8, 0..3u8),
    )
        .prop_map(move |(roles, products, updates, settings, site, pool, ring)| {
            // Servers of one pool stand in one site.
            let site = pool.map_or(site, |pool| pool.min(u8::from(scope.has_sites)));
            Host { roles, products, updates, settings, site, pool, ring }
        })
}

fn patch(index: u8, scope: Scope) -> impl Strategy<Value = Patch> {
    let brings = prop_oneof![
        2 => Just(Vec::new()),
        3 => select(&[1u8, 5, 9][..]).prop_map(|n| vec![(1, n)]),
        3 => (select(&[1u8, 5, 9][..]), select(&[1u8, 5, 9][..])).prop_map(|(one, two)| vec![(1, one), (2, two)]),
    ];
    let supersedes = prop_oneof![3 => Just(Vec::new()), 1 => few_of(index.max(1))];
    let hosts = scope.hosts as u8;
    (
        (weighted(0.85, Just(())), any::<bool>(), 0..PRODUCTS, brings),
        supersedes,
        select(&[None, Some("never"), Some("possible"), Some("required")][..]),
        weighted(if scope.has_doubt { 0.9 } else { 1.0 }, prop_oneof![2 => Just(30u8), 1 => 0..20u8]),
        prop::bool::weighted(0.15),
        prop::bool::weighted(0.1),
        prop_oneof![3 => Just(None), 1 => subsequence((0..hosts).collect::<Vec<_>>(), 0..=scope.hosts).prop_map(Some)],
    )
        .prop_map(move |(knowledge, supersedes, restart, released, is_exploited, is_preview, offered_to)| {
            let (pending, by_database, product, brings) = knowledge;
            let is_pending = pending.is_some();
            Patch {
                is_pending,
                by_database: by_database || !is_pending,
                products: vec![product],
                brings: brings.into_iter().map(|version| (product, version)).collect(),
                supersedes: supersedes.into_iter().filter(|older| *older < index).collect(),
                restart,
                released,
                is_exploited,
                is_preview,
                offered_to,
            }
        })
}

pub fn advice(kinds: &'static [Kind]) -> impl Strategy<Value = Advice> {
    let affects = (0..PRODUCTS, range(), prop_oneof![2 => Just(Vec::new()), 1 => some_of(ROLES)]);
    let trigger = prop_oneof![
        Just(Trigger::Restart),
        Just(Trigger::ServiceRestart),
        Just(Trigger::AnyUpdate),
        (0..PRODUCTS).prop_map(Trigger::Product),
    ];
    (
        (
            select(kinds),
            0..4u8,
            prop::bool::weighted(0.1),
            select(&["active", "active", "active", "active", "draft", "withdrawn"][..]),
        ),
        prop::bool::weighted(0.9),
        (subsequence((0..UPDATES).collect::<Vec<_>>(), 1..3), weighted(0.2, (0..PRODUCTS, range()))),
        vec(affects, 0..3),
        weighted(0.6, condition()),
        (weighted(0.3, 0..UPDATES), weighted(0.3, 0..UPDATES)),
        condition(),
        trigger,
        weighted(0.5, condition()),
    )
        .prop_map(
            |(
                (kind, severity, is_reported, status),
                is_published,
                about,
                affects,
                when,
                cures,
                requires,
                trigger,
                verify,
            )| {
                let (updates, builds) = about;
                // An update does not cure what is said about itself.
                let cure = |id: Option<u8>| id.into_iter().filter(|id| !updates.contains(id)).collect();
                let (fixed_by, safe_with) = (cure(cures.0), cure(cures.1));
                Advice {
                    kind,
                    severity,
                    is_reported,
                    status,
                    is_published,
                    updates,
                    builds,
                    affects,
                    when,
                    fixed_by,
                    safe_with,
                    requires,
                    trigger,
                    verify,
                }
            },
        )
}

pub fn fleet(scope: Scope) -> impl Strategy<Value = Fleet> {
    let patches = (0..UPDATES).map(|index| patch(index, scope)).collect::<Vec<_>>();
    (
        vec(host(scope), 1..=scope.hosts),
        patches,
        vec(advice(scope.kinds), 0..=scope.advices),
        weighted(0.1, any::<bool>()),
        prop::bool::weighted(0.3),
    )
        .prop_map(|(hosts, patches, advices, freeze, holds_previews)| Fleet {
            hosts,
            patches,
            advices,
            freeze,
            holds_previews,
        })
}

pub fn product_id(product: u8) -> String {
    format!("product-{product}")
}

pub fn update_id(update: u8) -> String {
    format!("KB500{update}")
}

pub fn host_name(host: usize) -> String {
    format!("srv{host}.example")
}

pub fn advisory_id(advice: usize) -> String {
    format!("PG-2024-000{advice}")
}

fn role(role: &u8) -> String {
    format!("role-{role}")
}

fn written((branch, number): Version) -> String {
    format!("{branch}.0.0.{number}")
}

pub fn days_ago(days: u8) -> String {
    let today: jiff::civil::Date = TODAY.parse().unwrap();
    today.checked_sub(jiff::SignedDuration::from_hours(24 * i64::from(days))).unwrap().to_string()
}

impl Range {
    fn text(&self) -> String {
        match self {
            Self::Every => "*".to_owned(),
            Self::AtLeast(version) => format!(">={}", written(*version)),
            Self::Below(version) => format!("<{}", written(*version)),
            Self::Exactly(version) => format!("={}", written(*version)),
        }
    }
}

impl Cond {
    pub fn json(&self) -> Value {
        match self {
            Self::Role(one) => json!({"role": role(one)}),
            Self::Product(product, range) => json!({"product": {"id": product_id(*product), "versions": range.text()}}),
            Self::Update(update) => json!({"update": update_id(*update)}),
            Self::Setting(setting, value) => {
                json!({"setting": {"name": format!("setting-{setting}"), "equals": value}})
            }
            Self::All(parts) => json!({"all": parts.iter().map(Self::json).collect::<Vec<_>>()}),
            Self::Any(parts) => json!({"any": parts.iter().map(Self::json).collect::<Vec<_>>()}),
            Self::Not(part) => json!({"not": part.json()}),
        }
    }
}

impl Host {
    pub fn json(&self, name: &str) -> Value {
        let mut facts = Map::new();
        facts.insert("name".to_owned(), json!(name));
        facts.insert("collected_at".to_owned(), json!(TODAY));
        facts.insert("site".to_owned(), json!(format!("site-{}", self.site)));
        if let Some(pool) = self.pool {
            facts.insert("pool".to_owned(), json!(format!("pool-{pool}")));
        }
        if let Some(ring) = self.ring {
            facts.insert("ring".to_owned(), json!(["pilot", "broad", "critical"][usize::from(ring)]));
        }
        if let Some(roles) = &self.roles {
            facts.insert("roles".to_owned(), json!(roles.iter().map(role).collect::<Vec<_>>()));
        }
        if let Some(products) = &self.products {
            let product = |(product, version): &(u8, Option<Version>)| match version {
                Some(version) => json!({"product": product_id(*product), "version": written(*version)}),
                None => json!({"product": product_id(*product)}),
            };
            facts.insert("products".to_owned(), json!(products.iter().map(product).collect::<Vec<_>>()));
        }
        if let Some(updates) = &self.updates {
            facts.insert("updates".to_owned(), json!(updates.iter().map(|id| update_id(*id)).collect::<Vec<_>>()));
        }
        let known =
            self.settings.iter().enumerate().filter_map(|(n, value)| Some((format!("setting-{n}"), json!((*value)?))));
        facts.insert("settings".to_owned(), Value::Object(known.collect()));
        Value::Object(facts)
    }
}

impl Patch {
    fn json(&self, index: usize) -> Value {
        let mut facts = Map::new();
        facts.insert("id".to_owned(), json!(update_id(index as u8)));
        facts.insert("title".to_owned(), json!("an update"));
        facts.insert("classification".to_owned(), json!(if self.is_preview { "preview" } else { "security" }));
        facts.insert("exploited".to_owned(), json!(self.is_exploited));
        if let Some(offered) = &self.offered_to {
            let names: Vec<_> = offered.iter().map(|host| host_name(usize::from(*host))).collect();
            facts.insert("offered_to".to_owned(), json!(names));
        }
        // A row that tells no build leaves it open.
        if self.by_database && self.brings.is_empty() {
            facts.insert("brings".to_owned(), json!([]));
        }
        if !self.by_database {
            facts
                .insert("products".to_owned(), json!(self.products.iter().map(|p| product_id(*p)).collect::<Vec<_>>()));
            let brings = |(product, version): &(u8, Version)| json!({"product": product_id(*product), "version": written(*version)});
            facts.insert("brings".to_owned(), json!(self.brings.iter().map(brings).collect::<Vec<_>>()));
            facts.insert(
                "supersedes".to_owned(),
                json!(self.supersedes.iter().map(|id| update_id(*id)).collect::<Vec<_>>()),
            );
            if let Some(days) = self.released {
                facts.insert("released".to_owned(), json!(days_ago(days)));
            }
            if let Some(restart) = self.restart {
                facts.insert("restart".to_owned(), json!(restart));
            }
        }
        Value::Object(facts)
    }

    fn rows(&self, index: usize) -> Vec<Value> {
        let row = |product: u8, version: Option<Version>| {
            json!({
                "update": update_id(index as u8), "product": product_id(product), "version": version.map(written),
                "released": self.released.map(days_ago), "restart": self.restart,
                "supersedes": self.supersedes.iter().map(|id| update_id(*id)).collect::<Vec<_>>().join(" "),
            })
        };
        let plain = self.products.iter().map(|product| row(*product, None));
        plain.chain(self.brings.iter().map(|(product, version)| row(*product, Some(*version)))).collect()
    }
}

impl Advice {
    pub fn json(&self, index: usize) -> Value {
        let ids = |list: &[u8]| list.iter().map(|id| update_id(*id)).collect::<Vec<_>>();
        let kind = ["known-bad", "prerequisite", "required", "hazard", "procedure"][self.kind as usize];
        let affects = |(product, range, roles): &(u8, Range, Vec<u8>)| json!({"product": product_id(*product), "versions": range.text(), "roles": roles.iter().map(role).collect::<Vec<_>>()});
        let builds =
            |(product, range): &(u8, Range)| json!({"product": product_id(*product), "versions": range.text()});
        let trigger = match &self.trigger {
            Trigger::Restart => json!("restart"),
            Trigger::ServiceRestart => json!("service-restart"),
            Trigger::AnyUpdate => json!("any-update"),
            Trigger::Product(product) => json!({"product": product_id(*product)}),
        };
        let mut one = json!({
            "schema": "patchgate/advisory/v1", "id": advisory_id(index), "title": format!("advisory {index}"),
            "kind": kind, "severity": SEVERITIES[usize::from(self.severity)],
            "confidence": if self.is_reported { "reported" } else { "confirmed" }, "status": self.status,
            "published": if self.is_published { "2024-06-01" } else { "2024-06-16" },
        });
        for (key, list) in [("fixed_by", &self.fixed_by), ("safe_with", &self.safe_with)] {
            if !list.is_empty() {
                one[key] = json!(ids(list));
            }
        }
        if !self.affects.is_empty() {
            one["affects"] = json!(self.affects.iter().map(affects).collect::<Vec<_>>());
        }
        if let Some(when) = &self.when {
            one["when"] = when.json();
        }
        match self.kind {
            Kind::Required => one["requires"] = self.requires.json(),
            Kind::Hazard => one["triggers"] = json!([trigger]),
            _ => {
                one["updates"] = json!(ids(&self.updates));
                one["builds"] = json!(self.builds.iter().map(builds).collect::<Vec<_>>());
            }
        }
        if self.kind == Kind::Prerequisite {
            one["requires"] = self.requires.json();
        }
        if self.kind == Kind::Procedure {
            let step = match &self.verify {
                Some(verify) => json!({"do": "prepare", "verify": verify.json()}),
                None => json!({"do": "prepare"}),
            };
            one["steps"] = json!({"before": [step]});
        }
        one
    }
}

/// A fleet in the program's own types.
#[derive(Clone, Debug)]
pub struct Written {
    pub servers: Vec<Value>,
    pub pending: Vec<Value>,
    pub products: Vec<Value>,
    pub rows: Vec<Value>,
    pub advisories: Vec<Value>,
    pub policy: Value,
    pub waivers: Vec<Value>,
    pub at: String,
}

fn read<T: serde::de::DeserializeOwned>(values: &[Value]) -> Vec<T> {
    values.iter().map(|value| serde_json::from_value(value.clone()).expect("generated values are valid")).collect()
}

impl Fleet {
    pub fn written(&self) -> Written {
        let product = |product: u8| {
            let order: Vec<_> = if product == 0 { [1, 0, 2].iter().map(role).collect() } else { Vec::new() };
            json!({
                "schema": "patchgate/product/v1", "id": product_id(product), "name": format!("Product {product}"),
                "branch_parts": product + 1, "roles": (0..ROLES).map(|one| role(&one)).collect::<Vec<_>>(), "update_order": order,
            })
        };
        let mut policy = json!({
            "schema": "patchgate/policy/v1", "name": "default", "hold": [],
            "effects": {"reported": {"critical": "note", "high": "note"}},
        });
        if let Some(excepts) = self.freeze {
            let except: &[&str] = if excepts { &["expedited"] } else { &[] };
            policy["freeze"] = json!([{"name": "fair", "from": "2024-06-14", "to": "2024-06-20", "except": except}]);
        }
        if self.holds_previews {
            policy["hold"] = json!([{"classification": ["preview"]}]);
        }
        let patches = || self.patches.iter().enumerate();
        Written {
            servers: self.hosts.iter().enumerate().map(|(n, host)| host.json(&host_name(n))).collect(),
            pending: patches().filter(|(_, patch)| patch.is_pending).map(|(n, patch)| patch.json(n)).collect(),
            products: (0..PRODUCTS).map(product).collect(),
            rows: patches().filter(|(_, patch)| patch.by_database).flat_map(|(n, patch)| patch.rows(n)).collect(),
            advisories: self.advices.iter().enumerate().map(|(n, advice)| advice.json(n)).collect(),
            policy,
            waivers: Vec::new(),
            at: format!("{TODAY}T12:00:00Z"),
        }
    }
}

impl Written {
    pub fn database(&self) -> Database {
        let advisories: Vec<Advisory> = read(&self.advisories);
        let products: Vec<Product> = read(&self.products);
        let rows: Vec<UpdateRow> = read(&self.rows);
        Database::new(Parts { products, advisories, rows, ..Parts::default() })
    }

    pub fn decide(&self) -> Document {
        let servers: Vec<Server> = read(&self.servers);
        let pending: Vec<PendingUpdate> = read(&self.pending);
        let waivers: Vec<Waiver> = read(&self.waivers);
        let policy: Policy = serde_json::from_value(self.policy.clone()).unwrap();
        let question = Question {
            database: &self.database(),
            policy: &policy,
            waivers: &waivers,
            pending: &pending,
            at: self.at.parse().unwrap(),
            is_complete: true,
            hindsight: false,
        };
        decide(question, &servers, Inputs::default())
    }
}
