//! The files that stand for themselves: pending updates, a policy, waivers.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::node::Node;
use super::{Loader, digest_of_all};
use crate::input::problem::Problem;
use crate::input::text::Text;
use crate::model::id::UpdateId;
use crate::model::pending::{Pending, PendingUpdate};
use crate::policy::Policy;
use crate::policy::waivers::Waivers;
use crate::policy::waivers::file::WaiversFile;

/// A value and the file it was read from.
#[derive(Clone, Debug)]
pub struct Loaded<T> {
    /// The value.
    pub value: T,
    /// The file.
    pub text: Text,
    /// The tree that the value was read from.
    pub root: Node,
}

impl Loader {
    /// Reads a file of pending updates.
    pub fn pending(&mut self, path: &Path) -> Option<Loaded<Pending>> {
        let source = self.read(path)?;
        self.pending_of(&source)
    }

    /// Reads pending updates from a source.
    pub fn pending_of(&mut self, source: &Text) -> Option<Loaded<Pending>> {
        let (pending, root) = self.document::<Pending>(source, "pending")?;
        let mut seen = HashMap::new();
        for (index, update) in pending.updates.iter().enumerate() {
            if let Some(first) = seen.insert(&update.id, index) {
                let node = root.follow(["updates", &index.to_string(), "id"]);
                let line = root.follow(["updates", &first.to_string(), "id"]).place.line;
                let message = format!("duplicate update `{}`, first given in line {line}", update.id);
                self.report(source, Problem::new("duplicate-update", message).at(node));
            }
        }
        Some(Loaded { value: pending, text: source.clone(), root })
    }

    /// Reads several files of pending updates as one: all of them are pending at once. An update may be in several
    /// files when they say the same of it. Path and tree are those of the first file.
    pub fn pendings(&mut self, paths: &[PathBuf]) -> Option<Loaded<Pending>> {
        let files: Vec<Option<Loaded<Pending>>> = paths.iter().map(|path| self.pending(path)).collect();
        let files: Vec<Loaded<Pending>> = files.into_iter().collect::<Option<_>>()?;
        let digest = digest_of_all(files.iter().map(|file| file.text.digest.as_str()));
        let mut seen: HashMap<UpdateId, (serde_json::Value, String)> = HashMap::new();
        let mut updates: Vec<PendingUpdate> = Vec::new();
        for file in &files {
            for (index, update) in file.value.updates.iter().enumerate() {
                let content = serde_json::to_value(update).unwrap_or_default();
                match seen.get(&update.id) {
                    None => {
                        seen.insert(update.id.clone(), (content, file.text.path.clone()));
                        updates.push(update.clone());
                    }
                    Some((first, _)) if *first == content => {}
                    Some((_, first)) => {
                        let node = file.root.follow(["updates", &index.to_string(), "id"]);
                        let message = format!("update `{}` is told otherwise in {first}", update.id);
                        self.report(&file.text, Problem::new("duplicate-update", message).at(node));
                    }
                }
            }
        }
        let mut first = files.into_iter().next()?;
        first.text.digest = digest;
        Some(Loaded { value: Pending { updates, ..first.value }, ..first })
    }

    /// Reads a policy.
    pub fn policy(&mut self, path: &Path) -> Option<Loaded<Policy>> {
        let source = self.read(path)?;
        self.policy_of(&source)
    }

    /// Reads a policy from a source.
    pub fn policy_of(&mut self, source: &Text) -> Option<Loaded<Policy>> {
        let (value, root) = self.document::<Policy>(source, "policy")?;
        self.report_flaws(source, &root, value.flaws());
        Some(Loaded { value, text: source.clone(), root })
    }

    /// Reads waivers.
    pub fn waivers(&mut self, path: &Path) -> Option<Loaded<Waivers>> {
        let source = self.read(path)?;
        self.waivers_of(&source)
    }

    /// Reads waivers from a source.
    pub fn waivers_of(&mut self, source: &Text) -> Option<Loaded<Waivers>> {
        let (value, root) = self.checked::<WaiversFile, Waivers>(source, "waivers")?;
        Some(Loaded { value, text: source.clone(), root })
    }
}
