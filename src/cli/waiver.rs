//! `patchgate waiver`: checks on waivers, so that exceptions stay exceptions.

use clap::Subcommand;

use super::Failure;
use crate::document::exit::Exit;

pub mod check;

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check waivers: which have expired or will soon, which name what does not exist, which are unused or too wide for a fleet
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
