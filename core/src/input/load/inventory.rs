//! Inventory files (YAML, JSON, NDJSON) to one list of servers; the same server in several files becomes one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use hashbrown::HashMap;
use hashbrown::hash_map::Entry;
use serde::Deserialize;

use super::node::Node;
use super::origin::Origins;
use super::{Loader, decode, digest_of_all, digest_of_text};
use crate::diagnostic::{Diagnostic, Place};
use crate::input::problem::Problem;
use crate::input::text::Text;
use crate::model::fact::Fact;
use crate::model::id::ServerName;
use crate::model::schema::schema;
use crate::model::server::{Inventory, Server, ServerFact};
use crate::model::time::Moment;

/// The servers of all inventory files.
#[derive(Debug, Default)]
pub struct Fleet {
    /// The servers, by name.
    pub servers: Vec<Server>,
    /// What files told differently.
    pub notes: Vec<String>,
    /// Whether one of the files holds the whole fleet.
    pub is_complete: bool,
    /// SHA-256 of the file; of several, of their sorted digests.
    pub digest: String,
    /// Where each fact was written, when asked for.
    pub origins: Origins,
}

/// A server as one file tells it.
struct Told {
    server: Server,
    file: usize,
    place: Place,
}

/// All of an inventory but the servers.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    #[serde(rename = "schema")]
    _schema: String,
    #[serde(default)]
    collected_at: Option<Moment>,
    #[serde(default)]
    complete: bool,
    #[serde(default)]
    #[serde(rename = "servers")]
    _servers: Option<serde::de::IgnoredAny>,
}

/// One line of NDJSON: a server, the head of the file, or an inventory.
enum Line {
    Server(Box<Server>),
    Inventory(Inventory),
}

impl Loader {
    /// Reads inventories. `with_origins` keeps where each fact was written, which costs memory.
    pub fn fleet(&mut self, paths: &[PathBuf], with_origins: bool) -> Option<Fleet> {
        let sources: Vec<Text> = paths.iter().filter_map(|path| self.read(path)).collect();
        self.fleet_of(&sources, with_origins)
    }

    /// Reads exports of other tools with what reads them; of several, the newer collection of a fact wins.
    pub fn foreign_fleet(
        &mut self,
        paths: &[PathBuf],
        read: fn(&Path) -> Result<Vec<Server>, Vec<Diagnostic>>,
    ) -> Option<Fleet> {
        let mut told = Vec::new();
        let mut sources = Vec::new();
        let mut origins = Origins::default();
        for (file, path) in paths.iter().enumerate() {
            sources.push(Text::new(path.to_string_lossy().into_owned(), String::new(), String::new()));
            match read(path) {
                Ok(servers) => {
                    let whole = Node { number: 0, place: Place::default(), value: super::node::Value::Map(Vec::new()) };
                    servers.iter().for_each(|one| origins.add(&one.name, &path.to_string_lossy(), whole.clone()));
                    told.extend(servers.into_iter().map(|server| Told { server, file, place: Place::default() }));
                }
                Err(diagnostics) => diagnostics.into_iter().for_each(|diagnostic| self.keep(diagnostic)),
            }
        }
        if self.has_errors() {
            return None;
        }
        let mut notes = Vec::new();
        let servers = join(told, &sources, &mut notes);
        // The digest is of what was understood: an export may be many files, most of which nobody reads.
        let digest = digest_of_text(&serde_json::to_string(&servers).unwrap_or_default());
        Some(Fleet { servers, notes, is_complete: false, digest, origins })
    }

    /// Joins inventories that were read.
    pub fn fleet_of(&mut self, sources: &[Text], with_origins: bool) -> Option<Fleet> {
        let mut origins = Origins::default();
        let (mut told, mut is_complete) = (Vec::new(), false);
        for (file, source) in sources.iter().enumerate() {
            let (servers, is_whole) = self.inventory(source, with_origins.then_some(&mut origins));
            is_complete |= is_whole;
            let servers = self.unique(source, servers);
            told.extend(servers.into_iter().map(|(server, place)| Told { server, file, place }));
        }
        if self.has_errors() {
            return None;
        }
        let mut notes = Vec::new();
        let servers = join(told, sources, &mut notes);
        let digest = digest_of_all(sources.iter().map(|source| source.digest.as_str()));
        Some(Fleet { servers, notes, is_complete, digest, origins })
    }

    /// The servers of a file, and whether it says that it holds the whole fleet.
    fn inventory(&mut self, source: &Text, origins: Option<&mut Origins>) -> (Vec<(Server, Place)>, bool) {
        match format_of(source) {
            // What is no JSON is refused whether or not somebody asks for places: YAML may well be able to read it.
            Format::Json => match serde_json::from_str::<Inventory>(&source.text) {
                Ok(inventory) if origins.is_none() && inventory.schema == schema("inventory") => finish(inventory),
                Err(error) if !error.is_data() => {
                    self.report(source, syntax(&error, &source.text));
                    Default::default()
                }
                _ => self.located(source, origins),
            },
            Format::Lines => self.lines(source, origins),
            Format::Yaml => self.located(source, origins),
        }
    }

    /// Reads an inventory by its tree: slower, but every fact has its place and every problem is found.
    fn located(&mut self, source: &Text, mut origins: Option<&mut Origins>) -> (Vec<(Server, Place)>, bool) {
        let Some(root) = self.tree(source) else { return Default::default() };
        if !self.check_schema(source, &root, "inventory") {
            return Default::default();
        }
        let (head, problems) = decode::decode::<Head>(&root);
        problems.into_iter().for_each(|problem| self.report(source, problem));
        let Some(servers) = root.get("servers") else {
            self.report(source, Problem::new("missing-key", "missing key `servers`".to_owned()).at(&root));
            return Default::default();
        };
        if !matches!(servers.value, super::node::Value::List(_)) {
            let message = "expected a list of servers".to_owned();
            self.report(source, Problem::new("wrong-type", message).at(servers));
        }
        let is_complete = head.as_ref().is_some_and(|head| head.complete);
        let collected_at = head.and_then(|head| head.collected_at);
        let mut found = Vec::new();
        for node in servers.items() {
            let (server, problems) = decode::decode::<Server>(node);
            problems.into_iter().for_each(|problem| self.report(source, problem));
            let Some(mut server) = server else { continue };
            server.collected_at = server.collected_at.or(collected_at);
            if let Some(origins) = origins.as_deref_mut() {
                origins.add(&server.name, &source.path, node.clone());
            }
            found.push((server, node.follow(["name"]).place));
        }
        (found, is_complete)
    }

    fn lines(&mut self, source: &Text, mut origins: Option<&mut Origins>) -> (Vec<(Server, Place)>, bool) {
        let (mut found, mut is_complete) = (Vec::new(), false);
        let mut collected_at = None;
        for (index, line) in source.text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            match read_line(line) {
                Ok(Line::Server(mut server)) => {
                    server.collected_at = server.collected_at.or(collected_at);
                    let place = Place { line: index + 1, column: 1 };
                    if let Some(origins) = origins.as_deref_mut() {
                        let node = Node { number: 0, place, value: super::node::Value::Map(Vec::new()) };
                        origins.add(&server.name, &source.path, node);
                    }
                    found.push((*server, place));
                }
                Ok(Line::Inventory(inventory)) => {
                    collected_at = inventory.collected_at.or(collected_at);
                    let (servers, is_whole) = finish(inventory);
                    is_complete |= is_whole;
                    let servers = servers.into_iter();
                    found.extend(servers.map(|(server, _)| (server, Place { line: index + 1, column: 1 })));
                }
                Err(()) => {
                    let problems = problems_of_line(line).into_iter().map(|problem| problem.shifted(index));
                    problems.for_each(|problem| self.report(source, problem));
                }
            }
        }
        if found.is_empty() && !self.has_errors() {
            // A collector that was cut off must not look like a fleet without servers.
            self.whole(&source.path, "empty", "no line holds a server".to_owned());
        }
        (found, is_complete)
    }

    /// Tells servers that occur twice in one file and keeps the first.
    fn unique(&mut self, source: &Text, servers: Vec<(Server, Place)>) -> Vec<(Server, Place)> {
        let mut seen: HashMap<ServerName, Place> = HashMap::with_capacity(servers.len());
        let mut duplicates = Vec::new();
        let mut kept = Vec::with_capacity(servers.len());
        for (index, (server, place)) in servers.into_iter().enumerate() {
            match seen.entry(server.name.clone()) {
                Entry::Occupied(first) => duplicates.push((index, server.name.clone(), place, *first.get())),
                Entry::Vacant(free) => {
                    free.insert(place);
                    kept.push((server, place));
                }
            }
        }
        if duplicates.is_empty() {
            return kept;
        }
        // The fast way through JSON knows no places: the tree does.
        let tree = super::node::parse(&source.text).ok().map(|(root, _)| root);
        let name_of =
            |index: usize| tree.as_ref()?.get("servers")?.items().get(index).map(|node| node.follow(["name"]).place);
        for (index, name, place, first) in duplicates {
            let place = if place.line > 0 { place } else { name_of(index).unwrap_or_default() };
            let message = match first.line {
                0 => format!("duplicate server `{name}`"),
                line => format!("duplicate server `{name}`, first given in line {line}"),
            };
            self.report(source, Problem::new("duplicate-server", message).placed(place));
        }
        kept
    }
}

impl Problem {
    fn shifted(mut self, lines: usize) -> Self {
        if let Some(place) = &mut self.place {
            place.line += lines;
        }
        self
    }
}

/// What is wrong with a line that is neither a server nor the head of the file.
fn problems_of_line(line: &str) -> Vec<Problem> {
    if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(line) {
        return vec![syntax(&error, line)];
    }
    let Ok((root, mut problems)) = super::node::parse(line) else {
        return vec![Problem::new("bad-value", "not a server".to_owned()).placed(Place { line: 1, column: 1 })];
    };
    problems.extend(match root.get("schema") {
        Some(found) if found.text() != Some(&schema("inventory")) => {
            vec![Problem::new("schema-version", format!("expected schema `{}`", schema("inventory"))).at(found)]
        }
        Some(_) => decode::decode::<Inventory>(&root).1,
        None => decode::decode::<Server>(&root).1,
    });
    if problems.is_empty() {
        problems.push(Problem::new("bad-value", "not a server".to_owned()).at(&root));
    }
    problems
}

enum Format {
    Yaml,
    Json,
    Lines,
}

/// By the extension; without one that is known, by the first characters.
fn format_of(source: &Text) -> Format {
    let lower = source.path.to_lowercase();
    let ends = |extensions: &[&str]| extensions.iter().any(|extension| lower.ends_with(extension));
    if ends(&[".ndjson", ".jsonl"]) {
        return Format::Lines;
    }
    if ends(&[".yaml", ".yml"]) || !source.text.trim_start().starts_with('{') {
        return Format::Yaml;
    }
    let mut lines = source.text.lines().filter(|line| !line.trim().is_empty());
    let is_whole = lines.next().is_some_and(|line| serde_json::from_str::<serde::de::IgnoredAny>(line).is_ok());
    if is_whole && lines.next().is_some() { Format::Lines } else { Format::Json }
}

fn read_line(line: &str) -> Result<Line, ()> {
    /// The first line may be the head of the file.
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct HeadLine {
        schema: String,
        #[serde(default)]
        collected_at: Option<Moment>,
        #[serde(default)]
        complete: bool,
        #[serde(default)]
        servers: Vec<Server>,
    }
    if let Ok(server) = serde_json::from_str::<Server>(line) {
        return Ok(Line::Server(Box::new(server)));
    }
    match serde_json::from_str::<HeadLine>(line) {
        Ok(head) if head.schema == schema("inventory") => {
            let HeadLine { schema, collected_at, complete, servers } = head;
            Ok(Line::Inventory(Inventory { schema, collected_at, complete, servers }))
        }
        _ => Err(()),
    }
}

fn syntax(error: &serde_json::Error, source: &str) -> Problem {
    let text = error.to_string();
    let message = text.split(" at line ").next().unwrap_or(&text).to_owned();
    // serde_json counts the columns in bytes.
    let line = source.split('\n').nth(error.line().saturating_sub(1)).unwrap_or_default();
    let column = line.char_indices().take_while(|(byte, _)| *byte < error.column()).count().max(1);
    Problem::new("json-syntax", message).placed(Place { line: error.line(), column })
}

fn finish(inventory: Inventory) -> (Vec<(Server, Place)>, bool) {
    let (collected_at, is_complete) = (inventory.collected_at, inventory.complete);
    let servers = inventory.servers.into_iter().map(|mut server| {
        server.collected_at = server.collected_at.or(collected_at);
        (server, Place::default())
    });
    (servers.collect(), is_complete)
}

/// Joins what the files tell: fact by fact, the newer collection wins; differences are notes.
fn join(told: Vec<Told>, sources: &[Text], notes: &mut Vec<String>) -> Vec<Server> {
    let mut servers: Vec<Server> = match sources {
        // Within one file every server is told once.
        [_] => told.into_iter().map(|one| one.server).collect(),
        _ => {
            let mut by_name: BTreeMap<ServerName, Vec<Told>> = BTreeMap::new();
            for one in told {
                by_name.entry(one.server.name.clone()).or_default().push(one);
            }
            by_name.into_values().filter_map(|several| join_one(several, sources, notes)).collect()
        }
    };
    servers.sort_by(|one, two| one.name.cmp(&two.name));
    servers
}

fn join_one(mut several: Vec<Told>, sources: &[Text], notes: &mut Vec<String>) -> Option<Server> {
    // Newest first; of the same age, by what they say, so that the order of the files does not matter.
    let content = |one: &Told| serde_json::to_string(&one.server).unwrap_or_default();
    several.sort_by_cached_key(|one| (std::cmp::Reverse(one.server.collected_at), content(one)));
    let mut several = several.into_iter();
    let mut newest = several.next()?;
    for older in several {
        merge(&mut newest, older, sources, notes);
    }
    Some(newest.server)
}

fn merge(newer: &mut Told, older: Told, sources: &[Text], notes: &mut Vec<String>) {
    let name = newer.server.name.clone();
    let path = |file: usize| sources.get(file).map_or("", |source| source.path.as_str());
    let place = |told: &Told| format!("{}:{}", path(told.file), told.place.line);
    let (newer_place, older_place) = (place(newer), place(&older));
    let mut differs = |fact: ServerFact, setting: Option<&str>| {
        let fact = setting.map_or(Fact::Server(fact), |name| Fact::Setting(name.into()));
        notes.push(format!(
            "{name}: `{fact}` differs between {newer_place} and {older_place}; the newer collection is used"
        ));
    };
    newer.server.join(older.server, &mut differs);
}
