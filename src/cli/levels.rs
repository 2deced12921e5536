//! How severe the findings of rules are: arguments that every command with rules has.

use std::fmt::Debug;
use std::marker::PhantomData;

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::Failure;
use crate::curate::lint::levels::RuleLevels;
use crate::diagnostic::Described;
use crate::diagnostic::Level;

/// The rules of a command.
pub trait Rules: Debug {
    /// All of them, in the order of the docs.
    fn rules() -> Vec<Described>;
}

/// How severe the findings of a command's rules are.
#[derive(Debug, Args)]
#[group(skip)]
pub struct Arguments<R: Rules> {
    /// Report findings of this rule as errors; `all` for every rule
    #[arg(long, value_name = "CODE", value_parser = codes::<R>(), hide_possible_values = true)]
    deny: Vec<String>,
    /// Report findings of this rule as warnings; `all` for every rule
    #[arg(long, value_name = "CODE", value_parser = codes::<R>(), hide_possible_values = true)]
    warn: Vec<String>,
    /// Suppress findings of this rule; `all` for every rule
    #[arg(long, value_name = "CODE", value_parser = codes::<R>(), hide_possible_values = true)]
    allow: Vec<String>,
    #[arg(skip)]
    rules: PhantomData<R>,
}

fn codes<R: Rules>() -> PossibleValuesParser {
    PossibleValuesParser::new(R::rules().into_iter().map(|rule| rule.code).chain(["all"]))
}

impl<R: Rules> Arguments<R> {
    /// The level of every rule: `all` first, then the single rules; of several the mildest one counts.
    ///
    /// # Errors
    /// When there is no such rule.
    pub fn levels(&self) -> Result<RuleLevels, Failure> {
        let mut levels = RuleLevels::of(&R::rules());
        let asked = [(&self.deny, Some(Level::Error)), (&self.warn, Some(Level::Warning)), (&self.allow, None)];
        for is_all in [true, false] {
            for (codes, level) in asked {
                for code in codes.iter().filter(|code| (*code == "all") == is_all) {
                    levels.set(code, level).map_err(|error| Failure::Other(error.into()))?;
                }
            }
        }
        Ok(levels)
    }
}
