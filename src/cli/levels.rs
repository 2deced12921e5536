//! How grave rules are in this house: arguments that every command with rules has.

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
    /// All of them, in the order in which people think of them.
    fn rules() -> Vec<Described>;
}

/// How grave the rules of a command are.
#[derive(Debug, Args)]
#[group(skip)]
pub struct Arguments<R: Rules> {
    /// Findings of this rule are errors; `all` for every rule
    #[arg(long, value_name = "CODE", value_parser = codes::<R>(), hide_possible_values = true)]
    deny: Vec<String>,
    /// Findings of this rule are warnings; `all` for every rule
    #[arg(long, value_name = "CODE", value_parser = codes::<R>(), hide_possible_values = true)]
    warn: Vec<String>,
    /// Findings of this rule are not told; `all` for every rule
    #[arg(long, value_name = "CODE", value_parser = codes::<R>(), hide_possible_values = true)]
    allow: Vec<String>,
    #[arg(skip)]
    rules: PhantomData<R>,
}

fn codes<R: Rules>() -> PossibleValuesParser {
    PossibleValuesParser::new(R::rules().into_iter().map(|rule| rule.code).chain(["all"]))
}

impl<R: Rules> Arguments<R> {
    /// The level of every rule: `all` first, then the single rules; of several the mildest that was asked for.
    ///
    /// # Errors
    /// When a rule is named that there is not.
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
