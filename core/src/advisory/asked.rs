//! What advisories may ask of a server: the updates and the products.

use std::collections::BTreeSet;

use super::Advisory;
use crate::condition::name::Name;
use crate::model::id::{ProductId, UpdateId};

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

/// The products that advisories read.
pub fn products_read<'a>(advisories: &[&'a Advisory]) -> BTreeSet<&'a ProductId> {
    let mut read = BTreeSet::new();
    for advisory in advisories {
        read.extend(advisory.affects.iter().map(|affects| &affects.product));
        read.extend(advisory.builds().iter().map(|build| &build.product));
        read.extend(advisory.kinds().iter().map(|kind| &kind.product));
        advisory.named(&mut |name| match name {
            Name::Product(product) | Name::Versions(product, _) => drop(read.insert(product)),
            _ => {}
        });
    }
    read
}
