//! `patchgate advisory new`: a file to start from, with the next free id and what the database knows about the update.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use jiff::Timestamp;

use super::data;
use crate::advisory::Kind;
use crate::cli::words::words;
use crate::cli::{Failure, output, schema};
use crate::database::Database;
use crate::document::exit::Exit;
use crate::input::load::database::BUILTIN;
use crate::model::catalogue::UpdateKnowledge;
use crate::model::id::{AdvisoryId, UpdateId};
use crate::model::time::{Day, Moment};

/// The arguments of `advisory new`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The folder that the file goes into, such as advisories/windows
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// The update that it speaks about
    #[arg(value_name = "UPDATE", value_parser = UpdateId::new)]
    update: Option<UpdateId>,
    /// What kind of statement it is
    #[arg(long, value_name = "KIND", default_value = "known-bad", value_parser = words(Kind::ALL, Kind::word))]
    kind: Kind,
    /// What breaks, where, in one line
    #[arg(long, value_name = "TITLE")]
    title: Option<String>,
    /// The day on which it was publicly known; the year of the id is its year [default: today]
    #[arg(long, value_name = "DAY")]
    published: Option<Day>,
    /// What the id begins with: PG is patchgate's own; use another for your team
    #[arg(long, value_name = "PREFIX", default_value = "PG")]
    prefix: String,
    /// What else is known: another folder, or `builtin`; may be given several times [default: builtin, and the database
    /// that the folder is in]
    #[arg(short, long, value_name = "ADVISORIES")]
    advisories: Vec<PathBuf>,
    /// The moment that counts as now
    #[arg(long, value_name = "TIME")]
    at: Option<Moment>,
}

/// Writes the file and prints its path.
///
/// # Errors
/// When the database cannot be read, the file already exists, or it cannot be written.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let root = root(&arguments.folder);
    let database = data::data(&arguments.known(&root))?;
    let today = Day::of(arguments.at.map_or_else(Timestamp::now, Moment::timestamp));
    let published = arguments.published.unwrap_or(today);
    let id = next_id(&arguments.prefix, published, &database)?;
    let file = free_place(&arguments.folder, &id)?;
    let schema = write_schema(&root)?;
    let text = scaffold(arguments, &id, published, &relative(&schema, &arguments.folder), &database);
    output::write(Some(&file), |_, out| out.write_all(text.as_bytes()))?;
    output::write(None, |_, out| writeln!(out, "{}", file.display()))?;
    Ok(Exit::Clean)
}

impl Arguments {
    /// What is known: the built-in database or what was named, and the database that the file becomes part of.
    fn known(&self, root: &Path) -> Vec<PathBuf> {
        let mut known = self.advisories.clone();
        // The built-in database is made from its own repository's folder: together they would have every id twice.
        let is_whole = root.join("products").is_dir();
        if known.is_empty() && !is_whole {
            known.push(PathBuf::from(BUILTIN));
        }
        if has_files(root) && !known.iter().any(|one| one == root) {
            known.push(root.to_owned());
        }
        known
    }
}

/// The folder of the database that a folder is in: the nearest one with settings or products, else the folder itself.
fn root(folder: &Path) -> PathBuf {
    let is_root = |one: &&Path| one.join("settings.yaml").is_file() || one.join("products").is_dir();
    folder.ancestors().filter(|one| !one.as_os_str().is_empty()).find(is_root).unwrap_or(folder).to_owned()
}

fn has_files(folder: &Path) -> bool {
    std::fs::read_dir(folder)
        .is_ok_and(|mut entries| entries.any(|entry| entry.is_ok_and(|entry| !is_hidden(&entry.path()))))
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
}

/// The id after the highest of its prefix and year.
fn next_id(prefix: &str, published: Day, database: &Database) -> Result<AdvisoryId, Failure> {
    let start = format!("{prefix}-{}-", published.year());
    let numbers =
        database.advisories().iter().filter_map(|one| one.id.as_str().strip_prefix(&start)?.parse::<u32>().ok());
    let next = numbers.max().unwrap_or(0) + 1;
    Ok(AdvisoryId::new(&format!("{start}{next:04}"))
        .with_context(|| format!("`{prefix}` cannot be the beginning of an id"))?)
}

/// The path of an advisory that is not there yet, in a folder that is.
fn free_place(folder: &Path, id: &AdvisoryId) -> anyhow::Result<PathBuf> {
    let file = folder.join(format!("{id}.yaml"));
    std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let exists = file.try_exists().with_context(|| format!("cannot look for {}", file.display()))?;
    anyhow::ensure!(!exists, "{} already exists", file.display());
    Ok(file)
}

/// Writes the schema where editors find it and the database's loader does not look, unless it is there.
fn write_schema(root: &Path) -> anyhow::Result<PathBuf> {
    let folder = root.join(".schemas");
    let file = folder.join("advisory.json");
    if file.is_file() { Ok(file) } else { schema::write_into(&folder, "advisory") }
}

/// The relative path from a folder to a file at or above it, with slashes as YAML editors want them.
fn relative(file: &Path, folder: &Path) -> String {
    let root = file.parent().and_then(Path::parent).unwrap_or(Path::new(""));
    let depth = folder.strip_prefix(root).map_or(0, |below| below.components().count());
    format!("{}.schemas/advisory.json", "../".repeat(depth))
}

fn scaffold(arguments: &Arguments, id: &AdvisoryId, published: Day, schema: &str, database: &Database) -> String {
    let mut text = comments(arguments, schema, database);
    text.push_str(&head(arguments, id, published));
    text.push_str(&about(arguments));
    text.push_str(&affects(arguments, database));
    text.push_str(&statement(arguments));
    text.push_str("references: []            # https addresses\ncases: []                 # one that speaks, one that is silent, one unknown\n");
    text
}

/// What is above the advisory: where editors find its schema, and what is known of the update.
fn comments(arguments: &Arguments, schema: &str, database: &Database) -> String {
    let mut text = format!("# yaml-language-server: $schema={schema}\n");
    let known = arguments.update.as_ref().map(|update| known(update, database)).unwrap_or_default();
    for line in known {
        let _ = writeln!(text, "# {line}");
    }
    text
}

/// The keys that every advisory has.
fn head(arguments: &Arguments, id: &AdvisoryId, published: Day) -> String {
    let title = arguments.title.as_deref().unwrap_or("What breaks, where, in one line");
    let lines = [
        "schema: patchgate/advisory/v1".to_owned(),
        format!("id: {id}"),
        format!("title: {}", serde_json::json!(title)),
        format!("kind: {}", arguments.kind.word()),
        "severity: high            # critical: service lost | high: feature lost or data at risk | medium | low"
            .to_owned(),
        "confidence: reported      # confirmed: by the vendor, or by several independent sources".to_owned(),
        "status: draft             # a draft never speaks; make it active when lint and test are clean".to_owned(),
        format!("published: {published}"),
    ];
    lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
}

fn about(arguments: &Arguments) -> String {
    let is_about_updates = matches!(arguments.kind, Kind::KnownBad | Kind::Prerequisite | Kind::Procedure);
    match (&arguments.update, is_about_updates) {
        (Some(update), true) => format!("updates: [{update}]\n"),
        (None, true) => "updates: [KB0000000]      # the update that it speaks about\n".to_owned(),
        (_, false) => String::new(),
    }
}

fn affects(arguments: &Arguments, database: &Database) -> String {
    let known = arguments.update.as_ref().and_then(|update| database.updates().get(update));
    let products = known.map(|known| known.products.as_slice()).unwrap_or_default();
    if products.is_empty() {
        return "affects: []               # {product, versions, roles}; none means every server\n".to_owned();
    }
    let entries: String = products.iter().map(|product| format!("  - {{product: {product}}}\n")).collect();
    format!("affects:\n{entries}")
}

/// The keys that the kind needs, with valid values.
fn statement(arguments: &Arguments) -> String {
    // A requirement asks for the update itself; a prerequisite for another one that has to come first.
    let required = arguments.update.as_ref().filter(|_| arguments.kind == Kind::Required);
    let required = required.map_or("KB0000000", UpdateId::as_str);
    let keys = match arguments.kind {
        Kind::KnownBad => {
            "harm: running             # installing: only while it is being installed\nfixed_by: []              # updates that end it\nremedy:\n  - do: What makes it safe\n"
        }
        Kind::Required | Kind::Prerequisite => {
            return format!("requires: {{update: {required}}}   # the condition that must hold\n");
        }
        Kind::Hazard => {
            "triggers: [restart]\nwhen: {reboot_pending: true}    # the configuration that breaks\nremedy:\n  - do: What makes it safe\n"
        }
        Kind::Procedure => "steps:\n  before:\n    - do: What to do first\n  after:\n    - do: What to do then\n",
    };
    keys.to_owned()
}

/// What the database knows of an update, in sentences.
fn known(update: &UpdateId, database: &Database) -> Vec<String> {
    let mut lines = match database.updates().get(update) {
        None => vec![format!("{update} is not in the database: no build and no row of updates/ names it")],
        Some(known) => own_facts(update, known),
    };
    let newer = superseded_by(update, database);
    if !newer.is_empty() {
        lines.push(format!("{update} is superseded by {}", newer.join(", ")));
    }
    let named = database.advisories().iter().filter(|advisory| {
        advisory.updates().iter().any(|selector| selector.id == *update) || advisory.fixes().any(|fix| fix == update)
    });
    lines.extend(named.map(|advisory| format!("{update} is named by {}: {}", advisory.id, advisory.title)));
    lines
}

/// What an update brings and replaces, and since when.
fn own_facts(update: &UpdateId, known: &UpdateKnowledge) -> Vec<String> {
    let brings = known.brings.iter().map(|brings| format!("{update} brings {} {}", brings.product, brings.version));
    let mut lines: Vec<String> = brings.collect();
    lines.extend(known.released.map(|released| format!("{update} was released {released}")));
    let supersedes = known.supersedes.iter().map(UpdateId::as_str).collect::<Vec<_>>();
    if !supersedes.is_empty() {
        lines.push(format!("{update} supersedes {}", supersedes.join(", ")));
    }
    lines
}

/// The updates that name it as one that they replace, in order.
fn superseded_by<'d>(update: &UpdateId, database: &'d Database) -> Vec<&'d str> {
    let newer = database.updates().iter().filter(|(_, known)| known.supersedes.contains(update));
    let mut newer: Vec<&str> = newer.map(|(newer, _)| newer.as_str()).collect();
    newer.sort_unstable();
    newer
}
