//! `patchgate advisory lint`: the rules on advisory data.

use std::path::PathBuf;

use clap::Args;
use clap::builder::RangedU64ValueParser;
use jiff::Timestamp;

use super::data::{self, Data};
use crate::cli::levels::Rules as _;
use crate::cli::overwrite::Input;
use crate::cli::progress::Progress;
use crate::cli::{Failure, findings, levels};
use crate::curate::corpus::Corpus;
use crate::curate::links;
use crate::curate::lint::{self, Finding, RULES, described};
use crate::diagnostic::Described;
use crate::document::exit::Exit;
use crate::document::findings::{Checked, Findings};
use crate::input::load::database::Collection;
use crate::model::period::Period;
use crate::model::time::{Day, Moment};
use crate::model::wording::counted;
use crate::net::Program;

/// The arguments of `advisory lint`.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    data: data::Arguments,
    #[command(flatten)]
    levels: levels::Arguments<Rules>,
    /// The moment for which dates are checked [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<Moment>,
    #[command(flatten)]
    online: OnlineArguments,
    #[command(flatten)]
    report: findings::Arguments,
}

/// Whether and how the network is asked about the references.
#[derive(Debug, Args)]
#[group(skip)]
struct OnlineArguments {
    /// Check over the network whether every page that is named as a source still exists
    #[arg(long)]
    online: bool,
    /// Keep the answers in this file, so that the next run asks only for those that are old
    #[arg(long, value_name = "FILE", requires = "online")]
    cache: Option<PathBuf>,
    /// How many hosts are asked at once; each is asked for one page at a time
    #[arg(long, value_name = "NUMBER", requires = "online", value_parser = RangedU64ValueParser::<usize>::new().range(1..=64))]
    at_once: Option<usize>,
    /// How long an answer in the cache is good: a number and m, h or d [default: 7d]
    #[arg(long, value_name = "TIME", requires = "cache")]
    keep: Option<Period>,
}

impl OnlineArguments {
    /// What the network says about the sources; nothing unless it is to be asked.
    fn ask(&self, corpus: &Corpus<'_>) -> Result<Vec<Finding>, Failure> {
        if !self.online {
            return Ok(Vec::new());
        }
        let program = Program::beside_this_one().map_err(anyhow::Error::from)?;
        let asked = lint::online::asked(corpus);
        let bar = Progress::new("references", asked.len());
        let mut done = 0;
        let answers = links::check(&asked, &self.settings(), &program, &mut |progress| {
            bar.add(progress.answered.saturating_sub(done));
            done = progress.answered;
        });
        bar.finish();
        Ok(lint::online::findings(corpus, &answers.map_err(failure)?))
    }

    fn settings(&self) -> links::Settings {
        // The cache's times are of the world in which the pages are, whatever day is checked.
        let mut settings = links::Settings::new(Timestamp::now());
        settings.cache.clone_from(&self.cache);
        settings.visits.at_once = self.at_once.unwrap_or(settings.visits.at_once);
        settings.keep_for = self.keep.unwrap_or(settings.keep_for);
        settings
    }
}

fn failure(error: links::Error) -> Failure {
    match error {
        links::Error::Cache(problem) => Failure::Invalid { diagnostics: vec![*problem], undone: "checked" },
        error => Failure::Other(error.into()),
    }
}

/// The rules on advisory data.
#[derive(Debug)]
pub struct Rules;

impl levels::Rules for Rules {
    fn rules() -> Vec<Described> {
        let mut rules = described(RULES);
        rules.extend(described(lint::online::RULES));
        rules
    }
}

/// Checks the data and reports what was found.
///
/// # Errors
/// When the data cannot be read.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let levels = arguments.levels.levels()?;
    let folders = arguments.data.named();
    arguments.report.refuse(Input::data(&folders).chain(Input::files(&arguments.online.cache)))?;
    let Data { files, database, mut diagnostics } = arguments.data.load()?;
    let today = Day::of(arguments.at.map_or_else(Timestamp::now, Moment::timestamp));
    let corpus = Corpus::new(&files, &database, today);
    let mut findings = lint::check(&corpus);
    findings.extend(arguments.online.ask(&corpus)?);
    diagnostics.extend(lint::locate(findings, &levels));
    let checked = Checked::files(files.paths(), "lint", diagnostics);
    arguments.report.write(&Findings { command: "advisory lint", scope: scope(&files), rules: Rules::rules(), checked })
}

/// What was checked, so that an empty folder is not mistaken for clean data.
pub fn scope(files: &Collection) -> String {
    let others = [
        (files.products.len(), "product"),
        (files.settings.iter().map(|file| file.value.settings.len()).sum(), "setting"),
        (files.event_sources.iter().map(|file| file.value.names().count()).sum(), "event source"),
        (files.tables.iter().map(|file| file.value.len()).sum(), "row"),
        (files.unread.len(), "unreadable file"),
    ];
    let others = others.into_iter().filter(|(number, _)| *number > 0).map(|(number, noun)| counted(number, noun));
    let all: Vec<String> = [counted(files.advisories.len(), "advisory")].into_iter().chain(others).collect();
    all.join(", ")
}
