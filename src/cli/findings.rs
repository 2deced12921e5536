//! How findings are written: in a format, to standard output or a file.

use std::io;
use std::path::PathBuf;

use clap::Args;

use crate::cli::overwrite::Input;
use crate::cli::{Failure, output, overwrite};
use crate::document::exit::Exit;
use crate::document::findings::Findings;
use crate::render::Format;
use crate::render::findings::text;

/// Where the findings go, and how they are written.
#[derive(Debug, Args)]
#[group(skip)]
pub struct Arguments {
    /// Format of the findings
    #[arg(short, long, value_name = "FORMAT", default_value = "text", value_parser = output::formats::<Findings>())]
    format: &'static Format<Findings>,
    /// Write the findings to a file, as a whole or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Arguments {
    /// Refuses to write the findings over an input of the check.
    ///
    /// # Errors
    /// When the output is one of them.
    pub fn refuse<'a>(&self, inputs: impl IntoIterator<Item = Input<'a>>) -> Result<(), Failure> {
        overwrite::refuse(self.output.as_deref(), inputs)
    }

    /// Writes the findings and returns the exit code.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write(&self, findings: &Findings) -> Result<Exit, Failure> {
        if self.output.is_some() || self.format.name != "text" {
            output::write(self.output.as_deref(), |page, out| (self.format.render)(findings, page, out))?;
        } else {
            // Diagnostics go to standard error, as those of every command do; it may be closed, and the exit code says the same.
            let _ = text::problems(findings, &mut io::stderr().lock());
            output::write(None, |_, out| writeln!(out, "{}", findings.summary()))?;
        }
        Ok(Exit::of_check(findings.is_clean()))
    }
}
