//! Where each fact of a server was written, so that an explanation can point at file and line.

use std::collections::HashMap;

use super::node::{Node, Value};
use crate::model::id::{ServerName, UpdateId};

/// The trees of the servers, by name.
#[derive(Debug, Default)]
pub struct Origins {
    trees: HashMap<String, Vec<(String, Node)>>,
    pending: Option<(String, Node)>,
}

impl Origins {
    /// Keeps the tree of a server in a file.
    pub fn add(&mut self, server: &ServerName, path: &str, node: Node) {
        self.trees.entry(server.folded()).or_default().push((path.to_owned(), node));
    }

    /// Keeps the tree of the pending updates.
    pub fn add_pending(&mut self, path: &str, root: Node) {
        self.pending = Some((path.to_owned(), root));
    }

    /// The place of a fact, as `path:line`; of the fact's list or of the server where the fact itself has none.
    pub fn of(&self, server: &ServerName, fact: &str) -> Option<String> {
        if let Some(update) = fact.strip_prefix("updates.").filter(|rest| rest.contains('.')) {
            let (path, root) = self.pending.as_ref()?;
            let (id, key) = update.rsplit_once('.')?;
            let is_it = |item: &&Node| {
                let written = item.get("id").and_then(Node::text);
                written.and_then(|text| UpdateId::new(text).ok()).is_some_and(|written| written.as_str() == id)
            };
            let node = root.get("updates")?.items().iter().find(is_it)?;
            // A fact that the file leaves out came from the database.
            return Some(format!("{path}:{}", node.get(key)?.place.line));
        }
        let trees = self.trees.get(&server.folded())?;
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
fn locate<'a>(server: &'a Node, fact: &str) -> (&'a Node, usize) {
    let Some((list, rest)) = fact.split_once('.') else {
        return server.get(fact).map_or((server, 0), |node| (node, 1));
    };
    let Some(facts) = server.get(list) else { return (server, 0) };
    match &facts.value {
        Value::List(items) => items.iter().find(|item| is_named(item, rest)).map_or((facts, 1), |item| (item, 2)),
        _ => facts.get(rest).map_or((facts, 1), |node| (node, 2)),
    }
}

/// Whether an entry of a list is the one that the rest of a fact's name means.
fn is_named(item: &Node, rest: &str) -> bool {
    let names = ["product", "id", "name", "port", "thumbprint", "serial", "subject"];
    let mut given = names.iter().filter_map(|key| item.get(key)?.text()).chain(item.text());
    given.any(|name| rest == name || rest.strip_prefix(name).is_some_and(|tail| tail.starts_with('.')))
}
