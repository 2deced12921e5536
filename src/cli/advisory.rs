//! `patchgate advisory`: work on the advisory data.

use clap::Subcommand;

use super::Failure;
use crate::decision::Exit;

pub mod data;
pub mod diff;

/// What can be done with the advisory data.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show which verdicts change, on which servers and why, when the advisory data changes
    #[command(after_help = diff::EXIT_CODES, override_usage = diff::USAGE)]
    Diff(diff::Arguments),
}

/// Runs a command of the group.
///
/// # Errors
/// When it could not do its work.
pub fn run(command: &Command) -> Result<Exit, Failure> {
    match command {
        Command::Diff(arguments) => diff::run(arguments),
    }
}
