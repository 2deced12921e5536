//! `patchgate advisory lint`: the rules on advisory data.

use clap::Args;
use jiff::Timestamp;

use super::data::{self, Data};
use crate::cli::{Failure, levels, report};
use crate::findings::{Checked, Findings};
use crate::library::Library;
use crate::lint::{self, Described, RULES, described};
use crate::load::database::Collection;
use crate::model::time::{Day, Moment};

/// The arguments of `advisory lint`.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    data: data::Arguments,
    #[command(flatten)]
    levels: levels::Arguments<Rules>,
    /// The moment for which days are checked [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<Moment>,
    #[command(flatten)]
    report: report::Arguments,
}

/// The rules on advisory data.
#[derive(Debug)]
pub struct Rules;

impl levels::Rules for Rules {
    fn rules() -> Vec<Described> {
        described(RULES)
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
    let checked = Checked::files(files.paths(), "lint", diagnostics);
    arguments.report.tell(&Findings {
        command: "advisory lint",
        scope: scope(&files),
        rules: described(RULES),
        checked,
    })
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
