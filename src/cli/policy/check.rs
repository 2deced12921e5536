//! `patchgate policy check`: the rules on policies.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use jiff::Timestamp;

use crate::cli::overwrite::Input;
use crate::cli::{Failure, findings, fleet, inputs, levels};
use crate::curate::lint::policy::{House, POLICY_RULES, check};
use crate::curate::lint::selectors::Fleet;
use crate::curate::lint::{described, locate};
use crate::diagnostic::Described;
use crate::document::exit::Exit;
use crate::document::findings::{Checked, Findings};
use crate::input::builtin;
use crate::input::load::Loader;
use crate::input::load::single::Loaded;
use crate::input::text::Text;
use crate::model::time::Moment;
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
    #[command(flatten)]
    against: fleet::Arguments,
    #[command(flatten)]
    levels: levels::Arguments<Rules>,
    /// The moment for which freezes and windows are checked, such as 2014-01-20T09:00:00Z [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<Moment>,
    #[command(flatten)]
    report: findings::Arguments,
}

/// The rules on policies.
#[derive(Debug)]
pub struct Rules;

impl levels::Rules for Rules {
    fn rules() -> Vec<Described> {
        described(POLICY_RULES)
    }
}

/// Checks policies and tells what was found.
///
/// # Errors
/// When something cannot be read or is not valid: such a policy could not be checked.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let levels = arguments.levels.levels()?;
    let paths = inputs::each_once(arguments.policies.iter().chain(&arguments.policy));
    inputs::check_stdin(paths.iter().copied().chain(arguments.against.paths()))?;
    arguments.report.refuse(Input::files(paths.iter().copied()).chain(arguments.against.named()))?;
    let mut loader = builtin::loader();
    let policies: Vec<_> = paths.iter().filter_map(|path| read(&mut loader, path)).collect();
    let against = arguments.against.load(&mut loader);
    let diagnostics = loader.finish();
    if !diagnostics.is_empty() {
        return Err(Failure::Unchecked(diagnostics));
    }
    let fleet = against.servers.as_deref().map(Fleet::new);
    let at = arguments.at.map_or_else(Timestamp::now, Moment::timestamp);
    let found = policies.iter().flat_map(|(source, policy)| {
        let (fleet, pending) = (fleet.as_ref(), against.pending.as_deref());
        check(&House { policy: &policy.value, root: &policy.root, fleet, pending, at }, source)
    });
    let found = locate(found.collect(), &levels);
    let checked = Checked::files(policies.iter().map(|(source, _)| source.path.as_str()), "check", found);
    let policies = if policies.len() == 1 { "1 policy".to_owned() } else { format!("{} policies", policies.len()) };
    let scope = against.scope(policies);
    arguments.report.tell(&Findings { command: "policy check", scope, rules: described(POLICY_RULES), checked })
}

fn read(loader: &mut Loader, path: &Path) -> Option<(Arc<Text>, Loaded<Policy>)> {
    let source = loader.read(path)?;
    let policy = loader.policy_of(&source)?;
    Some((Arc::new(source), policy))
}
