//! The other servers of a pool, a site or the fleet, as conditions about one server count them.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::words::words;

/// Which servers are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Among {
    /// Those of the same pool.
    Pool,
    /// Those of the same site.
    Site,
    /// All.
    Fleet,
}

words! { Among { Pool = "pool", Site = "site", Fleet = "fleet" } }

/// How many servers meet a condition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Number {
    /// So many are known to.
    pub certain: u64,
    /// So many may: those of which it is not known are counted too.
    pub possible: u64,
}

/// How many other servers meet a condition, whatever part is installed of what may come there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// The fewest.
    pub least: Number,
    /// The most.
    pub most: Number,
}

/// What one server's conditions count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Neighbours {
    /// Whether there are no others than those that are known.
    pub is_complete: bool,
    /// By the question, as conditions write it.
    pub counted: Vec<(Arc<str>, Counted)>,
}

impl Neighbours {
    /// The answer to a question, if it was asked.
    pub fn of(&self, question: &str) -> Option<Counted> {
        self.counted.iter().find(|(asked, _)| **asked == *question).map(|(_, counted)| *counted)
    }

    /// Whether what may come to the others changes a number.
    pub fn may_change(&self) -> bool {
        self.counted.iter().any(|(_, counted)| counted.least != counted.most)
    }
}
