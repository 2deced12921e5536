//! How sure an advisory is, and whether it is in force.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::words::words;

/// How sure the curators are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// By the vendor or by several independent sources.
    #[default]
    Confirmed,
    /// Warns; the policy says whether it may do more.
    Reported,
}

words! { Confidence { Confirmed = "confirmed", Reported = "reported" } }

/// Whether an advisory is in force.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Being written; never speaks.
    Draft,
    /// In force.
    #[default]
    Active,
    /// In force for show: it is told what it would have done.
    Trial,
    /// Taken back; never speaks.
    Withdrawn,
}

words! { Status { Draft = "draft", Active = "active", Trial = "trial", Withdrawn = "withdrawn" } }

/// How long an update that is known to be bad does harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Harm {
    /// As long as it is there: whoever has it is exposed.
    Running,
    /// Only while it is installed: whoever has it has it behind them.
    Installing,
}

words! { Harm { Running = "running", Installing = "installing" } }
