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
    /// Taken back; never speaks.
    Withdrawn,
}

words! { Status { Draft = "draft", Active = "active", Withdrawn = "withdrawn" } }
