//! What a caller asks to see and nothing is called: probably misspelt.

use std::collections::BTreeSet;

use super::Filter;
use crate::diagnostic::nearest;
use crate::model::name::{Folded, is_same};
use crate::model::pending::PendingUpdate;
use crate::model::server::Server;
use crate::policy::hold::Glob;

impl Filter {
    /// The same with full names for short ones that mean one server.
    #[must_use]
    pub fn with_full_names(mut self, servers: &[Server]) -> Self {
        for glob in &mut self.servers {
            let has_label = |server: &&Server| {
                server.name.as_str().split_once('.').is_some_and(|(label, _)| is_same(label, glob.pattern()))
            };
            let mut meant = servers.iter().filter(has_label);
            let is_name = servers.iter().any(|server| glob.matches(server.name.as_str()));
            if let (false, Some(one), None) = (is_name, meant.next(), meant.next()) {
                *glob = one.name.as_str().parse().unwrap_or_else(|_| glob.clone());
            }
        }
        self
    }

    /// The words of this filter that match nothing, each in a sentence with the nearest that there is.
    pub fn unmatched(&self, servers: &[Server], pending: &[PendingUpdate]) -> Vec<String> {
        let names = || servers.iter().map(|server| server.name.as_str());
        let is_unmatched = |glob: &&Glob| !names().any(|name| glob.matches(name));
        let unmatched = self.servers.iter().filter(is_unmatched).map(Glob::pattern);
        let servers_unmatched = unmatched.map(|word| sentence("server", word, nearest(word, names())));
        let groups = self.groups_unmatched(servers, pending);
        let updates = self.updates.iter().filter(|id| !pending.iter().any(|one| one.id == **id)).map(|id| {
            sentence("pending update", id.as_str(), nearest(id.as_str(), pending.iter().map(|one| one.id.as_str())))
        });
        servers_unmatched.chain(groups).chain(updates).collect()
    }

    fn groups_unmatched(&self, servers: &[Server], pending: &[PendingUpdate]) -> Vec<String> {
        if self.groups.is_empty() {
            return Vec::new();
        }
        let of_servers = servers.iter().flat_map(|server| server.groups.iter().flatten());
        let offered = pending.iter().flat_map(|update| update.offered_to.iter().flatten());
        let known: BTreeSet<&str> = of_servers.chain(offered).map(String::as_str).collect();
        let folded: BTreeSet<Folded> = known.iter().map(|group| Folded::of(group)).collect();
        let unmatched = self.groups.iter().filter(|group| !folded.contains(&Folded::of(group)));
        unmatched.map(|group| sentence("group", group, nearest(group, known.iter().copied()))).collect()
    }
}

fn sentence(kind: &str, word: &str, near: Option<&str>) -> String {
    let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    format!("no {kind} is called `{word}`{hint}")
}
