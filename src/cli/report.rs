//! How findings are told: in a format, to standard output or a file.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser};

use crate::cli::{CLEAN, FOUND, Failure, output};
use crate::findings::{self, FORMATS, Findings};

/// Where and how.
#[derive(Debug, Args)]
#[group(skip)]
pub struct Arguments {
    /// Format of the findings
    #[arg(short, long, value_name = "FORMAT", default_value = "text", value_parser = formats())]
    format: String,
    /// Write the findings to a file, as a whole or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

fn formats() -> PossibleValuesParser {
    PossibleValuesParser::new(FORMATS.iter().map(|format| PossibleValue::new(format.name).help(format.about)))
}

impl Arguments {
    /// Tells the findings and gives the exit code.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn tell(&self, findings: &Findings) -> Result<u8, Failure> {
        match findings::format(&self.format) {
            Some(format) if self.output.is_some() || format.name != "text" => {
                output::write(self.output.as_deref(), |_, out| (format.render)(findings, out))?;
            }
            // Diagnostics go to standard error, as those of every command.
            _ => {
                tell_problems(findings, &mut io::stderr().lock());
                output::write(None, |_, out| writeln!(out, "{}", findings.summary()))?;
            }
        }
        Ok(if findings.is_clean() { CLEAN } else { FOUND })
    }
}

fn tell_problems(findings: &Findings, out: &mut dyn Write) {
    // Standard error may be closed; the exit code says the same.
    let _ = findings::text::problems(findings, out);
}
