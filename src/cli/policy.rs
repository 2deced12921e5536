//! `patchgate policy`: checks on a policy before anything is decided by it.

use clap::Subcommand;

use super::Failure;
use crate::document::exit::Exit;

pub mod check;

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check a policy: what can never happen, what does not mean what it says, what matches nothing in a fleet
    #[command(after_help = super::CHECK_EXIT_CODES)]
    Check(check::Arguments),
}

/// Runs a subcommand.
///
/// # Errors
/// When it cannot do its work.
pub fn run(command: &Command) -> Result<Exit, Failure> {
    match command {
        Command::Check(arguments) => check::run(arguments),
    }
}
