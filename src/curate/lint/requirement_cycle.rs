//! Prerequisites in a cycle: each update needs another one first, so that none can ever be installed.

use std::collections::BTreeSet;

use super::{At, Check, FoundInFiles, LintRule};
use crate::advisory::{Advisory, Kind, Status};
use crate::condition::claim::Claim;
use crate::condition::{Condition, Parts};
use crate::curate::corpus::Corpus;
use crate::model::id::UpdateId;
use crate::model::key_path::KeyPath;
use crate::model::version::Version;

/// The rule.
pub const RULE: LintRule = LintRule::error(
    "requirement-cycle",
    "a cycle of prerequisites, none of which can ever be met",
    Check::Database(check),
)
.needs_declarations();

fn check(corpus: &Corpus<'_>, found: &mut FoundInFiles) {
    let waiting = waiting(corpus);
    if waiting.is_empty() {
        return;
    }
    for file in corpus.advisories().filter(|file| is_in_force(&file.value)) {
        let Some(requires) = file.value.statement.requires() else { continue };
        let stuck = named(corpus, &file.value).into_iter().find(|update| waiting.contains(update));
        if let Some(update) = stuck
            && !can_hold(corpus, requires, &waiting)
        {
            let message = format!("`{update}` can never be installed: what it requires waits for it in turn");
            found.add(&file.source, At::Path(KeyPath::key("requires")), message, None);
        }
    }
}

fn is_in_force(advisory: &Advisory) -> bool {
    advisory.kind() == Kind::Prerequisite && advisory.status == Status::Active
}

/// The updates that can never be installed: what remains when everything that can be has been.
fn waiting(corpus: &Corpus<'_>) -> BTreeSet<UpdateId> {
    let in_force = corpus.database.advisories().iter().filter(|one| is_in_force(one));
    let asked: Vec<(BTreeSet<UpdateId>, &Condition)> =
        in_force.filter_map(|one| Some((named(corpus, one), one.statement.requires()?))).collect();
    let mut waiting: BTreeSet<UpdateId> = asked.iter().flat_map(|(updates, _)| updates).cloned().collect();
    loop {
        let stuck = asked.iter().filter(|(_, requires)| !can_hold(corpus, requires, &waiting));
        let still: BTreeSet<UpdateId> = stuck.flat_map(|(updates, _)| updates).cloned().collect();
        if still.len() == waiting.len() {
            return waiting;
        }
        waiting = still;
    }
}

/// The updates that an advisory speaks about, by id or by a build that they bring.
fn named(corpus: &Corpus<'_>, advisory: &Advisory) -> BTreeSet<UpdateId> {
    let by_build = advisory.builds().iter().flat_map(|builds| {
        let fits = |version: &Version| corpus.contains(&builds.product, &builds.versions, version);
        let unbuilt = corpus.database.updates().iter().filter(|_| builds.is_every_update());
        let unbuilt = unbuilt.filter(|(_, known)| known.products.contains(&builds.product)).map(|(update, _)| update);
        corpus.bringing(&builds.product, fits).into_iter().chain(unbuilt).cloned()
    });
    advisory.updates().iter().map(|selector| selector.id.clone()).chain(by_build).collect()
}

/// Whether a condition can hold on a server on which the waiting updates are not installed.
fn can_hold(corpus: &Corpus<'_>, condition: &Condition, waiting: &BTreeSet<UpdateId>) -> bool {
    match (condition.parts(), condition.claim()) {
        (Parts::All(parts), _) => parts.iter().all(|part| can_hold(corpus, part, waiting)),
        (Parts::Any(parts), _) => parts.iter().any(|part| can_hold(corpus, part, waiting)),
        (_, Claim::Update(update)) => corpus.catalogue.successors(update).iter().any(|one| !waiting.contains(one)),
        (_, Claim::Product(product, versions)) => {
            let fits = |version: &Version| corpus.contains(product, versions, version);
            let bringing = corpus.bringing(product, fits);
            let is_at_hand = || corpus.unbrought(product).any(fits);
            bringing.is_empty() || bringing.iter().any(|update| !waiting.contains(*update)) || is_at_hand()
        }
        _ => true,
    }
}
