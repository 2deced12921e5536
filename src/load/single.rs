//! The files that stand for themselves: pending updates, a policy, waivers.

use std::collections::HashMap;
use std::path::Path;

use super::node::Node;
use super::problem::Problem;
use super::{Loader, Source};
use crate::model::pending::Pending;
use crate::policy::waivers::{self, Waivers};
use crate::policy::{self, Policy};

/// A value and the file it was read from.
#[derive(Clone, Debug)]
pub struct Loaded<T> {
    /// The value.
    pub value: T,
    /// SHA-256 of the file.
    pub digest: String,
    /// What the file is called in diagnostics.
    pub path: String,
    /// The tree that the value was read from.
    pub root: Node,
}

impl Loader {
    /// Reads a file of pending updates.
    pub fn pending(&mut self, path: &Path) -> Option<Loaded<Pending>> {
        let source = self.read(path)?;
        let (pending, root) = self.document::<Pending>(&source, "pending")?;
        let mut seen = HashMap::new();
        for (index, update) in pending.updates.iter().enumerate() {
            if let Some(first) = seen.insert(&update.id, index) {
                let node = root.follow(["updates", &index.to_string(), "id"]);
                let line = root.follow(["updates", &first.to_string(), "id"]).place.line;
                let message = format!("duplicate update `{}`, first given in line {line}", update.id);
                self.report(&source.path, &source.text, Problem::new("duplicate-update", message).at(node));
            }
        }
        Some(Loaded { digest: source.digest, value: pending, path: source.path, root })
    }

    /// Reads a policy.
    pub fn policy(&mut self, path: &Path) -> Option<Loaded<Policy>> {
        let source = self.read(path)?;
        self.policy_of(&source)
    }

    /// Reads a policy from a source.
    pub fn policy_of(&mut self, source: &Source) -> Option<Loaded<Policy>> {
        let (value, root) = self.document::<Policy>(source, "policy")?;
        for (path, message) in policy::problems(&value) {
            let node = root.follow(path.iter().map(String::as_str));
            self.report(&source.path, &source.text, Problem::new("bad-value", message).at(node));
        }
        Some(Loaded { value, digest: source.digest.clone(), path: source.path.clone(), root })
    }

    /// Reads waivers.
    pub fn waivers(&mut self, path: &Path) -> Option<Loaded<Waivers>> {
        let source = self.read(path)?;
        self.waivers_of(&source)
    }

    /// Reads waivers from a source.
    pub fn waivers_of(&mut self, source: &Source) -> Option<Loaded<Waivers>> {
        let (value, root) = self.document::<Waivers>(source, "waivers")?;
        for (index, key, message) in waivers::problems(&value) {
            let place = index.to_string();
            let node = root.follow(["waivers", place.as_str()].into_iter().chain(key));
            self.report(&source.path, &source.text, Problem::new("bad-value", message).at(node));
        }
        Some(Loaded { value, digest: source.digest.clone(), path: source.path.clone(), root })
    }
}
