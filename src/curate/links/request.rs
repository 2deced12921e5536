//! What `patchgate-net` is asked about pages, and what it answers.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{Outcome, Visits};

/// The task's name.
pub const TASK: &str = "links";

/// The pages to ask for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Each of them gets an answer.
    pub pages: Vec<Url>,
    /// A page that was there the last time. It is asked for when no server says anything, and gets an answer then: when the
    /// only page has lost its host, the network is not to blame.
    pub witness: Option<Url>,
    /// How servers are asked.
    pub visits: Visits,
    /// When the check is made.
    pub now: Timestamp,
}

/// What a visit to a page has found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Found {
    /// The page.
    pub page: Url,
    /// What became of it.
    pub outcome: Outcome,
    /// Whether any server answered, whatever it said: then there is a network.
    pub is_answered: bool,
}
