//! `patchgate advisory test`: the cases of every advisory, and what they do not prove.

use std::sync::Arc;

use clap::Args;
use jiff::Timestamp;
use rayon::prelude::*;

use super::data::{self, Data};
use crate::advisory::Advisory;
use crate::cli::overwrite::Input;
use crate::cli::progress::Progress;
use crate::cli::{Failure, findings};
use crate::curate::cases;
use crate::curate::corpus::Corpus;
use crate::curate::lint::{self, At, Finding};
use crate::curate::mutants;
use crate::diagnostic::{Described, Level};
use crate::document::exit::Exit;
use crate::document::findings::{Checked, Findings};
use crate::input::load::database::WithSource;
use crate::input::text::Text;
use crate::model::id::AdvisoryId;
use crate::model::key_path::KeyPath;
use crate::model::time::Day;
use crate::model::wording::counted;

/// The arguments of `advisory test`.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    data: data::Arguments,
    /// Only this advisory; may be given several times
    #[arg(long, value_name = "ID", value_parser = AdvisoryId::new)]
    only: Vec<AdvisoryId>,
    /// Change each advisory in many small ways, and report the changes that no case notices
    #[arg(long)]
    mutants: bool,
    #[command(flatten)]
    report: findings::Arguments,
}

/// What testing may find.
const RULES: &[Described] = &[
    Described { code: "failing-case", level: Level::Error, about: "a case whose outcome is not what it expects" },
    Described { code: "surviving-mutant", level: Level::Error, about: "a change of the advisory that no case notices" },
    Described { code: "idle-survivor", level: Level::Error, about: "an excuse for a change that a case does notice" },
];

/// Runs the cases and reports those that fail.
///
/// # Errors
/// When the data cannot be read, or there is no case.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    arguments.report.refuse(Input::data(&arguments.data.named()))?;
    let Data { files, database, .. } = arguments.data.load_valid()?;
    let corpus = Corpus::new(&files, &database, Day::of(Timestamp::now()));
    let advisories = arguments.wanted(&corpus)?;
    let count: usize = advisories.iter().map(|file| file.value.cases.len()).sum();
    if count == 0 {
        return Err(Failure::Other(anyhow::anyhow!("nothing to test: no advisory has a case")));
    }
    let (checked, faults) = test(&corpus, &advisories, arguments.mutants);
    let mut scope = format!("{} of {}", counted(count, "case"), counted(advisories.len(), "advisory"));
    if arguments.mutants {
        scope = format!("{scope}, {}", counted(faults, "mutant"));
    }
    arguments.report.write(&Findings { command: "advisory test", scope, rules: RULES.to_vec(), checked })
}

impl Arguments {
    /// The advisories that are to be tested.
    fn wanted<'a>(&self, corpus: &Corpus<'a>) -> Result<Vec<&'a WithSource<Advisory>>, Failure> {
        let is_wanted = |file: &&WithSource<Advisory>| self.only.is_empty() || self.only.contains(&file.value.id);
        let advisories: Vec<&WithSource<Advisory>> = corpus.advisories().filter(is_wanted).collect();
        match self.only.iter().find(|id| !advisories.iter().any(|file| file.value.id == **id)) {
            Some(unknown) => Err(Failure::Other(anyhow::anyhow!("no advisory `{unknown}` in the data that is tested"))),
            None => Ok(advisories),
        }
    }
}

/// What the cases of all advisories say, and how many mutants there were.
fn test(corpus: &Corpus<'_>, advisories: &[&WithSource<Advisory>], has_mutants: bool) -> (Vec<Checked>, usize) {
    let progress = Progress::new("advisories", advisories.len());
    let test_one = |file: &&WithSource<Advisory>| {
        let mut checked = run_cases(corpus, file);
        let (mutants, faults) = if has_mutants { run_mutants(corpus, file) } else { (None, 0) };
        checked.extend(mutants);
        progress.add(1);
        (checked, faults)
    };
    let tested: Vec<(Vec<Checked>, usize)> = advisories.par_iter().map(test_one).collect();
    progress.finish();
    let faults = tested.iter().map(|(_, faults)| faults).sum();
    (tested.into_iter().flat_map(|(checked, _)| checked).collect(), faults)
}

fn run_cases(corpus: &Corpus<'_>, file: &WithSource<Advisory>) -> Vec<Checked> {
    let failures = cases::failures(corpus, &file.value);
    let root = failures.first().and_then(|_| lint::tree(&file.source));
    let cases = file.value.cases.iter().enumerate().map(|(index, case)| {
        let failure = failures.iter().find(|failure| failure.index == index);
        let problems = failure.map(|failure| {
            let at = KeyPath::key("cases").then(index).then("expect");
            let (message, help) = (failure.to_string(), failure.because.clone());
            finding(&file.source, "failing-case", at, message, help).located(root.as_ref(), Level::Error)
        });
        Checked { suite: file.source.path.clone(), name: case.name.clone(), problems: problems.into_iter().collect() }
    });
    cases.collect()
}

/// The mutants that no case noticed, as one more test of the advisory, and how many mutants there were.
fn run_mutants(corpus: &Corpus<'_>, file: &WithSource<Advisory>) -> (Option<Checked>, usize) {
    let trial = mutants::trial(corpus, &file.value);
    let survivors = trial.survivors.into_iter().filter(|mutant| mutant.excuse.is_none()).map(|mutant| {
        let message = format!("no case notices `{}`", mutant.name);
        let help = "add a case that does, or state under `survivors` why none can".to_owned();
        finding(&file.source, "surviving-mutant", mutant.at, message, Some(help))
    });
    let idle = trial.idle_excuses.iter().map(|index| {
        let at = KeyPath::key("survivors").then(index);
        let message = "this survivor does not survive, or there is no such mutant".to_owned();
        finding(&file.source, "idle-survivor", at, message, Some("take it out".to_owned()))
    });
    let found: Vec<Finding> = survivors.chain(idle).collect();
    let root = found.first().and_then(|_| lint::tree(&file.source));
    let problems = found.into_iter().map(|one| one.located(root.as_ref(), Level::Error)).collect();
    (Some(Checked { suite: file.source.path.clone(), name: "mutants".to_owned(), problems }), trial.count)
}

fn finding(source: &Arc<Text>, code: &'static str, at: KeyPath, message: String, help: Option<String>) -> Finding {
    Finding { code, source: source.clone(), at: At::Path(at), message, help }
}
