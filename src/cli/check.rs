//! What `policy check` and `waiver check` share: files of the organisation that rules check against a fleet.

use clap::Args;
use jiff::Timestamp;

use super::levels::Rules;
use super::overwrite::Input;
use super::{Failure, findings, fleet, levels};
use crate::curate::lint::{Finding, locate};
use crate::document::exit::Exit;
use crate::document::findings::{Checked, Findings};
use crate::model::time::Moment;

/// The arguments of every such check.
#[derive(Debug, Args)]
#[group(skip)]
pub struct Arguments<R: Rules> {
    #[command(flatten)]
    against: fleet::Arguments,
    #[command(flatten)]
    levels: levels::Arguments<R>,
    /// The moment for which it is checked, such as 2014-01-20T09:00:00Z [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<Moment>,
    #[command(flatten)]
    report: findings::Arguments,
}

impl<R: Rules> Arguments<R> {
    /// The fleet that it is checked against.
    pub fn against(&self) -> &fleet::Arguments {
        &self.against
    }

    /// The moment for which it is checked.
    pub fn at(&self) -> Timestamp {
        self.at.map_or_else(Timestamp::now, Moment::timestamp)
    }

    /// Refuses to write the findings over an input of the check.
    ///
    /// # Errors
    /// When the output is one of them.
    pub fn refuse<'a>(&self, inputs: impl IntoIterator<Item = Input<'a>>) -> Result<(), Failure> {
        self.report.refuse(inputs)
    }

    /// Writes what was found, at the levels that were asked for, and returns the exit code.
    ///
    /// # Errors
    /// When a level is given for a rule that does not exist, or the findings cannot be written.
    pub fn report<'a>(
        &self,
        command: &'static str,
        scope: String,
        paths: impl Iterator<Item = &'a str>,
        findings: Vec<Finding>,
    ) -> Result<Exit, Failure> {
        let located = locate(findings, &self.levels.levels()?);
        let checked = Checked::files(paths, "check", located);
        self.report.write(&Findings { command, scope, rules: R::rules(), checked })
    }
}
