//! Filters: what a caller wants to see of a decision.

use hashbrown::HashSet;

use crate::document::decision::{Batch, Document, Summary, Wait};
use crate::model::id::{ServerName, UpdateId};
use crate::model::name::Folded;
use crate::model::server::Server;
use crate::policy::hold::Glob;

/// What a caller wants to see of a decision: servers, groups and updates; nothing given means everything.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Globs on server names.
    pub servers: Vec<Glob>,
    /// Names of groups.
    pub groups: Vec<String>,
    /// Ids of updates.
    pub updates: Vec<UpdateId>,
}

impl Filter {
    /// Leaves out what was not asked for. Everything was decided before, so that pools, order and groups stay true.
    pub fn apply(&self, document: &mut Document, servers: &[Server]) {
        if self.servers.is_empty() && self.groups.is_empty() && self.updates.is_empty() {
            return;
        }
        let shown: Vec<&Server> = servers.iter().filter(|server| self.shows(server)).collect();
        let names: HashSet<&ServerName> = shown.iter().map(|server| &server.name).collect();
        document.decisions.retain(|one| self.shows_update(&one.update) && names.contains(&one.server));
        if document.decisions.is_empty() {
            let why = "no update is offered to them or for one of their products, or it is installed";
            document
                .notes
                .push(format!("nothing to decide for the servers, groups and updates that were asked for: {why}"));
            document.notes.sort();
        }
        document.batches = named_batches(document);
        let groups = self.groups_of(&shown);
        document.groups.retain(|one| self.shows_update(&one.update) && groups.contains(&Folded::of(&one.group)));
        document.exposed.retain(|one| names.contains(&one.server));
        document.missing.retain(|one| names.contains(&one.server));
        document.unplaced.retain(|update| self.shows_update(update));
        document.summary = Summary::of(&document.decisions, document.exposed.len(), document.unplaced.len());
    }

    fn shows_update(&self, update: &UpdateId) -> bool {
        self.updates.is_empty() || self.updates.contains(update)
    }

    /// The groups of some servers that were asked for, without case.
    fn groups_of(&self, servers: &[&Server]) -> HashSet<Folded> {
        let asked: HashSet<Folded> = self.groups.iter().map(|group| Folded::of(group)).collect();
        let groups = servers.iter().flat_map(|server| server.groups.iter().flatten()).map(|group| Folded::of(group));
        groups.filter(|group| asked.is_empty() || asked.contains(group)).collect()
    }

    fn shows(&self, server: &Server) -> bool {
        let is_named = self.servers.is_empty() || self.servers.iter().any(|glob| glob.matches(server.name.as_str()));
        is_named && (self.groups.is_empty() || self.groups.iter().any(|group| server.is_in_group(group)))
    }
}

/// The batches that the decisions of a document name, with those before them.
fn named_batches(document: &mut Document) -> Vec<Batch> {
    let waits = document.decisions.iter().flat_map(|decision| &decision.after);
    let mut named: HashSet<String> = waits.filter_map(Wait::batch).map(str::to_owned).collect();
    let mut kept = Vec::new();
    // Each stands behind the one before it.
    for batch in std::mem::take(&mut document.batches).into_iter().rev() {
        if named.contains(&batch.id) {
            named.extend(batch.after.clone());
            kept.push(batch);
        }
    }
    kept.reverse();
    kept
}
