//! The files that stand for themselves: pending updates, a policy, waivers.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::node::Node;
use super::{Loader, digest_of_all};
use crate::diagnostic::{Diagnostic, Level};
use crate::input::problem::Problem;
use crate::input::text::Text;
use crate::model::id::UpdateId;
use crate::model::pending::{Pending, PendingUpdate};
use crate::policy::Policy;
use crate::policy::frozen::Approved;
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

impl Loaded<Policy> {
    /// The file of the decision that a policy is frozen to.
    pub fn frozen(&self) -> Option<PathBuf> {
        self.value.frozen.as_ref().map(|frozen| beside(&self.text, frozen))
    }
}

/// A path that is relative to a file.
fn beside(source: &Text, path: &str) -> PathBuf {
    Path::new(&source.path).parent().unwrap_or(Path::new("")).join(path)
}

impl Loader {
    /// Reads a file of pending updates.
    pub fn pending(&mut self, path: &Path) -> Option<Loaded<Pending>> {
        let source = self.read(path)?;
        self.pending_of(&source)
    }

    /// Reads pending updates from a source.
    pub fn pending_of(&mut self, source: &Text) -> Option<Loaded<Pending>> {
        let (mut pending, root) = self.document::<Pending>(source, "pending")?;
        pending.updates = pending.updates.into_iter().map(PendingUpdate::by_number).collect();
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

    /// Reads a policy from a source, and the decision that it is frozen to.
    pub fn policy_of(&mut self, source: &Text) -> Option<Loaded<Policy>> {
        let (mut value, root) = self.document::<Policy>(source, "policy")?;
        self.report_flaws(source, &root, value.flaws());
        self.tell_old_forms(source, &root);
        let mut text = source.clone();
        if let Some(frozen) = value.frozen.clone() {
            let (approved, digest) = self.approved(source, &root, &frozen).unwrap_or_default();
            value.approved = approved;
            text.digest = digest_of_all([text.digest.as_str(), &digest]);
        }
        Some(Loaded { value, text, root })
    }

    /// What the decision approved that a policy is frozen to, and the digest of its document. Its path is relative to the
    /// policy's file.
    fn approved(&mut self, source: &Text, root: &Node, frozen: &str) -> Option<(Approved, String)> {
        let read = Text::read(&beside(source, frozen), frozen.to_owned()).map_err(|problem| problem.message);
        let approved = read.and_then(|text| Ok((Approved::of_document(&text.text)?, text.digest)));
        approved
            .map_err(|error| {
                let problem = Problem::new("unreadable", format!("cannot read the decision `{frozen}`: {error}"));
                self.report(source, problem.at(root.follow(["frozen"])));
            })
            .ok()
    }

    /// What is still understood, but is no longer how it is written.
    fn tell_old_forms(&mut self, source: &Text, root: &Node) {
        let reported = root.get("effects").and_then(|effects| effects.get("reported"));
        if let Some((node, word)) = reported.and_then(|node| Some((node, node.text()?))) {
            let message = format!("`reported: {word}` is how 0.2 wrote it; it is for all four severities");
            let help = format!("write `reported: {{critical: {word}, high: {word}, medium: {word}, low: {word}}}`");
            let problem = Problem::new("old-form", message).at(node).helped(Some(help));
            self.keep(Diagnostic { level: Level::Warning, ..*source.diagnostic(problem) });
        }
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
