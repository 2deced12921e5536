//! `patchgate completions`: a script that completes the arguments in a shell.

use clap::Args;
use clap_complete::Shell;

use super::{Failure, command, output};
use crate::document::exit::Exit;

/// The arguments of `completions`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the script.
///
/// # Errors
/// When the output cannot be written.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command(), "patchgate", &mut script);
    output::write(None, |_, out| out.write_all(&script))?;
    Ok(Exit::Clean)
}
