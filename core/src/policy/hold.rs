//! Holds: what the gate never approves.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Policy;
use super::servers::Servers;
use crate::model::deadline::Deadline;
use crate::model::fact::{Fact, PendingFact};
use crate::model::id::{ProductId, UpdateId};
use crate::model::name::Folded;
use crate::model::pending::{Classification, PendingUpdate};
use crate::model::server::Server;
use crate::model::text::text;
use crate::model::trace::Trace;
use crate::model::truth::Truth;

/// Updates that the gate never approves, perhaps only on some servers or for some time; all given keys must match.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hold {
    /// This update.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update: Option<UpdateId>,
    /// One of these classifications.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classification: Option<Vec<Classification>>,
    /// A glob on the title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Glob>,
    /// An update of one of these products.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub products: Option<Vec<ProductId>>,
    /// On these servers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub servers: Option<Servers>,
    /// Why, for reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Its end; a day belongs to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Deadline>,
    /// Whether it only tells what it would do.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub trial: bool,
}

impl Hold {
    /// What is held where a policy does not say: what changes a server by more than a fix, or is not finished.
    pub fn default_holds() -> Vec<Self> {
        let classification = Some(vec![Classification::Preview, Classification::Upgrade, Classification::Driver]);
        vec![Self { classification, ..Self::default() }]
    }

    /// Whether no key is given that chooses anything.
    pub fn is_empty(&self) -> bool {
        let Self { update, classification, title, products, servers, reason: _, until: _, trial: _ } = self;
        update.is_none() && classification.is_none() && title.is_none() && products.is_none() && servers.is_none()
    }

    /// Whether it is over at a moment.
    pub fn is_over(&self, at: Timestamp) -> bool {
        self.until.is_some_and(|until| until.timestamp() <= at)
    }

    /// Whether it holds the update on a server; unknown when update or server do not say what the hold asks.
    pub fn matches(&self, update: &PendingUpdate, server: &Server, policy: &Policy, trace: &mut Trace) -> Truth {
        trace.all_of(&[&|trace| self.concerns(update, trace), &|trace| match &self.servers {
            Some(servers) => servers.matches(server, policy, trace),
            None => Truth::True,
        }])
    }

    /// Whether it holds the update, on whatever server.
    pub fn concerns(&self, update: &PendingUpdate, trace: &mut Trace) -> Truth {
        trace.all_of(&[
            &|_| self.update.as_ref().is_none_or(|held| *held == update.id).into(),
            &|trace| self.has_classification(update, trace),
            &|trace| self.has_title(update, trace),
            &|trace| self.has_product(update, trace),
        ])
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

    fn has_product(&self, update: &PendingUpdate, trace: &mut Trace) -> Truth {
        let Some(wanted) = &self.products else { return Truth::True };
        let is_known = update.products.is_some() || update.brings.is_some();
        if !is_known {
            trace.miss(|| Fact::Pending(update.id.clone(), PendingFact::Products));
        }
        is_known.then(|| wanted.iter().any(|product| update.concerns(product))).into()
    }
}

/// As reports call it: its reason, or what it matches; and its end.
impl fmt::Display for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            Some(reason) => f.write_str(reason)?,
            None => f.write_str(&self.matched().join(" and "))?,
        }
        match &self.until {
            Some(until) => write!(f, ", until {until}"),
            None => Ok(()),
        }
    }
}

impl Hold {
    /// What it matches, key by key.
    fn matched(&self) -> Vec<String> {
        let Self { update, classification, title, servers, .. } = self;
        let classes = |classes: &Vec<Classification>| {
            format!("classification {}", alternatives(classes.iter().map(|class| class.word())))
        };
        let products =
            |all: &Vec<ProductId>| format!("an update of {}", alternatives(all.iter().map(ProductId::as_str)));
        let keys = [
            update.as_ref().map(|update| format!("update {update}")),
            classification.as_ref().map(classes),
            title.as_ref().map(|title| format!("title `{title}`")),
            self.products.as_ref().map(products),
            servers.as_ref().map(|servers| format!("servers of {servers}")),
        ];
        keys.into_iter().flatten().collect()
    }
}

fn alternatives<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<Vec<_>>().join(" or ")
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
