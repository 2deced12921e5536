//! Holds: what the gate never approves.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::fact::{Fact, PendingFact};
use crate::model::name::Folded;
use crate::model::pending::{Classification, PendingUpdate};
use crate::model::text::text;
use crate::model::trace::Trace;
use crate::model::truth::Truth;

/// Updates that the gate never approves; all given keys must match.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hold {
    /// One of these classifications.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classification: Option<Vec<Classification>>,
    /// A glob on the title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Glob>,
}

impl Hold {
    /// Whether no key is given.
    pub fn is_empty(&self) -> bool {
        self.classification.is_none() && self.title.is_none()
    }

    /// Whether it holds the update; unknown when the update does not say what the hold asks.
    pub fn matches(&self, update: &PendingUpdate, trace: &mut Trace) -> Truth {
        trace.all_of(&[&|trace| self.has_classification(update, trace), &|trace| self.has_title(update, trace)])
    }

    fn has_classification(&self, update: &PendingUpdate, trace: &mut Trace) -> Truth {
        let Some(wanted) = &self.classification else { return Truth::True };
        let found = update.classifications();
        if found.is_none() {
            trace.miss(|| Fact::Pending(update.id.clone(), PendingFact::Classification));
        }
        found.map(|found| found.iter().any(|one| wanted.contains(one))).into()
    }

    fn has_title(&self, update: &PendingUpdate, trace: &mut Trace) -> Truth {
        let Some(glob) = &self.title else { return Truth::True };
        if update.title.is_none() {
            trace.miss(|| Fact::Pending(update.id.clone(), PendingFact::Title));
        }
        update.title.as_ref().map(|title| glob.matches(title)).into()
    }
}

/// A pattern with `*` and `?`, whatever the case.
#[derive(Clone, Debug)]
pub struct Glob {
    written: Box<str>,
    /// Ignores the case of ASCII alone; other letters are folded in it, and in what it is asked about.
    matcher: globset::GlobMatcher,
}

text!(Glob, {"type": "string", "description": "a pattern with * and ?, whatever the case"});

impl Glob {
    /// The pattern, as it was written.
    pub fn pattern(&self) -> &str {
        &self.written
    }

    /// Whether the text as a whole matches.
    pub fn matches(&self, text: &str) -> bool {
        self.matcher.is_match(Folded::of(text).as_str())
    }
}

impl FromStr for Glob {
    type Err = globset::Error;

    fn from_str(text: &str) -> Result<Self, globset::Error> {
        // What is ASCII stays as it is written: in `[Z-a]` case decides what lies between.
        let fold = |c: char| if c.is_ascii() { c.into() } else { c.to_lowercase().collect::<String>() };
        let pattern: String = text.chars().map(fold).collect();
        let glob = globset::GlobBuilder::new(&pattern).case_insensitive(true).literal_separator(false).build()?;
        Ok(Self { written: text.into(), matcher: glob.compile_matcher() })
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.pattern())
    }
}
