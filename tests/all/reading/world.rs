//! The inputs of a decision, read into small types of this folder's own.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

/// All files of one question, parsed and not yet understood.
#[derive(Clone, Debug)]
pub struct Inputs {
    /// The inventory file.
    pub inventory: Value,
    /// The file of pending updates.
    pub pending: Value,
    /// The product files.
    pub products: Vec<Value>,
    /// The advisories.
    pub advisories: Vec<Value>,
    /// The update rows: objects with the columns of section 4, all text.
    pub rows: Vec<Value>,
    /// `settings.yaml`.
    pub settings: Value,
    /// `coverage.yaml`.
    pub coverage: Value,
    /// The policy.
    pub policy: Value,
    /// The waivers.
    pub waivers: Value,
    /// The moment of decision.
    pub at: String,
}

impl Inputs {
    /// One object with everything, to keep and to print.
    pub fn bundle(&self) -> Value {
        json!({
            "inventory": self.inventory, "pending": self.pending, "products": self.products, "advisories": self.advisories,
            "rows": self.rows, "settings": self.settings, "coverage": self.coverage, "policy": self.policy,
            "waivers": self.waivers, "at": self.at,
        })
    }

    /// What `bundle` wrote.
    pub fn unbundle(value: &Value) -> Self {
        let all = |key: &str| list(&value[key]).to_vec();
        Self {
            inventory: value["inventory"].clone(),
            pending: value["pending"].clone(),
            products: all("products"),
            advisories: all("advisories"),
            rows: all("rows"),
            settings: value["settings"].clone(),
            coverage: value["coverage"].clone(),
            policy: value["policy"].clone(),
            waivers: value["waivers"].clone(),
            at: text(&value["at"]).unwrap_or_default(),
        }
    }
}

/// A dotted version.
#[derive(Clone, Debug)]
pub struct Version(pub Vec<u64>);

impl Version {
    /// Reads dotted numbers.
    pub fn read(text: &str) -> Option<Self> {
        text.trim().split('.').map(|part| part.parse().ok()).collect::<Option<Vec<_>>>().map(Version)
    }

    /// One of its numbers; what is missing counts as 0.
    pub fn part(&self, index: usize) -> u64 {
        self.0.get(index).copied().unwrap_or(0)
    }

    /// Its leading numbers.
    pub fn branch(&self, parts: usize) -> Self {
        Self((0..parts).map(|index| self.part(index)).collect())
    }

    /// The lowest version that is above everything in its branch.
    pub fn branch_end(&self, parts: usize) -> Self {
        let mut end = self.branch(parts);
        if let Some(last) = end.0.last_mut() {
            *last += 1;
        }
        end
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let count = self.0.len().max(other.0.len());
        (0..count)
            .map(|index| self.part(index).cmp(&other.part(index)))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    }
}
impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}
impl Eq for Version {}

/// A range of versions: comparators that must all hold; none is `*`.
#[derive(Clone, Debug, Default)]
pub struct Range(pub Vec<(String, Version)>);

impl Range {
    /// Reads `">=1, <2"`.
    pub fn read(text: &str) -> Self {
        let one = |part: &str| {
            let part = part.trim();
            let split = part.find(|letter: char| letter.is_ascii_digit())?;
            let (sign, version) = part.split_at(split);
            let sign = if sign.trim().is_empty() { "=" } else { sign.trim() };
            Some((sign.to_owned(), Version::read(version)?))
        };
        if text.trim() == "*" { Self::default() } else { Self(text.split(',').filter_map(one).collect()) }
    }
}

/// One server of the inventory.
#[derive(Clone, Debug, Default)]
pub struct Server {
    /// The name as written.
    pub name: String,
    /// Its groups, where collected.
    pub groups: Option<Vec<String>>,
    /// Its ring as written.
    pub ring: Option<String>,
    /// Its site, folded.
    pub site: Option<String>,
    /// Its pool, folded.
    pub pool: Option<String>,
    /// Its roles as written.
    pub roles: Option<Vec<String>>,
    /// Its products with version, as written.
    pub products: Option<Vec<(String, Option<String>)>>,
    /// Its installed updates, with the day where told.
    pub updates: Option<Vec<(String, Option<Date>)>>,
    /// For a list of facts, what it covers where less than everything.
    pub covers: BTreeMap<String, Vec<String>>,
    /// For a list of facts, when it was collected where told apart.
    pub list_at: BTreeMap<String, Timestamp>,
    /// When its facts were collected.
    pub collected_at: Option<Timestamp>,
    /// When it was booted.
    pub last_boot: Option<Timestamp>,
    /// Whether a restart is due.
    pub reboot_pending: Option<bool>,
    /// Services, listeners and certificates, where collected.
    pub lists: BTreeMap<String, Vec<Value>>,
    /// Settings that are known.
    pub settings: BTreeMap<String, Value>,
}

/// One entry of the pending file.
#[derive(Clone, Debug, Default)]
pub struct Pending {
    /// The normalised id.
    pub id: String,
    /// Title.
    pub title: Option<String>,
    /// Its products, where told.
    pub products: Option<Vec<String>>,
    /// What it brings, where told.
    pub brings: Option<Vec<(String, Version)>>,
    /// Classification.
    pub classification: Option<String>,
    /// Release day.
    pub released: Option<Date>,
    /// Revision number.
    pub revision: Option<i64>,
    /// What it supersedes, where told.
    pub supersedes: Option<Vec<String>>,
    /// Restart word.
    pub restart: Option<String>,
    /// Known to be exploited.
    pub exploited: bool,
    /// Names and groups, where told.
    pub offered_to: Option<Vec<String>>,
}

/// One product file.
#[derive(Clone, Debug, Default)]
pub struct Product {
    /// Its id.
    pub id: String,
    /// Other words for it.
    pub aliases: Vec<String>,
    /// Leading numbers of a branch.
    pub branch_parts: usize,
    /// Family.
    pub family: Option<String>,
    /// Whether its updates contain earlier ones.
    pub cumulative: bool,
    /// Kinds that go only on their own branch.
    pub for_branch: Vec<String>,
    /// Trains by name.
    pub trains: BTreeMap<String, Range>,
    /// Words near it that are not it.
    pub not: Vec<String>,
    /// Other words for roles.
    pub role_aliases: BTreeMap<String, Vec<String>>,
    /// How many members of a pool may be away.
    pub max_unavailable: Option<u64>,
    /// Declared roles.
    pub roles: Vec<String>,
    /// Order of roles.
    pub update_order: Vec<String>,
}

/// One update row, or a build of a product file.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// The update.
    pub update: String,
    /// The product.
    pub product: String,
    /// The build.
    pub brings: Option<Version>,
    /// Whether that build proves the update.
    pub proves: bool,
    /// Release day.
    pub released: Option<Date>,
    /// Kind, where it has one.
    pub kind: Option<String>,
    /// Restart word.
    pub restart: Option<String>,
    /// What it supersedes.
    pub supersedes: Vec<String>,
    /// What it repairs.
    pub repairs: Vec<String>,
    /// First day of exploitation.
    pub exploited_since: Option<Date>,
}

/// One advisory.
#[derive(Clone, Debug)]
pub struct Advisory {
    /// Its id.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// Its severity.
    pub severity: String,
    /// `confidence: reported`.
    pub reported: bool,
    /// `status: trial`.
    pub trial: bool,
    /// `harm: running`.
    pub running: bool,
    /// The day of the first report.
    pub published: Date,
    /// The document, for everything else.
    pub body: Value,
}

/// One waiver.
#[derive(Clone, Debug)]
pub struct Waiver {
    /// The advisory, where it names one.
    pub advisory: Option<String>,
    /// The rule, where it names one.
    pub rule: Option<String>,
    /// Whose.
    pub servers: Value,
    /// Which updates, where it says.
    pub updates: Option<Vec<String>>,
    /// Its last day.
    pub expires: Date,
}

/// Through which day the updates and the known issues of a family were looked at.
pub type Covered = (Option<Date>, Option<Date>);

/// All inputs, read.
#[derive(Clone, Debug)]
pub struct World {
    /// The moment of decision.
    pub at: Timestamp,
    /// The file holds the whole fleet.
    pub complete: bool,
    /// Servers by name.
    pub servers: Vec<Server>,
    /// Pending updates in the order of the file.
    pub pending: Rc<Vec<Pending>>,
    /// Product files.
    pub products: Rc<Vec<Product>>,
    /// Update rows and builds of product files.
    pub rows: Rc<Vec<Row>>,
    /// Advisories that may speak: active or trial, and published.
    pub advisories: Rc<Vec<Advisory>>,
    /// Declared settings: type and values.
    pub settings: Rc<BTreeMap<String, (String, Vec<Value>)>>,
    /// By family: the days of `updates` and `known_issues`.
    pub coverage: Rc<BTreeMap<String, Covered>>,
    /// The policy document.
    pub policy: Rc<Value>,
    /// Waivers that are valid.
    pub waivers: Rc<Vec<Waiver>>,
}

/// The list, or nothing.
pub fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The text of a scalar.
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The texts of a list, or of one scalar.
pub fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().filter_map(text).collect(),
        other => text(other).into_iter().collect(),
    }
}

/// Words without case, blanks, `-` and `_`.
pub fn fold(word: &str) -> String {
    word.chars().filter(|letter| !matches!(letter, ' ' | '-' | '_')).flat_map(char::to_lowercase).collect()
}

/// A day, or nothing.
pub fn day(value: &Value) -> Option<Date> {
    let text = text(value)?;
    text.get(..10).unwrap_or(&text).parse().ok()
}

/// The first moment of a day.
pub fn dawn(day: Date) -> Timestamp {
    day.at(0, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).expect("a day has a first moment").timestamp()
}

/// A moment; a day is its first moment.
pub fn moment(value: &Value) -> Option<Timestamp> {
    let text = text(value)?;
    text.parse().ok().or_else(|| day(value).map(dawn))
}

/// The moment at which something ends; a day lasts to its end.
pub fn end_moment(value: &Value) -> Option<Timestamp> {
    let text = text(value)?;
    text.parse().ok().or_else(|| Some(plus(dawn(day(value)?), 86_400)))
}

/// Some seconds later.
pub fn plus(at: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_second(at.as_second() + seconds).expect("moments are near")
}

/// The day of a moment, UTC.
pub fn date_of(at: Timestamp) -> Date {
    at.to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// `7d`, `12h`, `30m` in seconds.
pub fn seconds(value: &Value) -> Option<i64> {
    let text = text(value)?;
    let (number, unit) = text.split_at(text.len().checked_sub(1)?);
    let number: i64 = number.parse().ok()?;
    Some(
        number
            * match unit {
                "d" => 86_400,
                "h" => 3_600,
                _ => 60,
            },
    )
}

/// `kb974571` and `974571` are `KB974571`.
pub fn normal_id(id: &str) -> String {
    let bare: String = id.chars().filter(|letter| !letter.is_whitespace()).collect();
    let upper = bare.to_uppercase();
    let number = upper.strip_prefix("KB").unwrap_or(&upper);
    if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) {
        format!("KB{number}")
    } else {
        id.trim().to_owned()
    }
}

fn ids(value: &Value) -> Vec<String> {
    texts(value).iter().map(|id| normal_id(id)).collect()
}

fn some_list(value: &Value) -> Option<&Vec<Value>> {
    value.as_array()
}

fn read_server(value: &Value, file_at: Option<Timestamp>) -> Server {
    let mut server = Server {
        name: text(&value["name"]).unwrap_or_default(),
        groups: some_list(&value["groups"]).map(|_| texts(&value["groups"])),
        ring: text(&value["ring"]),
        site: text(&value["site"]).map(|word| fold(&word)),
        pool: text(&value["pool"]).map(|word| fold(&word)),
        roles: some_list(&value["roles"]).map(|_| texts(&value["roles"])),
        products: some_list(&value["products"]).map(|items| {
            items.iter().map(|item| (text(&item["product"]).unwrap_or_default(), text(&item["version"]))).collect()
        }),
        updates: some_list(&value["updates"]).map(|items| {
            items
                .iter()
                .map(|item| match item {
                    Value::Object(_) => (normal_id(&text(&item["id"]).unwrap_or_default()), day(&item["installed"])),
                    other => (normal_id(&text(other).unwrap_or_default()), None),
                })
                .collect()
        }),
        collected_at: moment(&value["collected_at"]).or(file_at),
        last_boot: moment(&value["last_boot"]),
        reboot_pending: value["reboot_pending"].as_bool(),
        ..Server::default()
    };
    for name in ["services", "listeners", "certificates"] {
        if let Some(items) = some_list(&value[name]) {
            server.lists.insert(name.to_owned(), items.clone());
        }
    }
    for (name, facts) in value["collected"].as_object().into_iter().flatten() {
        if facts["covers"].is_array() {
            server.covers.insert(name.clone(), texts(&facts["covers"]));
        }
        if let Some(at) = moment(&facts["at"]) {
            server.list_at.insert(name.clone(), at);
        }
    }
    for (name, setting) in value["settings"].as_object().into_iter().flatten() {
        server.settings.insert(name.clone(), setting.clone());
    }
    server
}

fn versions(value: &Value) -> Vec<(String, Version)> {
    list(value)
        .iter()
        .filter_map(|item| Some((text(&item["product"])?, Version::read(&text(&item["version"])?)?)))
        .collect()
}

fn read_pending(value: &Value) -> Pending {
    Pending {
        id: normal_id(&text(&value["id"]).unwrap_or_default()),
        title: text(&value["title"]),
        products: some_list(&value["products"]).map(|_| texts(&value["products"])),
        brings: some_list(&value["brings"]).map(|_| versions(&value["brings"])),
        classification: text(&value["classification"]),
        released: day(&value["released"]),
        revision: value["revision"].as_i64(),
        supersedes: some_list(&value["supersedes"]).map(|_| ids(&value["supersedes"])),
        restart: text(&value["restart"]),
        exploited: value["exploited"].as_bool().unwrap_or(false),
        offered_to: some_list(&value["offered_to"]).map(|_| texts(&value["offered_to"])),
    }
}

fn read_product(value: &Value) -> Product {
    let trains = value["trains"].as_object().into_iter().flatten();
    let aliases = value["role_aliases"].as_object().into_iter().flatten();
    Product {
        id: text(&value["id"]).unwrap_or_default(),
        aliases: texts(&value["aliases"]),
        branch_parts: value["branch_parts"].as_u64().unwrap_or(3) as usize,
        family: text(&value["family"]),
        cumulative: value["cumulative"].as_bool().unwrap_or(false),
        for_branch: texts(&value["for_branch"]),
        trains: trains.map(|(name, range)| (name.clone(), Range::read(&text(range).unwrap_or_default()))).collect(),
        not: texts(&value["not"]),
        role_aliases: aliases.map(|(role, words)| (role.clone(), texts(words))).collect(),
        max_unavailable: value["max_unavailable"].as_u64(),
        roles: texts(&value["roles"]),
        update_order: texts(&value["update_order"]),
    }
}

fn build_rows(value: &Value) -> Vec<Row> {
    let row = |build: &Value| {
        Some(Row {
            update: normal_id(&text(&build["update"])?),
            product: text(&value["id"])?,
            brings: Version::read(&text(&build["version"])?),
            proves: true,
            released: day(&build["released"]),
            supersedes: ids(&build["supersedes"]),
            ..Row::default()
        })
    };
    list(&value["builds"]).iter().filter_map(row).collect()
}

fn read_row(value: &Value) -> Row {
    let words = |key: &str| -> Vec<String> {
        text(&value[key]).unwrap_or_default().split_whitespace().map(normal_id).collect()
    };
    let word = |key: &str| text(&value[key]).filter(|word| !word.is_empty());
    Row {
        update: normal_id(&word("update").unwrap_or_default()),
        product: word("product").unwrap_or_default(),
        brings: word("brings").and_then(|build| Version::read(&build)),
        proves: word("proves").as_deref() == Some("yes"),
        released: day(&value["released"]),
        kind: word("kind"),
        restart: word("restart"),
        supersedes: words("supersedes"),
        repairs: words("repairs"),
        exploited_since: day(&value["exploited_since"]),
    }
}

fn read_advisory(value: &Value, at: Timestamp) -> Option<Advisory> {
    let status = text(&value["status"]).unwrap_or_else(|| "active".to_owned());
    let published = day(&value["published"])?;
    let speaks = matches!(status.as_str(), "active" | "trial") && published <= date_of(at);
    speaks.then(|| Advisory {
        id: text(&value["id"]).unwrap_or_default(),
        kind: text(&value["kind"]).unwrap_or_default(),
        severity: text(&value["severity"]).unwrap_or_default(),
        reported: value["confidence"] == "reported",
        trial: status == "trial",
        running: value["harm"] != "installing",
        published,
        body: value.clone(),
    })
}

impl World {
    /// Reads all inputs.
    pub fn read(inputs: &Inputs) -> Self {
        let at: Timestamp = inputs.at.parse().expect("`at` is a moment");
        let file_at = moment(&inputs.inventory["collected_at"]);
        let mut servers: Vec<_> =
            list(&inputs.inventory["servers"]).iter().map(|server| read_server(server, file_at)).collect();
        servers.sort_by(|one, other| one.name.cmp(&other.name));
        let mut rows: Vec<_> = inputs.rows.iter().map(read_row).collect();
        rows.extend(inputs.products.iter().flat_map(build_rows));
        let mut advisories: Vec<_> =
            inputs.advisories.iter().filter_map(|advisory| read_advisory(advisory, at)).collect();
        advisories.sort_by(|one, other| one.id.cmp(&other.id));
        let settings = inputs.settings["settings"].as_object().into_iter().flatten();
        let families = inputs.coverage["families"].as_object().into_iter().flatten();
        let waivers = list(&inputs.waivers["waivers"]).iter().filter_map(|waiver| {
            Some(Waiver {
                advisory: text(&waiver["advisory"]),
                rule: text(&waiver["rule"]),
                servers: waiver["servers"].clone(),
                updates: some_list(&waiver["updates"]).map(|_| ids(&waiver["updates"])),
                expires: day(&waiver["expires"])?,
            })
        });
        Self {
            at,
            complete: inputs.inventory["complete"].as_bool().unwrap_or(false),
            servers,
            pending: Rc::new(list(&inputs.pending["updates"]).iter().map(read_pending).collect()),
            products: Rc::new(inputs.products.iter().map(read_product).collect()),
            rows: Rc::new(rows),
            advisories: Rc::new(advisories),
            settings: Rc::new(
                settings
                    .map(|(name, one)| {
                        (name.clone(), (text(&one["type"]).unwrap_or_default(), list(&one["values"]).to_vec()))
                    })
                    .collect(),
            ),
            coverage: Rc::new(
                families.map(|(name, one)| (name.clone(), (day(&one["updates"]), day(&one["known_issues"])))).collect(),
            ),
            policy: Rc::new(inputs.policy.clone()),
            waivers: Rc::new(waivers.filter(|waiver| waiver.expires >= date_of(at)).collect()),
        }
    }

    /// The product file of an id.
    pub fn product(&self, id: &str) -> Option<&Product> {
        self.products.iter().find(|product| product.id == id)
    }

    /// The leading numbers that make a branch of a product.
    pub fn parts(&self, product: &str) -> usize {
        self.product(product).map_or(3, |product| product.branch_parts)
    }

    /// The family of a product.
    pub fn family(&self, product: &str) -> Option<&str> {
        self.product(product)?.family.as_deref()
    }

    /// The builds of a product that are known, with their days.
    pub fn builds(&self, product: &str) -> Vec<(&Version, Option<Date>)> {
        let rows = self.rows.iter().filter(|row| row.product == product);
        rows.filter_map(|row| Some((row.brings.as_ref()?, row.released))).collect()
    }

    /// All ids of updates that anything names as installed or brought.
    pub fn update_ids(&self) -> BTreeSet<String> {
        let mut ids: BTreeSet<String> = self.pending.iter().map(|one| one.id.clone()).collect();
        ids.extend(self.pending.iter().flat_map(|one| one.supersedes.clone().unwrap_or_default()));
        ids.extend(self.rows.iter().map(|row| row.update.clone()));
        ids.extend(self.rows.iter().flat_map(|row| row.supersedes.clone()));
        ids.extend(self.servers.iter().flat_map(|server| server.updates.iter().flatten().map(|one| one.0.clone())));
        ids
    }
}
