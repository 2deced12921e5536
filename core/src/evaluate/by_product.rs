//! Advisories that speak about servers, whatever the update, found by the products that they affect.

use std::collections::BTreeSet;

use hashbrown::HashMap;

use crate::advisory::Advisory;
use crate::model::id::ProductId;

/// Advisories that speak about servers, by the products that they affect.
#[derive(Clone, Debug, Default)]
pub struct ByProduct<'a> {
    everywhere: Vec<&'a Advisory>,
    by_product: HashMap<&'a ProductId, Vec<&'a Advisory>>,
}

impl<'a> ByProduct<'a> {
    /// Indexes advisories.
    pub fn new(advisories: impl Iterator<Item = &'a Advisory>) -> Self {
        let mut index = Self::default();
        for advisory in advisories {
            if advisory.affects.is_empty() {
                index.everywhere.push(advisory);
            }
            let products: BTreeSet<&ProductId> = advisory.affects.iter().map(|affects| &affects.product).collect();
            for product in products {
                index.by_product.entry(product).or_default().push(advisory);
            }
        }
        index
    }

    /// Those that may concern a server with these products, by id; all of them when its products were not collected.
    pub fn of(&self, products: Option<&[&ProductId]>) -> Vec<&'a Advisory> {
        let mut found = self.everywhere.clone();
        match products {
            None => found.extend(self.by_product.values().flatten()),
            Some(products) => {
                found.extend(products.iter().filter_map(|product| self.by_product.get(*product)).flatten());
            }
        }
        found.sort_by(|one, two| one.id.cmp(&two.id));
        found.dedup_by(|one, two| one.id == two.id);
        found
    }
}
