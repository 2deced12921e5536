//! `patchgate advisory diff`: which verdicts change when the advisory data changes, before the change is merged.

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;

use super::revision::FolderOrRevision;
use crate::cli::overwrite::{self, Input};
use crate::cli::progress::Progress;
use crate::cli::{Failure, inputs, is_usable, output, warn};
use crate::database::Database;
use crate::decide::decide_with_progress;
use crate::diagnostic::Diagnostic;
use crate::document::decision::Document;
use crate::document::difference::Difference;
use crate::document::exit::Exit;
use crate::evaluate::Question;
use crate::history::compare::{Side, compare};
use crate::input::builtin;
use crate::input::load::inventory::Fleet;
use crate::input::load::single::Loaded;
use crate::model::pending::Pending;
use crate::model::time::Moment;
use crate::policy::Policy;
use crate::policy::waivers::Waivers;
use crate::render::Format;

/// Its usage: options that take several values come after the positional arguments.
pub const USAGE: &str = "patchgate advisory diff <OLD> <NEW> -i <INVENTORY>... -p <PENDING>... [OPTIONS]";

/// What the exit codes mean.
pub const EXIT_CODES: &str = "Exit codes:
  0  nothing changes that anybody would act on, or --allow-changes was given
  1  a verdict changes, or something else that is reported with the verdicts
  2  could not compare: wrong usage, invalid input, or no update to decide on either side";

/// The arguments of `advisory diff`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The data before: a folder, or REV or REV:PATH of the current git repository (PATH is `advisories` where that exists)
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The data after: a folder or a git revision
    #[arg(value_name = "NEW")]
    new: PathBuf,
    /// Inventory: YAML, JSON or NDJSON; of several files, the newer collection of a fact wins
    #[arg(short, long, value_name = "INVENTORY", required = true, num_args = 1..)]
    inventory: Vec<PathBuf>,
    /// What the inventory is an export of, when it is not one of patchgate's own
    #[arg(long, value_name = "SOURCE", value_parser = inputs::sources())]
    from: Option<String>,
    /// Pending updates; those of all files are pending together
    #[arg(short, long, value_name = "PENDING", required = true, num_args = 1..)]
    pending: Vec<PathBuf>,
    /// Folder of advisories that is loaded before OLD and before NEW, or `builtin`; may be given several times
    #[arg(short, long, value_name = "ADVISORIES")]
    advisories: Vec<PathBuf>,
    /// Policy, instead of the built-in default
    #[arg(short = 'P', long, value_name = "POLICY")]
    policy: Option<PathBuf>,
    /// Waivers
    #[arg(short, long, value_name = "WAIVERS")]
    waivers: Option<PathBuf>,
    /// The moment of both decisions, such as 2014-01-20T09:00:00Z [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<Moment>,
    /// Let advisories speak that were published later
    #[arg(long)]
    hindsight: bool,
    /// How the difference is written
    #[arg(short, long, value_name = "FORMAT", default_value = "text", value_parser = output::formats::<Difference>())]
    format: &'static Format<Difference>,
    /// Write to a file, as a whole or not at all, instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Exit with 0 even when something changes
    #[arg(long)]
    allow_changes: bool,
}

/// What both sides share.
struct Shared {
    fleet: Fleet,
    pending: Loaded<Pending>,
    policy: Loaded<Policy>,
    waivers: Option<Loaded<Waivers>>,
    at: Timestamp,
}

/// What is read from files, as far as it could be read.
type Read = (Option<[Database; 2]>, Option<Loaded<Pending>>, Option<Loaded<Policy>>, Option<Loaded<Waivers>>);

/// Decides with the old data and with the new, and writes what differs.
///
/// # Errors
/// When the inputs are not valid, when there is nothing to compare, or when the output cannot be written.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    overwrite::refuse(arguments.output.as_deref(), arguments.named())?;
    let data = [FolderOrRevision::find(&arguments.old)?, FolderOrRevision::find(&arguments.new)?];
    let (shared, databases) = arguments.load(&data)?;
    let difference = arguments.compare(&shared, &data, &databases);
    if difference.summary.pairs == 0 {
        // That nothing was compared does not mean that nothing changed.
        return Err(Failure::Other(anyhow::anyhow!(
            "nothing to compare: on neither side does a pending update concern a server of the inventory"
        )));
    }
    output::write(arguments.output.as_deref(), |page, out| (arguments.format.render)(&difference, page, out))?;
    let is_accepted = arguments.allow_changes || difference.is_empty();
    Ok(Exit::of_check(is_accepted))
}

impl Arguments {
    /// All inputs, as they are named; of a git revision nothing can be overwritten.
    fn named(&self) -> impl Iterator<Item = Input<'_>> {
        let sides = [&self.old, &self.new].into_iter().filter(|side| side.is_dir());
        Input::inventories(&self.inventory, self.from.as_deref())
            .chain(Input::files(self.pending.iter().chain(&self.policy).chain(&self.waivers)))
            .chain(Input::data(self.advisories.iter()))
            .chain(sides.map(|side| Input::Data(side)))
    }

    /// Loads everything; all problems of all files are found in one run.
    fn load(&self, data: &[FolderOrRevision; 2]) -> Result<(Shared, [Database; 2]), Failure> {
        let singles = self.policy.iter().chain(&self.waivers);
        inputs::check_stdin(self.inventory.iter().chain(&self.pending).chain(singles))?;
        // The inventory is by far the largest input: the others are read in parallel.
        let ((fleet, mut diagnostics), (read, of_shared)) =
            rayon::join(|| inputs::load_fleet(&self.inventory, self.from.as_deref(), false), || self.load_shared(data));
        diagnostics.extend(of_shared);
        let at = self.at.map_or_else(Timestamp::now, Moment::timestamp);
        if let (_, _, Some(policy), Some(waivers)) = &read {
            diagnostics.extend(inputs::against_limits(waivers, &policy.value, at));
        }
        diagnostics.sort();
        let (Some(fleet), (Some(databases), Some(pending), Some(policy), waivers), true) =
            (fleet, read, is_usable(&diagnostics))
        else {
            return Err(Failure::Invalid { diagnostics, undone: "decided" });
        };
        warn(&diagnostics);
        Ok((Shared { fleet, pending, policy, waivers, at }, databases))
    }

    fn load_shared(&self, data: &[FolderOrRevision; 2]) -> (Read, Vec<Diagnostic>) {
        let mut loader = builtin::loader().inside();
        let [old, new] = data.each_ref().map(|one| one.load(&mut loader, &self.advisories));
        let policy = match &self.policy {
            Some(path) => loader.policy(path),
            None => builtin::policy(&mut loader),
        };
        let pending = loader.pendings(&self.pending);
        let waivers = self.waivers.as_ref().and_then(|path| loader.waivers(path));
        let databases = old.zip(new).map(|(old, new)| [old, new]);
        ((databases, pending, policy, waivers), loader.finish())
    }

    fn compare(&self, shared: &Shared, data: &[FolderOrRevision; 2], databases: &[Database; 2]) -> Difference {
        let [old_data, new_data] = data;
        let [old_database, new_database] = databases;
        let old = decided(shared, self.question(shared, old_database));
        let new = decided(shared, self.question(shared, new_database));
        compare(&side(&self.old, old_data, &old), &side(&self.new, new_data, &new), &shared.fleet.servers)
    }

    fn question<'a>(&self, shared: &'a Shared, database: &'a Database) -> Question<'a> {
        Question {
            database,
            policy: &shared.policy.value,
            waivers: shared.waivers.as_ref().map(|waivers| waivers.value.waivers.as_slice()).unwrap_or_default(),
            pending: &shared.pending.value.updates,
            at: shared.at,
            is_complete: shared.fleet.is_complete,
            hindsight: self.hindsight,
        }
    }
}

/// A question and what was decided.
fn decided<'a>(shared: &Shared, question: Question<'a>) -> (Question<'a>, Document) {
    let Shared { fleet, pending, policy, waivers, .. } = shared;
    let inputs = inputs::describe(fleet, pending, question.database, policy, waivers.as_ref());
    let progress = Progress::new("servers", fleet.servers.len());
    let document = decide_with_progress(question.clone(), &fleet.servers, inputs, &|done| progress.add(done));
    progress.finish();
    (question, document)
}

fn side<'a>(name: &Path, data: &FolderOrRevision, (question, document): &'a (Question<'a>, Document)) -> Side<'a> {
    let name = name.to_string_lossy().into_owned();
    Side { name, commit: data.commit().map(str::to_owned), question: question.clone(), document }
}
