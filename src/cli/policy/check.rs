//! `patchgate policy check`: the rules on policies.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use crate::cli::check;
use crate::cli::overwrite::Input;
use crate::cli::{Failure, inputs, is_usable, levels, warn};
use crate::curate::lint::described;
use crate::curate::lint::policy::{self, CheckedPolicy, POLICY_RULES};
use crate::curate::lint::selectors::IndexedFleet;
use crate::diagnostic::Described;
use crate::document::exit::Exit;
use crate::input::builtin;
use crate::input::load::Loader;
use crate::input::load::single::Loaded;
use crate::input::text::Text;
use crate::model::wording::counted;
use crate::policy::Policy;

/// The arguments of `policy check`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Policies
    #[arg(value_name = "POLICY", required_unless_present = "policy")]
    policies: Vec<PathBuf>,
    /// A policy, named as `decide` names it
    #[arg(short = 'P', long, value_name = "POLICY")]
    policy: Vec<PathBuf>,
    /// Folder of advisories and products whose words the policy uses, instead of the built-in database; `builtin` is that
    /// database itself; may be given several times
    #[arg(short, long, value_name = "ADVISORIES")]
    advisories: Vec<PathBuf>,
    #[command(flatten)]
    check: check::Arguments<Rules>,
}

/// The rules on policies.
#[derive(Debug)]
pub struct Rules;

impl levels::Rules for Rules {
    fn rules() -> Vec<Described> {
        described(POLICY_RULES)
    }
}

/// Checks policies and reports what was found.
///
/// # Errors
/// When something cannot be read or is not valid: such a policy could not be checked.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let Arguments { policies, policy, advisories, check } = arguments;
    let paths = inputs::each_once(policies.iter().chain(policy));
    inputs::check_stdin(paths.iter().copied().chain(check.against().paths()))?;
    let inputs = Input::files(paths.iter().copied()).chain(Input::data(advisories)).chain(check.against().named());
    check.refuse(inputs)?;
    let mut loader = builtin::loader();
    let policies: Vec<_> = paths.iter().filter_map(|path| read(&mut loader, path)).collect();
    let database = inputs::database(&mut loader, advisories)?;
    let against = check.against().load(&mut loader);
    let diagnostics = loader.finish();
    let (Some(database), true) = (database, is_usable(&diagnostics)) else {
        return Err(Failure::Invalid { diagnostics, undone: "checked" });
    };
    warn(&diagnostics);
    let (fleet, pending) = (against.servers.as_deref().map(IndexedFleet::new), against.pending.as_deref());
    let findings = policies.iter().flat_map(|(source, Loaded { value: policy, root, .. })| {
        let fleet = fleet.as_ref();
        policy::check(&CheckedPolicy { policy, root, database: &database, fleet, pending, at: check.at() }, source)
    });
    let scope = against.scope(counted(policies.len(), "policy"));
    let paths = policies.iter().map(|(source, _)| source.path.as_str());
    check.report("policy check", scope, paths, findings.collect())
}

fn read(loader: &mut Loader, path: &Path) -> Option<(Arc<Text>, Loaded<Policy>)> {
    let source = loader.read(path)?;
    let policy = loader.policy_of(&source)?;
    Some((Arc::new(source), policy))
}
