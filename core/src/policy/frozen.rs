//! What an earlier decision approved, for a house in which nothing else may go.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::model::id::{ServerName, UpdateId};

/// The pairs that a decision approved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Approved {
    pairs: BTreeMap<ServerName, BTreeSet<UpdateId>>,
}

/// What is read of a decision document, of whatever version; keys that are not known here do not matter.
#[derive(Debug, Deserialize)]
struct Document {
    schema: String,
    decisions: Vec<Decided>,
}

#[derive(Debug, Deserialize)]
struct Decided {
    server: ServerName,
    update: UpdateId,
    verdict: String,
}

impl Approved {
    /// Reads the text of a decision document.
    ///
    /// # Errors
    /// When it is something else.
    pub fn of_document(text: &str) -> Result<Self, String> {
        let document: Document = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if document.schema != "patchgate/decision/v1" {
            return Err(format!("expected schema `patchgate/decision/v1`, found `{}`", document.schema));
        }
        let mut approved = Self::default();
        for Decided { server, update, .. } in document.decisions.into_iter().filter(|one| one.verdict == "approve") {
            approved.pairs.entry(server).or_default().insert(update);
        }
        Ok(approved)
    }

    /// Whether it approved an update on a server.
    pub fn contains(&self, server: &ServerName, update: &UpdateId) -> bool {
        self.pairs.get(server).is_some_and(|updates| updates.contains(update))
    }
}
