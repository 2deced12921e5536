//! `patchgate waiver`: what a house does with its exceptions, so that they stay exceptions.

use clap::Subcommand;

use super::Failure;
use crate::document::exit::Exit;

pub mod check;

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check waivers: what is over or soon will be, what names nothing, and on a given fleet what is unused or too wide
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
