//! The inputs that `decide`, `explain` and later commands share: arguments, and how they are loaded.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser};
use jiff::Timestamp;

use super::overwrite::Input;
use super::{Failure, is_usable};
use crate::database::Database;
use crate::diagnostic::Diagnostic;
use crate::document::decision::{CountedInput, Inputs, InventoryInput, PendingInput, PolicyInput};
use crate::evaluate::Question;
use crate::input::builtin;
use crate::input::load::Loader;
use crate::input::load::inventory::Fleet;
use crate::input::load::single::Loaded;
use crate::input::problem::Problem;
use crate::input::source;
use crate::model::pending::Pending;
use crate::model::time::Moment;
use crate::policy::Policy;
use crate::policy::waivers::{Waiver, Waivers};

/// Where the inputs are. A path of `-` is standard input.
#[derive(Debug, Args)]
#[group(skip)]
pub struct Arguments {
    /// Inventory: YAML, JSON or NDJSON; of several files, the newer collection of a fact wins
    #[arg(short, long, value_name = "INVENTORY", required = true, num_args = 1..)]
    pub inventory: Vec<PathBuf>,
    /// What the inventory is an export of, when it is not one of patchgate's own
    #[arg(long, value_name = "SOURCE", value_parser = sources())]
    pub from: Option<String>,
    /// Pending updates
    #[arg(short, long, value_name = "PENDING")]
    pub pending: PathBuf,
    /// Folder of advisories and products, instead of the built-in database; `builtin` is that database itself, so that
    /// `-a builtin -a OURS` is both; may be given several times
    #[arg(short, long, value_name = "ADVISORIES")]
    pub advisories: Vec<PathBuf>,
    /// Policy, instead of the built-in default
    #[arg(short = 'P', long, value_name = "POLICY")]
    pub policy: Option<PathBuf>,
    /// Waivers
    #[arg(short, long, value_name = "WAIVERS")]
    pub waivers: Option<PathBuf>,
    /// The moment of the decision, such as 2014-01-20T09:00:00Z [default: now]
    #[arg(long, value_name = "TIME")]
    pub at: Option<Moment>,
    /// Let advisories speak that were published later
    #[arg(long)]
    pub hindsight: bool,
}

/// The names of the sources that an inventory may be an export of.
pub fn sources() -> PossibleValuesParser {
    PossibleValuesParser::new(source::SOURCES.iter().map(|source| PossibleValue::new(source.name).help(source.about)))
}

/// Everything but the inventory, as far as it could be read.
struct Others {
    pending: Option<Loaded<Pending>>,
    database: Option<Database>,
    policy: Option<Loaded<Policy>>,
    waivers: Option<Loaded<Waivers>>,
}

/// The inputs, loaded and valid.
#[derive(Debug)]
pub struct Loads {
    /// The servers.
    pub fleet: Fleet,
    /// The digests and counts of what was read.
    pub inputs: Inputs,
    /// What is worth a look in what was read, and stops nothing.
    pub warnings: Vec<Diagnostic>,
    /// The decision that the policy is frozen to.
    pub frozen: Option<PathBuf>,
    pending: Pending,
    database: Database,
    policy: Policy,
    waivers: Vec<Waiver>,
    at: Timestamp,
    hindsight: bool,
}

impl Arguments {
    /// All inputs, as they are named.
    pub fn named(&self) -> impl Iterator<Item = Input<'_>> {
        Input::inventories(&self.inventory, self.from.as_deref())
            .chain(Input::files(self.singles()))
            .chain(Input::data(&self.advisories))
    }

    /// The inputs that are one file each.
    fn singles(&self) -> impl Iterator<Item = &PathBuf> {
        [Some(&self.pending), self.policy.as_ref(), self.waivers.as_ref()].into_iter().flatten()
    }

    /// Loads everything; all problems of all files are found in one run.
    ///
    /// # Errors
    /// When an input cannot be read or is not valid.
    pub fn load(&self, with_origins: bool) -> Result<Loads, Failure> {
        check_stdin(self.inventory.iter().chain(self.singles()))?;
        let (mut fleet, mut others, diagnostics) = self.read(with_origins)?;
        if let ([], Some(fleet), Some(pending)) = (self.advisories.as_slice(), &fleet, &others.pending) {
            let about = builtin::database_about(&pending.value.updates, &fleet.servers);
            others.database = Some(about.context("the built-in database cannot be read")?);
        }
        if let (true, Some(fleet), Some(pending)) = (with_origins, &mut fleet, &others.pending) {
            fleet.origins.add_pending(&pending.text.path, pending.root.clone());
        }
        self.complete(fleet, others, diagnostics)
    }

    /// Whatever of the inputs could be read, and what is wrong with them.
    fn read(&self, with_origins: bool) -> anyhow::Result<(Option<Fleet>, Others, Vec<Diagnostic>)> {
        // The inventory is by far the largest input: the others are read beside it.
        let (of_fleet, of_others) =
            rayon::join(|| load_fleet(&self.inventory, self.from.as_deref(), with_origins), || self.load_others());
        let (fleet, mut diagnostics) = of_fleet;
        let (others, more) = of_others?;
        diagnostics.extend(more);
        diagnostics.sort();
        Ok((fleet, others, diagnostics))
    }

    /// The inputs, when all of them are there and valid.
    fn complete(&self, fleet: Option<Fleet>, others: Others, diagnostics: Vec<Diagnostic>) -> Result<Loads, Failure> {
        let Others { pending, database, policy, waivers } = others;
        let at = self.at.map_or_else(Timestamp::now, Moment::timestamp);
        let mut diagnostics = diagnostics;
        if let (Some(policy), Some(waivers)) = (&policy, &waivers) {
            diagnostics.extend(against_limits(waivers, &policy.value, at));
        }
        let (Some(fleet), Some(pending), Some(database), Some(policy), true) =
            (fleet, pending, database, policy, is_usable(&diagnostics))
        else {
            return Err(Failure::Invalid { diagnostics, undone: "decided" });
        };
        tracing::debug!(servers = fleet.servers.len(), updates = pending.value.updates.len(), "inputs loaded");
        Ok(Loads {
            inputs: describe(&fleet, &pending, &database, &policy, waivers.as_ref()),
            fleet,
            warnings: diagnostics,
            frozen: policy.frozen(),
            pending: pending.value,
            database,
            policy: policy.value,
            waivers: waivers.map(|loaded| loaded.value.waivers).unwrap_or_default(),
            at,
            hindsight: self.hindsight,
        })
    }

    fn load_others(&self) -> anyhow::Result<(Others, Vec<Diagnostic>)> {
        let mut loader = builtin::loader();
        let pending = loader.pending(&self.pending);
        // Of the built-in database only what concerns the servers is read, once they are known.
        let database = match self.advisories.as_slice() {
            [] => None,
            folders => loader.database(folders),
        };
        let policy = policy(&mut loader, self.policy.as_deref());
        let waivers = self.waivers.as_ref().and_then(|path| loader.waivers(path));
        Ok((Others { pending, database, policy, waivers }, loader.finish()))
    }
}

/// The database of folders, or the built-in one.
///
/// # Errors
/// When the built-in one cannot be read; what is wrong with folders stays with the loader.
pub fn database(loader: &mut Loader, folders: &[PathBuf]) -> anyhow::Result<Option<Database>> {
    match folders {
        [] => Ok(Some(builtin::database().context("the built-in database cannot be read")?)),
        folders => Ok(loader.database(folders)),
    }
}

/// Loads the servers, from files of patchgate's own or from an export of a source.
pub fn load_fleet(paths: &[PathBuf], from: Option<&str>, with_origins: bool) -> (Option<Fleet>, Vec<Diagnostic>) {
    let mut loader = builtin::loader();
    let fleet = match from.and_then(source::named) {
        Some(source) => loader.foreign_fleet(paths, source.read),
        None => loader.fleet(paths, with_origins),
    };
    (fleet, loader.finish())
}

/// The policy of a file, or the built-in one.
pub fn policy(loader: &mut Loader, path: Option<&Path>) -> Option<Loaded<Policy>> {
    match path {
        Some(path) => loader.policy(path),
        None => builtin::policy(loader),
    }
}

/// The waivers that the policy does not allow: by others, or for longer.
pub fn against_limits(waivers: &Loaded<Waivers>, policy: &Policy, at: Timestamp) -> Vec<Diagnostic> {
    let (limits, Loaded { value, text, root }) = (&policy.waivers, waivers);
    let of_waiver = |(index, waiver): (usize, &Waiver)| {
        let signature = ("waiver-approved-by-other", "approved_by", limits.wrong_signature(waiver));
        let length = ("waiver-too-long", "expires", limits.too_long(waiver, at));
        [signature, length].into_iter().filter_map(move |(code, key, message)| {
            let node = root.follow(["waivers", &index.to_string(), key]);
            Some(*text.diagnostic(Problem::new(code, message?).at(node)))
        })
    };
    value.waivers.iter().enumerate().flat_map(of_waiver).collect()
}

/// Paths in the order given, each once.
pub fn each_once<'a>(paths: impl Iterator<Item = &'a PathBuf>) -> Vec<&'a PathBuf> {
    let mut once: Vec<&PathBuf> = Vec::new();
    for path in paths {
        if !once.contains(&path) {
            once.push(path);
        }
    }
    once
}

/// Standard input can be read once.
///
/// # Errors
/// When it is given for several inputs.
pub fn check_stdin<'a>(paths: impl Iterator<Item = &'a PathBuf>) -> Result<(), Failure> {
    let count = paths.filter(|path| path.as_os_str() == crate::input::text::STDIN).count();
    if count > 1 {
        return Err(Failure::Other(anyhow::anyhow!(
            "`-` (standard input) is given for {count} inputs; it can be only one"
        )));
    }
    Ok(())
}

impl Loads {
    /// The question that the inputs make.
    pub fn question(&self) -> Question<'_> {
        Question {
            database: &self.database,
            policy: &self.policy,
            waivers: &self.waivers,
            pending: &self.pending.updates,
            at: self.at,
            is_complete: self.fleet.is_complete,
            hindsight: self.hindsight,
        }
    }
}

/// The digests and counts of what was read.
pub fn describe(
    fleet: &Fleet,
    pending: &Loaded<Pending>,
    database: &Database,
    policy: &Loaded<Policy>,
    waivers: Option<&Loaded<Waivers>>,
) -> Inputs {
    Inputs {
        inventory: InventoryInput { sha256: fleet.digest.clone(), servers: fleet.servers.len() },
        pending: PendingInput { sha256: pending.text.digest.clone(), updates: pending.value.updates.len() },
        advisories: CountedInput { sha256: database.digest().to_owned(), count: database.listing().ids.len() },
        policy: PolicyInput { sha256: policy.text.digest.clone(), name: policy.value.name.clone() },
        waivers: waivers
            .map(|loaded| CountedInput { sha256: loaded.text.digest.clone(), count: loaded.value.waivers.len() })
            .unwrap_or_default(),
    }
}
