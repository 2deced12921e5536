//! The updates whose installation advisories may ask for.

use std::collections::BTreeSet;

use super::Advisory;
use crate::condition::name::Name;
use crate::model::id::UpdateId;

/// Some updates, and those that advisories name in their conditions, as what silences them, or as what exposes a server.
pub fn asked<'a>(updates: impl Iterator<Item = &'a UpdateId>, advisories: &[&Advisory]) -> BTreeSet<UpdateId> {
    let mut asked: BTreeSet<UpdateId> = updates.cloned().collect();
    for advisory in advisories {
        asked.extend(advisory.fixes().cloned());
        let exposing = advisory.updates().iter().filter(|_| advisory.harms_while_installed());
        asked.extend(exposing.map(|selector| selector.id.clone()));
        advisory.named(&mut |name| {
            if let Name::Update(update) = name {
                asked.insert(update.clone());
            }
        });
    }
    asked
}
