//! What is told of words: each once, with the first server that has it and how many more have.

use std::collections::BTreeMap;

use crate::model::id::ServerName;

/// What was told so far: what stands before and behind the servers, in order.
#[derive(Debug, Default)]
pub struct Told(BTreeMap<(String, String), Servers>);

/// The first of some servers by name, and how many they are.
#[derive(Debug)]
struct Servers {
    first: ServerName,
    /// What is told of the first alone.
    of_first: String,
    count: usize,
}

impl Told {
    /// Tells something of one more server.
    pub fn of(&mut self, server: &ServerName, before: String, behind: String) {
        self.with_more(server, before, behind, String::new());
    }

    /// The same with something that is told of the first of the servers alone.
    pub fn with_more(&mut self, server: &ServerName, before: String, behind: String, of_first: String) {
        let servers = self.0.entry((before, behind));
        let servers = servers.or_insert_with(|| Servers { first: server.clone(), of_first: String::new(), count: 0 });
        servers.count += 1;
        if servers.count == 1 || *server < servers.first {
            servers.first = server.clone();
            servers.of_first = of_first;
        }
    }

    /// The notes.
    pub fn notes(self) -> Vec<String> {
        let note = |((before, behind), Servers { first, of_first, count }): ((String, String), Servers)| {
            let more = if count > 1 { format!(" and {} more", count - 1) } else { String::new() };
            format!("{before} ({first}{more}) {behind}{of_first}")
        };
        self.0.into_iter().map(note).collect()
    }
}
