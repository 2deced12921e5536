//! Where each fact of a server was written, so that an explanation can point at file and line.

use std::collections::HashMap;

use super::decode::decode;
use super::node::{Node, Value};
use crate::model::fact::Fact;
use crate::model::id::{ServerName, UpdateId};
use crate::model::server::{Server, ServerFact};

/// The trees of the servers, by name.
#[derive(Debug, Default)]
pub struct Origins {
    trees: HashMap<ServerName, Vec<(String, Node)>>,
    pending: Option<(String, Node)>,
}

impl Origins {
    /// Keeps the tree of a server in a file.
    pub fn add(&mut self, server: &ServerName, path: &str, node: Node) {
        self.trees.entry(server.clone()).or_default().push((path.to_owned(), node));
    }

    /// Keeps the tree of the pending updates.
    pub fn add_pending(&mut self, path: &str, root: Node) {
        self.pending = Some((path.to_owned(), root));
    }

    /// The place of a fact, as `path:line`; of the fact's list or of the server where the fact itself has none.
    pub fn of(&self, server: &ServerName, fact: &Fact) -> Option<String> {
        if let Fact::Pending(id, asked) = fact {
            let (path, root) = self.pending.as_ref()?;
            let is_it = |item: &&Node| {
                let written = item.get("id").and_then(Node::text);
                written.and_then(|text| UpdateId::new(text).ok()).is_some_and(|written| written == *id)
            };
            let node = root.get("updates")?.items().iter().find(is_it)?;
            // A fact that the file leaves out came from the database.
            return Some(format!("{path}:{}", node.get(asked.word())?.place.line));
        }
        let trees = self.trees.get(server)?;
        let found = trees.iter().max_by_key(|(_, node)| locate(node, fact).1)?;
        let (node, _) = locate(&found.1, fact);
        match node.place.line {
            // An export of another tool: the file or folder is all that is known.
            0 => Some(found.0.clone()),
            line => Some(format!("{}:{line}", found.0)),
        }
    }
}

/// The deepest node that a fact's name leads to, and how many steps that was.
fn locate<'a>(server: &'a Node, fact: &Fact) -> (&'a Node, usize) {
    let Some((list, name)) = fact.in_server() else { return (server, 0) };
    let Some(facts) = server.get(list.word()) else { return (server, 0) };
    let Some(name) = name else { return (facts, 1) };
    let entry = match &facts.value {
        Value::List(items) => place_in(server, list, name).and_then(|place| items.get(place)),
        _ => facts.get(name),
    };
    entry.map_or((facts, 1), |entry| (entry, 2))
}

/// The place of an entry in a list of a server, by its name.
fn place_in(server: &Node, list: ServerFact, name: &str) -> Option<usize> {
    let (server, _) = decode::<Server>(server);
    server?.names(list).iter().position(|one| one.as_deref() == Some(name))
}
