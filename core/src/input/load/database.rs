//! Folders of advisories, products, settings and update tables: as files for those who check them, or joined to a database.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::folder::Contents;
use super::{Loader, digest_of_all};
use crate::advisory::file::AdvisoryFile;
use crate::advisory::{Advisory, Status};
use crate::database::{Database, Parts, UpdateRow};
use crate::diagnostic::{Diagnostic, Level};
use crate::input::problem::Problem;
use crate::input::text::Text;
use crate::model::curated::Curated;
use crate::model::event_source::EventSources;
use crate::model::id::AdvisoryId;
use crate::model::product::Product;
use crate::model::schema::schema;
use crate::model::setting::Settings;

/// The word that stands for the built-in database where a folder may be named.
pub const BUILTIN: &str = "builtin";

/// A value of the database and the file it was read from.
#[derive(Clone, Debug)]
pub struct WithSource<T> {
    /// The value.
    pub value: T,
    /// The file.
    pub source: Arc<Text>,
}

/// A row of an update table and its line.
#[derive(Clone, Debug)]
pub struct Row {
    /// The line in the file, from 1.
    pub line: usize,
    /// What it says.
    pub row: UpdateRow,
}

/// The files of one or several folders, each with what it says; in the order of the folders, then by path.
#[derive(Clone, Debug, Default)]
pub struct Collection {
    /// The products.
    pub products: Vec<WithSource<Product>>,
    /// The declarations of settings.
    pub settings: Vec<WithSource<Settings>>,
    /// The declarations of event sources.
    pub event_sources: Vec<WithSource<EventSources>>,
    /// The statements on how far the curators have come.
    pub curated: Vec<WithSource<Curated>>,
    /// The advisories.
    pub advisories: Vec<WithSource<Advisory>>,
    /// The update tables.
    pub tables: Vec<WithSource<Vec<Row>>>,
    /// The paths of files that could not be read as what they are.
    pub unread: Vec<PathBuf>,
    digests: Vec<String>,
}

/// What one file of a database says.
enum Content {
    Product(Box<Product>),
    Settings(Settings),
    EventSources(EventSources),
    Curated(Curated),
    Advisory(Box<Advisory>),
    Rows(Vec<Row>),
}

/// One file: what it says, if it could be read, and what is wrong with it.
struct Reading {
    path: PathBuf,
    content: Option<(Content, Text)>,
    digest: Option<String>,
    diagnostics: Vec<Diagnostic>,
}

impl Loader {
    /// Reads a database from folders; a later folder may replace an advisory only where it says `overrides`. One of the
    /// folders must hold an advisory: without any, every update would be approved.
    pub fn database(&mut self, folders: &[PathBuf]) -> Option<Database> {
        let collection = self.collection(folders);
        if collection.advisories.is_empty() && !self.has_errors() {
            self.refuse_none(folders);
        }
        self.database_of(collection)
    }

    /// The same from folders that need not hold an advisory.
    pub fn data(&mut self, folders: &[PathBuf]) -> Option<Database> {
        let collection = self.collection(folders);
        self.database_of(collection)
    }

    fn database_of(&mut self, collection: Collection) -> Option<Database> {
        let parts = self.join(vec![collection]);
        (!self.has_errors()).then(|| Database::new(parts))
    }

    fn refuse_none(&mut self, folders: &[PathBuf]) {
        let others: Vec<String> = folders.iter().skip(1).map(|folder| format!("`{}`", self.name(folder))).collect();
        let others = if others.is_empty() { String::new() } else { format!(", nor in {}", others.join(", ")) };
        let message = format!("no advisories here{others}, only what stands beside them: nothing would be held back");
        let help =
            "name the folder that holds the advisories; after `-a builtin` it adds to the built-in ones".to_owned();
        let name = folders.first().map(|folder| self.name(folder)).unwrap_or_default();
        let problem = Problem::new("no-advisories", message).helped(Some(help));
        // A house may declare its products before its first advisory; a folder that is too deep has them in no place.
        if folders.iter().any(|folder| folder.join("products").is_dir()) {
            let diagnostic = Text::new(name, String::new(), String::new()).diagnostic(problem);
            self.keep(Diagnostic { level: Level::Warning, ..*diagnostic });
        } else {
            self.about(&name, problem);
        }
    }

    /// Reads the files of folders, those of one folder all at the same time.
    pub fn collection(&mut self, folders: &[PathBuf]) -> Collection {
        let mut collection = Collection::default();
        for folder in folders {
            match is_builtin(folder) {
                true => self.add_builtin(&mut collection),
                false => self.add_folder(folder, &mut collection),
            }
        }
        collection
    }

    /// Joins collections to what a database is made of, later ones over earlier ones, and refuses ids given twice.
    ///
    /// What a later folder says of a product or setting counts: these are knowledge, not judgement. An advisory is
    /// replaced only by one that says so, and not by a draft.
    pub fn join(&mut self, collections: Vec<Collection>) -> Parts {
        let all = collections.into_iter().fold(Collection::default(), Collection::followed_by);
        self.refuse_duplicates(&all.advisories);
        all.parts()
    }

    fn add_folder(&mut self, folder: &Path, collection: &mut Collection) {
        let contents = match Contents::of(folder, self.links) {
            Ok(contents) => contents,
            Err(error) => {
                return self.whole(&self.name(folder), "unreadable", format!("cannot read the folder: {error}"));
            }
        };
        self.tell_unread(folder, &contents);
        let files = contents.files;
        if files.is_empty() {
            // A wrong path must not approve everything.
            let message =
                "no advisories here: expected PG-*.yaml, products/, settings.yaml or updates/*.csv".to_owned();
            return self.whole(&self.name(folder), "no-advisories", message);
        }
        let (products, settings) = (collection.products.len(), collection.settings.len());
        let readings: Vec<Reading> = files.into_par_iter().map(|file| self.beside().reading(folder, file)).collect();
        for reading in readings {
            collection.digests.extend(reading.digest);
            let has_problems = !reading.diagnostics.is_empty();
            reading.diagnostics.into_iter().for_each(|diagnostic| self.keep(diagnostic));
            match reading.content {
                // What is left of a file that is not valid would only mislead.
                Some((content, source)) if !has_problems => collection.add(content, source),
                _ => collection.unread.push(reading.path),
            }
        }
        let products = collection.products.get(products..).unwrap_or_default().iter();
        self.refuse_twice("product", products.map(|file| (vec!["id"], file.value.id.as_str(), &*file.source)));
        let settings = collection.settings.get(settings..).unwrap_or_default().iter();
        let names =
            settings.flat_map(|file| file.value.settings.keys().map(move |name| (name.as_str(), &*file.source)));
        self.refuse_twice("setting", names.map(|(name, source)| (vec!["settings", name], name, source)));
    }

    /// What is not read must not be taken for read.
    fn tell_unread(&mut self, folder: &Path, contents: &Contents) {
        for link in &contents.outside {
            let message = "a link that leads out of the folder; it is not followed".to_owned();
            let help = "put the file here instead, or name its folder with `-a`".to_owned();
            self.about(&self.name(link), Problem::new("link-outside", message).helped(Some(help)));
        }
        if let Some(problem) = contents.misnamed_files(folder) {
            let text = Text::new(self.name(folder), String::new(), String::new());
            self.keep(Diagnostic { level: Level::Warning, ..*text.diagnostic(problem) });
        }
    }

    /// In one folder nothing is declared twice: which of the two counts would depend on the names of files.
    fn refuse_twice<'a>(&mut self, what: &str, declared: impl Iterator<Item = (Vec<&'a str>, &'a str, &'a Text)>) {
        let mut first: BTreeMap<&str, &Text> = BTreeMap::new();
        let mut again: Vec<(&Text, Vec<&str>, Problem)> = Vec::new();
        for (path, name, source) in declared {
            if let Some(first) = first.get(name) {
                let message = format!("duplicate {what} `{name}`, first given in {}", first.path);
                again.push((source, path, Problem::new("duplicate-declaration", message)));
            } else {
                first.insert(name, source);
            }
        }
        for of_file in again.chunk_by(|one, two| std::ptr::eq(one.0, two.0)) {
            let problems = of_file.iter().map(|(_, path, problem)| (path.iter().copied(), problem.clone()));
            if let [(source, ..), ..] = of_file {
                self.report_at(source, problems);
            }
        }
    }

    fn reading(mut self, folder: &Path, path: PathBuf) -> Reading {
        let source = self.read(&path);
        let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        let digest = source.as_ref().map(|source| digest_of_all([name.as_str(), source.digest.as_str()]));
        let is_table = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
        let content = source.and_then(|source| Some((self.content(&source, is_table)?, source)));
        Reading { path, content, digest, diagnostics: self.finish() }
    }

    fn add_builtin(&mut self, collection: &mut Collection) {
        match self.builtin.map(|read| read()) {
            Some(Ok(parts)) => collection.add_parts(parts),
            Some(Err(error)) => self.whole("<built-in database>", "unreadable", error),
            None => self.whole(BUILTIN, "unreadable", "no database is built in here".to_owned()),
        }
    }

    fn refuse_duplicates(&mut self, advisories: &[WithSource<Advisory>]) {
        let mut first: BTreeMap<&AdvisoryId, &Text> = BTreeMap::new();
        for WithSource { value: advisory, source } in advisories {
            if let Some(replaced) = &advisory.overrides {
                first.remove(replaced);
            }
            if let Some(first) = first.insert(&advisory.id, source) {
                let message = format!("duplicate advisory `{}`, first given in {}", advisory.id, first.path);
                let help = format!("state `overrides: {}` to replace it", advisory.id);
                let problem = Problem::new("duplicate-advisory", message).helped(Some(help));
                self.report_at(source, [(["id"], problem)]);
            }
        }
    }

    fn content(&mut self, source: &Text, is_table: bool) -> Option<Content> {
        if is_table {
            return Some(Content::Rows(self.update_rows(source)));
        }
        let root = self.tree(source)?;
        let kinds = ["advisory", "product", "settings", "event-sources", "coverage"];
        let kind = kinds.iter().find(|kind| root.get("schema").and_then(|node| node.text()) == Some(&schema(kind)));
        match kind {
            Some(&"product") => self.product(source).map(Box::new).map(Content::Product),
            Some(&"settings") => self.document(source, "settings").map(|(settings, _)| Content::Settings(settings)),
            Some(&"event-sources") => {
                self.document(source, "event-sources").map(|(sources, _)| Content::EventSources(sources))
            }
            Some(&"coverage") => self.document(source, "coverage").map(|(curated, _)| Content::Curated(curated)),
            _ => self.advisory(source).map(Box::new).map(Content::Advisory),
        }
    }

    /// Reads a product from a source.
    pub fn product(&mut self, source: &Text) -> Option<Product> {
        let (product, root) = self.document::<Product>(source, "product")?;
        self.report_flaws(source, &root, product.flaws());
        Some(product)
    }

    /// Reads an advisory from a source.
    pub fn advisory(&mut self, source: &Text) -> Option<Advisory> {
        self.checked::<AdvisoryFile, Advisory>(source, "advisory").map(|(advisory, _)| advisory)
    }
}

/// Whether a path is the word for the built-in database; a folder of that name is meant by `./builtin`.
pub fn is_builtin(folder: &Path) -> bool {
    folder.as_os_str() == BUILTIN
}

impl Collection {
    fn add(&mut self, content: Content, source: Text) {
        let source = Arc::new(source);
        match content {
            Content::Product(value) => self.products.push(WithSource { value: *value, source }),
            Content::Settings(value) => self.settings.push(WithSource { value, source }),
            Content::EventSources(value) => self.event_sources.push(WithSource { value, source }),
            Content::Curated(value) => self.curated.push(WithSource { value, source }),
            Content::Advisory(value) => self.advisories.push(WithSource { value: *value, source }),
            Content::Rows(value) => self.tables.push(WithSource { value, source }),
        }
    }

    fn add_parts(&mut self, parts: Parts) {
        let path = "<built-in database>".to_owned();
        let source = Arc::new(Text::new(path, String::new(), parts.digest.clone()));
        self.digests.push(parts.digest);
        let filed = |value| WithSource { value, source: source.clone() };
        self.products.extend(parts.products.into_iter().map(filed));
        let filed = |value| WithSource { value, source: source.clone() };
        self.advisories.extend(parts.advisories.into_iter().map(filed));
        let settings = Settings { schema: schema("settings"), settings: parts.settings };
        self.settings.push(WithSource { value: settings, source: source.clone() });
        let logs = BTreeMap::from([(String::new(), parts.event_sources.into_iter().collect())]);
        let event_sources = EventSources { schema: schema("event-sources"), logs };
        self.event_sources.push(WithSource { value: event_sources, source: source.clone() });
        let curated = Curated { schema: schema("coverage"), families: parts.curated };
        self.curated.push(WithSource { value: curated, source: source.clone() });
        let rows = parts.rows.into_iter().map(|row| Row { line: 0, row }).collect();
        self.tables.push(WithSource { value: rows, source });
    }

    /// The paths of the files, of each kind in order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        let products = self.products.iter().map(|file| &file.source);
        let settings = self.settings.iter().map(|file| &file.source);
        let event_sources = self.event_sources.iter().map(|file| &file.source);
        let curated = self.curated.iter().map(|file| &file.source);
        let advisories = self.advisories.iter().map(|file| &file.source);
        let tables = self.tables.iter().map(|file| &file.source);
        let all = products.chain(settings).chain(event_sources).chain(curated).chain(advisories).chain(tables);
        all.map(|source| source.path.as_str())
    }

    fn followed_by(mut self, mut later: Self) -> Self {
        self.products.append(&mut later.products);
        self.settings.append(&mut later.settings);
        self.event_sources.append(&mut later.event_sources);
        self.curated.append(&mut later.curated);
        self.advisories.append(&mut later.advisories);
        self.tables.append(&mut later.tables);
        self.unread.append(&mut later.unread);
        self.digests.append(&mut later.digests);
        self
    }

    fn parts(self) -> Parts {
        let products: BTreeMap<_, _> = self.products.into_iter().map(|one| (one.value.id.clone(), one.value)).collect();
        let mut advisories: BTreeMap<AdvisoryId, Advisory> = BTreeMap::new();
        let mut replaced = BTreeSet::new();
        for WithSource { value: mut advisory, .. } in self.advisories {
            if let Some(former) = advisory.overrides.clone().filter(|id| advisories.contains_key(id)) {
                let is_draft = advisory.status == Status::Draft;
                let is_own = former == advisory.id;
                if !is_draft && let Some(former) = advisories.remove(&former) {
                    stand_in(&mut advisory, &former);
                }
                replaced.insert(former);
                // A draft never speaks: until it does, what it is to replace has to.
                if is_draft && is_own {
                    continue;
                }
            }
            advisories.insert(advisory.id.clone(), advisory);
        }
        Parts {
            products: products.into_values().collect(),
            settings: self.settings.into_iter().flat_map(|one| one.value.settings).collect(),
            event_sources: self.event_sources.iter().flat_map(|one| one.value.names().map(str::to_owned)).collect(),
            curated: self.curated.into_iter().flat_map(|one| one.value.families).collect(),
            advisories: advisories.into_values().collect(),
            rows: self.tables.into_iter().flat_map(|one| one.value).map(|row| row.row).collect(),
            replaced,
            digest: digest_of_all(self.digests.iter().map(String::as_str)),
        }
    }
}

/// What replaces an advisory speaks from the day on which that one did: between the two days nobody would speak.
fn stand_in(advisory: &mut Advisory, former: &Advisory) {
    if former.published < advisory.published {
        advisory.updated = Some(advisory.last_change());
        advisory.published = former.published;
    }
}
