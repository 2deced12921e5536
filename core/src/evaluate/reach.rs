//! Which advisories an installation may concern: those that ask for an update or a version that it changes.

use hashbrown::{HashMap, HashSet};

use crate::advisory::Advisory;
use crate::condition::name::Name;
use crate::model::catalogue::Catalogue;
use crate::model::fact::Fact;
use crate::model::id::{AdvisoryId, ProductId, UpdateId};
use crate::model::pending::{PendingUpdate, Restart};
use crate::model::server::ServerFact;

/// The advisories by what they ask of a server and an installation may change.
#[derive(Debug, Default)]
pub struct Readers<'a> {
    by_update: HashMap<&'a UpdateId, Vec<&'a AdvisoryId>>,
    by_product: HashMap<&'a ProductId, Vec<&'a AdvisoryId>>,
    by_restart: Vec<&'a AdvisoryId>,
}

impl<'a> Readers<'a> {
    /// Indexes advisories.
    pub fn of(advisories: &[&'a Advisory], catalogue: &'a Catalogue) -> Self {
        let mut readers = Self::default();
        for advisory in advisories {
            readers.add(advisory, catalogue);
        }
        readers
    }

    fn add(&mut self, advisory: &'a Advisory, catalogue: &'a Catalogue) {
        let (mut updates, mut products) = (HashSet::new(), HashSet::new());
        updates.extend(advisory.fixes().chain(advisory.updates().iter().map(|selector| &selector.id)));
        products.extend(advisory.affects.iter().map(|affects| &affects.product));
        products.extend(advisory.builds().iter().map(|build| &build.product));
        products.extend(advisory.kinds().iter().map(|kind| &kind.product));
        advisory.named(&mut |name| match name {
            Name::Update(update) => drop(updates.insert(update)),
            Name::Product(product) | Name::Versions(product, _) => drop(products.insert(product)),
            _ => {}
        });
        let newer: HashSet<&UpdateId> = updates.iter().flat_map(|update| catalogue.successors(update)).collect();
        let proves = newer.iter().filter_map(|update| catalogue.update(update)).flat_map(|known| &known.proves);
        products.extend(proves.map(|proof| &proof.product));
        newer.into_iter().for_each(|update| self.by_update.entry(update).or_default().push(&advisory.id));
        products.into_iter().for_each(|product| self.by_product.entry(product).or_default().push(&advisory.id));
        if asks_for_restart(advisory) {
            self.by_restart.push(&advisory.id);
        }
    }

    /// The advisories of which the installation of an update that may raise these products may change the outcome.
    pub fn concerned_by(&self, update: &PendingUpdate, raised: &[&ProductId]) -> HashSet<&'a AdvisoryId> {
        let by_product = raised.iter().filter_map(|product| self.by_product.get(product));
        let by_restart = self.by_restart.iter().filter(|_| update.restart != Some(Restart::Never));
        self.by_update.get(&update.id).into_iter().chain(by_product).flatten().chain(by_restart).copied().collect()
    }
}

fn asks_for_restart(advisory: &Advisory) -> bool {
    let mut asks = false;
    let conditions = advisory.when.iter().chain(advisory.requires());
    conditions.for_each(|condition| {
        let of_restarts = [ServerFact::RebootPending, ServerFact::LastBoot].map(Fact::Server);
        condition.facts(&mut |fact| asks |= of_restarts.contains(&fact));
    });
    asks
}
