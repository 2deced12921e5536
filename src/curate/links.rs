//! Whether the pages that addresses name are still there.
//!
//! [`check`] has `patchgate-net` ask each page once, however many fragments of it are named, with `HEAD` and, where that is not answered
//! well, `GET`, of which only the head is read. One request at a time per host, a few in all. What a server does not
//! say is [`Outcome::Unsure`], never [`Outcome::Dead`]; when no server says anything there is no network, and that is
//! one error instead of a finding per address. Answers can be kept in a file, so that the next run asks only for those
//! that are old.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::diagnostic::Diagnostic;
use crate::model::period::Period;
use crate::net::{self, Program};

pub mod cache;
pub mod page;
pub mod request;

mod run;

/// How a check is made.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How servers are asked.
    pub visits: Visits,
    /// Where answers are kept.
    pub cache: Option<PathBuf>,
    /// How long the answer that a page is there is good for; that it is not, at most a day.
    pub keep_for: Period,
    /// When the check is made.
    pub now: Timestamp,
}

/// How servers are asked; the default is what a good guest of other people's servers does.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Visits {
    /// How many requests are under way at once, to different hosts.
    pub at_once: usize,
    /// How long a server may take to answer a request.
    pub timeout: Duration,
    /// How often a page is asked for before its server's silence or trouble is taken for the answer.
    pub attempts: usize,
    /// How long a host in trouble is left alone; twice as long each further time.
    pub first_wait: Duration,
    /// The longest that a host is waited for. One that asks for more patience is not asked any more in this run.
    pub longest_wait: Duration,
    /// What the requests call themselves.
    pub user_agent: String,
    /// Whether the environment and the system may name proxies.
    pub has_proxies: bool,
    /// Whether the machine's own certificate authorities count; a test against servers of this machine needs none.
    pub has_authorities: bool,
}

impl Settings {
    /// The usual settings, for a check that is made now.
    pub fn new(now: Timestamp) -> Self {
        Self { visits: Visits::default(), cache: None, keep_for: Period::days(7), now }
    }
}

impl Default for Visits {
    fn default() -> Self {
        Self {
            at_once: 8,
            timeout: Duration::from_secs(20),
            attempts: 3,
            first_wait: Duration::from_secs(1),
            longest_wait: Duration::from_secs(60),
            user_agent: format!("patchgate/{}", net::VERSION),
            has_proxies: true,
            has_authorities: true,
        }
    }
}

/// What is known of an address, and since when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// What became of the page.
    pub outcome: Outcome,
    /// The moment of the run that asked its server.
    pub checked_at: Timestamp,
}

/// What became of a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Outcome {
    /// It is there.
    Alive,
    /// It is there under another address, and the server says that it stays there.
    Moved {
        /// The other address.
        to: String,
    },
    /// It is gone, or cannot be had over a secure connection.
    Dead {
        /// What the server said: lower case, no final stop.
        why: String,
    },
    /// The server did not say: it was silent, in trouble, or would not let us in.
    Unsure {
        /// What happened instead: lower case, no final stop.
        why: String,
    },
}

impl Outcome {
    /// That it is gone, and why.
    pub fn dead(why: impl Into<String>) -> Self {
        Self::Dead { why: why.into() }
    }

    /// That it is not known, and why.
    pub fn unsure(why: impl Into<String>) -> Self {
        Self::Unsure { why: why.into() }
    }

    /// Whether the page is there.
    pub fn is_alive(&self) -> bool {
        matches!(self, Self::Alive | Self::Moved { .. })
    }
}

/// How far a check has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// How many pages have an answer.
    pub answered: usize,
    /// How many pages are asked for; those with an answer in the cache are not.
    pub asked: usize,
}

/// Why there is no answer at all.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The cache cannot be read; nothing was asked, and the file is as it was.
    #[error("{0}")]
    Cache(Box<Diagnostic>),
    /// The cache cannot be written.
    #[error("cannot write {}: {error}", path.display())]
    Unwritable {
        /// The cache.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// No server said anything.
    #[error("none of {asked} pages could be asked for; is there a network? `{page}`: {why}")]
    NoNetwork {
        /// How many pages were asked for.
        asked: usize,
        /// The first of them.
        page: String,
        /// What happened to it.
        why: String,
    },
    /// What asks the network cannot be had, or cannot do it.
    #[error(transparent)]
    Net(#[from] net::Error),
    /// It was done without an answer to everything.
    #[error("{name} was asked for `{0}` and does not answer", name = net::NAME)]
    Unanswered(Url),
    /// It has an answer to what nobody asked.
    #[error("{name} answers for `{0}`, for which it was not asked", name = net::NAME)]
    Unasked(Url),
}

/// Asks what became of the pages that addresses name; each address has an answer.
///
/// # Errors
/// When the cache cannot be read or written, there is no network, or the program that asks it does not do so to the end;
/// nothing is lost from the cache then.
pub fn check(
    addresses: &BTreeSet<String>,
    settings: &Settings,
    program: &Program,
    progress: &mut dyn FnMut(Progress),
) -> Result<BTreeMap<String, Answer>, Error> {
    let mut known = cache::Cache::read(settings.cache.as_deref())?;
    let pages: BTreeMap<&String, Result<_, Outcome>> =
        addresses.iter().map(|address| (address, page::of(address))).collect();
    let wanted: BTreeSet<_> = pages.values().filter_map(|page| page.as_ref().ok()).cloned().collect();
    run::renew(&mut known, &wanted, settings, program, progress)?;
    let answer = |page: Result<Url, Outcome>| match page {
        Ok(page) => known.get(&page).cloned().unwrap_or_else(|| not_asked(settings.now)),
        Err(outcome) => Answer { outcome, checked_at: settings.now },
    };
    Ok(pages.into_iter().map(|(address, page)| (address.clone(), answer(page))).collect())
}

fn not_asked(now: Timestamp) -> Answer {
    Answer { outcome: Outcome::unsure("not asked"), checked_at: now }
}
