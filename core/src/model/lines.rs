//! Lines of servicing: the builds of a product that share a branch and, where it has some, a train.

use hashbrown::HashMap;
use std::cmp::Ordering;

use super::id::{ProductId, UpdateId};
use super::pending::Brings;
use super::product::Trains;
use super::version::Version;
use super::version_rules::VersionRules;

/// How the versions of products compare, and which of them are serviced alike.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    /// How the versions compare, by product.
    pub rules: HashMap<ProductId, VersionRules>,
    /// The trains of the products that have some.
    pub trains: HashMap<ProductId, Trains>,
}

impl Lines {
    /// How a product's versions compare; the default for a product that the database does not know.
    pub fn rules(&self, product: &ProductId) -> VersionRules {
        self.rules.get(product).copied().unwrap_or_default()
    }

    /// Whether two versions of a product are serviced alike: of one branch, and of one train where it has some.
    fn are_one(&self, product: &ProductId, one: &Version, two: &Version) -> bool {
        let rules = self.rules(product);
        let is_one_train = self.trains.get(product).is_none_or(|trains| trains.are_one(one, two, rules.scheme));
        one.same_branch(two, rules.branch_parts) && is_one_train
    }

    /// Whether what one update brings contains all that an earlier one brings: a later build in each of its lines, or in some the
    /// same, of products whose updates contain all earlier ones. Of an update for several lines of one product nobody knows which
    /// one a server got.
    pub fn is_later(&self, newer: &[Brings], older: &[Brings]) -> bool {
        let compared: Option<Vec<Ordering>> = older.iter().map(|old| self.compared(newer, old)).collect();
        compared.is_some_and(|all| !all.contains(&Ordering::Less) && all.contains(&Ordering::Greater))
    }

    /// How what an update brings to the line of a build compares with it; none where it says nothing of that.
    fn compared(&self, newer: &[Brings], old: &Brings) -> Option<Ordering> {
        let rules = self.rules(&old.product);
        let of_product = newer.iter().filter(|new| new.product == old.product);
        let is_one_line = of_product.clone().all(|new| self.are_one(&old.product, &new.version, &old.version));
        let mut highest = None;
        for new in of_product.filter(|_| rules.is_cumulative && is_one_line) {
            highest = highest.max(new.version.compare(&old.version, rules.scheme));
        }
        highest
    }

    /// Which of some updates contain which others by their builds, each as (newer, older): the next builds of each suffice,
    /// since these contain the ones before. What the vendor says of two updates counts more than their builds.
    pub fn successions<'u>(&self, updates: impl IntoIterator<Item = Told<'u>>) -> Vec<(&'u UpdateId, &'u UpdateId)> {
        let mut by_product: HashMap<&ProductId, Vec<Entry<'u>>> = HashMap::new();
        for told in updates {
            for brings in told.brings.iter().filter(|brings| self.rules(&brings.product).is_cumulative) {
                by_product.entry(&brings.product).or_default().push((&brings.version, told));
            }
        }
        let mut found = Vec::new();
        for (product, mut entries) in by_product {
            let scheme = self.rules(product).scheme;
            entries.retain(|(version, ..)| version.compare(version, scheme).is_some());
            entries.sort_by(|one, two| {
                one.0.compare(two.0, scheme).unwrap_or(Ordering::Equal).then(one.1.id.cmp(two.1.id))
            });
            let mut above = entries.as_slice();
            while let [older, rest @ ..] = above {
                found.extend(self.next(product, older, rest).map(|newer| (newer, older.1.id)));
                above = rest;
            }
        }
        found
    }

    /// The next builds after an update, of those that are sorted by version.
    fn next<'e, 'u>(
        &'e self,
        product: &'e ProductId,
        older: &'e Entry<'u>,
        above: &'e [Entry<'u>],
    ) -> impl Iterator<Item = &'u UpdateId> + 'e {
        let is_newer = |newer: &&Entry<'u>| {
            self.is_later(newer.1.brings, older.1.brings) && !older.1.supersedes.contains(newer.1.id)
        };
        let scheme = self.rules(product).scheme;
        let mut newer = above.iter().filter(is_newer).peekable();
        let next = newer.peek().map(|entry| entry.0);
        newer
            .take_while(move |entry| next.is_some_and(|next| entry.0.compare(next, scheme) == Some(Ordering::Equal)))
            .map(|entry| entry.1.id)
    }
}

/// What is told of an update.
#[derive(Clone, Copy, Debug)]
pub struct Told<'u> {
    /// The update.
    pub id: &'u UpdateId,
    /// The versions that it brings.
    pub brings: &'u [Brings],
    /// What the vendor says that it replaces.
    pub supersedes: &'u [UpdateId],
}

/// A build, and the update that brings it.
type Entry<'u> = (&'u Version, Told<'u>);
