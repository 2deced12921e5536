//! `patchgate advisory lint`: the rules on advisory data.

use std::collections::BTreeMap;

use clap::Args;
use clap::builder::PossibleValuesParser;
use jiff::Timestamp;

use super::data::{self, Data};
use super::report;
use crate::cli::Failure;
use crate::diagnostic::{Diagnostic, Level};
use crate::findings::{Checked, Findings};
use crate::library::Library;
use crate::lint::levels::Levels;
use crate::lint::{self, RULES};
use crate::load::database::Collection;
use crate::model::time::{Day, Moment};

/// The arguments of `advisory lint`.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    data: data::Arguments,
    #[command(flatten)]
    levels: LevelArguments,
    /// The moment for which days are checked [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<Moment>,
    #[command(flatten)]
    report: report::Arguments,
}

/// How grave rules are in this house.
#[derive(Debug, Args)]
#[group(skip)]
pub struct LevelArguments {
    /// Findings of this rule are errors; `all` for every rule
    #[arg(long, value_name = "CODE", value_parser = codes(), hide_possible_values = true)]
    deny: Vec<String>,
    /// Findings of this rule are warnings; `all` for every rule
    #[arg(long, value_name = "CODE", value_parser = codes(), hide_possible_values = true)]
    warn: Vec<String>,
    /// Findings of this rule are not told; `all` for every rule
    #[arg(long, value_name = "CODE", value_parser = codes(), hide_possible_values = true)]
    allow: Vec<String>,
}

fn codes() -> PossibleValuesParser {
    PossibleValuesParser::new(RULES.iter().map(|rule| rule.code).chain(["all"]))
}

impl LevelArguments {
    /// The level of every rule: `all` first, then the single rules; of several the mildest that was asked for.
    fn levels(&self) -> Result<Levels, Failure> {
        let mut levels = Levels::standard();
        let asked = [(&self.deny, Some(Level::Error)), (&self.warn, Some(Level::Warning)), (&self.allow, None)];
        for is_all in [true, false] {
            for (codes, level) in asked {
                for code in codes.iter().filter(|code| (*code == "all") == is_all) {
                    levels.set(code, level).map_err(|error| Failure::Other(error.into()))?;
                }
            }
        }
        Ok(levels)
    }
}

/// Checks the data and tells what was found.
///
/// # Errors
/// When the data cannot be read.
pub fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let levels = arguments.levels.levels()?;
    let Data { files, database, mut diagnostics } = arguments.data.load()?;
    let today = Day::of(arguments.at.map_or_else(Timestamp::now, Moment::timestamp));
    let library = Library::new(&files, &database, today);
    diagnostics.extend(lint::locate(lint::check(&library), &levels));
    arguments.report.tell(&findings(&files, diagnostics))
}

fn findings(files: &Collection, diagnostics: Vec<Diagnostic>) -> Findings {
    let mut by_path: BTreeMap<String, Vec<Diagnostic>> =
        files.paths().map(|path| (path.to_owned(), Vec::new())).collect();
    for diagnostic in diagnostics {
        by_path.entry(diagnostic.path.clone()).or_default().push(diagnostic);
    }
    let checked =
        by_path.into_iter().map(|(path, problems)| Checked { suite: path, name: "lint".to_owned(), problems });
    Findings { command: "advisory lint", scope: scope(files), checked: checked.collect() }
}

/// What was looked at, so that silence is not mistaken for an empty folder.
pub fn scope(files: &Collection) -> String {
    let count = |number: usize, word: &str| {
        (number > 0).then(|| format!("{number} {word}{}", if number == 1 { "" } else { "s" }))
    };
    let advisories = match files.advisories.len() {
        1 => "1 advisory".to_owned(),
        number => format!("{number} advisories"),
    };
    let others = [
        count(files.products.len(), "product"),
        count(files.settings.iter().map(|file| file.value.settings.len()).sum(), "setting"),
        count(files.event_sources.iter().map(|file| file.value.names().count()).sum(), "event source"),
        count(files.tables.iter().map(|file| file.value.len()).sum(), "row"),
        count(files.unread.len(), "file that cannot be read").map(|text| text.replace("reads", "read")),
    ];
    std::iter::once(advisories).chain(others.into_iter().flatten()).collect::<Vec<_>>().join(", ")
}
