//! `patchgate waiver check`: the rules on waivers.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use jiff::Timestamp;

use crate::cli::check;
use crate::cli::fleet::Given;
use crate::cli::overwrite::Input;
use crate::cli::progress::Progress;
use crate::cli::{Failure, inputs, is_usable, levels, warn};
use crate::curate::lint::selectors::IndexedFleet;
use crate::curate::lint::waivers::usage::{Silenced, silenced};
use crate::curate::lint::waivers::{self, CheckedWaivers, WAIVER_RULES};
use crate::curate::lint::{Finding, described};
use crate::database::Database;
use crate::diagnostic::Described;
use crate::document::exit::Exit;
use crate::evaluate::Question;
use crate::input::builtin;
use crate::input::load::Loader;
use crate::input::load::database::WithSource;
use crate::model::period::Period;
use crate::model::wording::counted;
use crate::policy::Policy;
use crate::policy::waivers::{Waiver, Waivers};

/// The arguments of `waiver check`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Waivers
    #[arg(value_name = "WAIVERS", required_unless_present = "waivers")]
    files: Vec<PathBuf>,
    /// Waivers, named as `decide` names them
    #[arg(short, long, value_name = "WAIVERS")]
    waivers: Vec<PathBuf>,
    /// Policy whose rules and rings they name, instead of the built-in default
    #[arg(short = 'P', long, value_name = "POLICY")]
    policy: Option<PathBuf>,
    /// Folder of advisories and products that they name, instead of the built-in database; `builtin` is that database
    /// itself; may be given several times
    #[arg(short, long, value_name = "ADVISORIES")]
    advisories: Vec<PathBuf>,
    /// Report waivers that expire within this time as well, such as 30d
    #[arg(long, value_name = "PERIOD")]
    within: Option<Period>,
    #[command(flatten)]
    check: check::Arguments<Rules>,
}

/// The rules on waivers.
#[derive(Debug)]
pub struct Rules;

impl levels::Rules for Rules {
    fn rules() -> Vec<Described> {
        described(WAIVER_RULES)
    }
}

/// The inputs, loaded and valid.
struct Loads {
    files: Vec<WithSource<Waivers>>,
    policy: Policy,
    database: Database,
    against: Given,
    at: Timestamp,
}

/// Checks waivers and reports what was found.
///
/// # Errors
/// When something cannot be read or is not valid, or there is no waiver.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let loads = arguments.load()?;
    let number: usize = loads.files.iter().map(|file| file.value.waivers.len()).sum();
    if number == 0 {
        return Err(Failure::Other(anyhow::anyhow!("nothing to check: there is no waiver")));
    }
    let paths = loads.files.iter().map(|file| file.source.path.as_str());
    arguments.check.report("waiver check", loads.scope(number), paths, loads.findings(arguments.within))
}

impl Arguments {
    /// Refuses standard input for several inputs, and output into one of them.
    fn check_paths(&self, files: &[&PathBuf]) -> Result<(), Failure> {
        let (files, against) = (files.iter().copied().chain(&self.policy), self.check.against());
        inputs::check_stdin(files.clone().chain(against.paths()))?;
        self.check.refuse(Input::files(files).chain(Input::data(&self.advisories)).chain(against.named()))
    }

    fn load(&self) -> Result<Loads, Failure> {
        let paths = inputs::each_once(self.files.iter().chain(&self.waivers));
        self.check_paths(&paths)?;
        let mut loader = builtin::loader();
        let files = paths.iter().filter_map(|path| read(&mut loader, path)).collect();
        let policy = inputs::policy(&mut loader, self.policy.as_deref());
        let database = inputs::database(&mut loader, &self.advisories)?;
        let against = self.check.against().load(&mut loader);
        let diagnostics = loader.finish();
        let (Some(policy), Some(database), true) = (policy, database, is_usable(&diagnostics)) else {
            return Err(Failure::Invalid { diagnostics, undone: "checked" });
        };
        warn(&diagnostics);
        Ok(Loads { files, policy: policy.value, database, against, at: self.check.at() })
    }
}

fn read(loader: &mut Loader, path: &Path) -> Option<WithSource<Waivers>> {
    let source = loader.read(path)?;
    let value = loader.waivers_of(&source)?.value;
    Some(WithSource { value, source: Arc::new(source) })
}

impl Loads {
    fn findings(&self, within: Option<Period>) -> Vec<Finding> {
        let fleet = self.against.servers.as_deref().map(IndexedFleet::new);
        let checked = CheckedWaivers {
            waivers: waivers::located(&self.files),
            policy: &self.policy,
            database: &self.database,
            fleet: fleet.as_ref(),
            silenced: self.silenced(),
            at: self.at,
            within,
        };
        waivers::check(&checked)
    }

    /// What each waiver silences, if that can be known: where nothing is pending, nothing can be silenced.
    fn silenced(&self) -> Option<Vec<Silenced>> {
        let pending = self.against.pending.as_deref().filter(|pending| !pending.is_empty())?;
        let servers = self.against.servers.as_deref()?;
        let waivers: Vec<Waiver> = self.files.iter().flat_map(|file| file.value.waivers.iter().cloned()).collect();
        let question = Question {
            database: &self.database,
            policy: &self.policy,
            waivers: &waivers,
            pending,
            at: self.at,
            is_complete: true,
            hindsight: false,
        };
        let progress = Progress::new("servers", servers.len());
        let silenced = silenced(question, servers, &|done| progress.add(done));
        progress.finish();
        Some(silenced)
    }

    /// What was checked and what was not, so that silence is not mistaken for use.
    fn scope(&self, number: usize) -> String {
        let scope = self.against.scope(counted(number, "waiver"));
        let pending = self.against.pending.as_ref().map(Vec::len);
        match (&self.against.servers, pending) {
            (Some(_), Some(0)) => format!("{scope}; nothing is pending, so only names were checked, not use"),
            (Some(_), Some(_)) => scope,
            (Some(_), None) => format!("{scope}; without -p only names were checked, not use"),
            (None, _) => format!("{scope}; without -i and -p neither the names of servers nor their use were checked"),
        }
    }
}
