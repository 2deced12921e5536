//! The words of the database for products and roles, and what a word of an inventory stands for.

use std::collections::BTreeSet;

use hashbrown::HashMap;

use super::near::{Words, holds_words};
use crate::model::id::ProductId;
use crate::model::name::is_same;
use crate::model::product::{OPERATING_SYSTEM, Product};
use crate::model::server::Server;

/// A role, and the product that declares it.
pub type Role<'d> = (&'d str, &'d ProductId);

/// The words for products and roles, indexed.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary<'d> {
    products: HashMap<&'d ProductId, &'d Product>,
    families: HashMap<&'d str, Vec<&'d ProductId>>,
    product_words: Words<&'d ProductId>,
    role_words: Words<Role<'d>>,
}

/// What the word of an inventory for a product stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning<'d> {
    /// A declared product.
    Declared(&'d ProductId),
    /// Nothing that is declared, but near one product, or near several alike.
    Near(Vec<&'d ProductId>),
    /// Nothing that is declared.
    Nothing,
    /// A word of the house, which says nothing of what is declared.
    Own,
}

impl<'d> Vocabulary<'d> {
    /// The words of some products.
    pub fn of(products: impl IntoIterator<Item = &'d Product>) -> Self {
        let mut vocabulary = Self::default();
        for product in products {
            vocabulary.learn(product);
        }
        vocabulary
    }

    fn learn(&mut self, product: &'d Product) {
        self.products.insert(&product.id, product);
        if let Some(family) = &product.family {
            self.families.entry(family).or_default().push(&product.id);
        }
        let words = product.aliases.iter().chain([&product.name]).map(String::as_str);
        words.chain([product.id.as_str()]).for_each(|word| self.product_words.add(word, &product.id));
        for role in &product.roles {
            let aliases = product.role_aliases.iter().filter(|(of, _)| is_same(of, role)).flat_map(|(_, words)| words);
            aliases.chain([role]).for_each(|word| self.role_words.add(word, (role, &product.id)));
        }
    }

    /// What a word for a product stands for.
    pub fn product(&self, word: &ProductId) -> Meaning<'d> {
        if let Some((id, _)) = self.products.get_key_value(word) {
            return Meaning::Declared(id);
        }
        let may_be = |id: &&'d ProductId| {
            let not = self.products.get(*id).map(|product| product.not.as_slice()).unwrap_or_default();
            !not.iter().any(|not| holds_words(word.as_str(), not))
        };
        let near = self.product_words.nearest(word.as_str(), may_be);
        if near.is_empty() { Meaning::Nothing } else { Meaning::Near(near) }
    }

    /// The roles that a word stands for.
    pub fn roles(&self, word: &str) -> &[Role<'d>] {
        self.role_words.same(word)
    }

    /// The role nearest to a word that stands for none.
    pub fn nearest_role(&self, word: &str) -> Option<&'d str> {
        self.role_words.nearest(word, |_| true).first().map(|(role, _)| *role)
    }

    /// The products of a product's family.
    pub fn family_of(&self, product: &ProductId) -> &[&'d ProductId] {
        let family = self.products.get(product).and_then(|product| product.family.as_deref());
        family.map(|family| self.of_family(family)).unwrap_or_default()
    }

    /// The declared operating systems.
    pub fn systems(&self) -> &[&'d ProductId] {
        self.of_family(OPERATING_SYSTEM)
    }

    /// Whether a product is an operating system.
    pub fn is_system(&self, product: &ProductId) -> bool {
        self.products.get(product).is_some_and(|product| product.family.as_deref() == Some(OPERATING_SYSTEM))
    }

    fn of_family(&self, family: &str) -> &[&'d ProductId] {
        self.families.get(family).map(Vec::as_slice).unwrap_or_default()
    }

    /// The products that some servers have or may have.
    pub fn products_on(&self, servers: &[Server]) -> BTreeSet<&'d ProductId> {
        let mut words: BTreeSet<&ProductId> = BTreeSet::new();
        let mut found = BTreeSet::new();
        for server in servers {
            let listed = || server.products.iter().flatten().map(|one| &one.product);
            words.extend(listed());
            found.extend(self.unlisted_on(server));
            if !listed().any(|product| self.is_system(product)) {
                found.extend(self.systems());
            }
        }
        for word in words {
            match self.product(word) {
                Meaning::Declared(id) => drop(found.insert(id)),
                Meaning::Near(near) => {
                    found.extend(near.iter().flat_map(|id| self.family_of(id)));
                    found.extend(near);
                }
                Meaning::Nothing | Meaning::Own => {}
            }
        }
        found
    }

    /// The products that a server may have besides those that it lists: what its words may stand for, and what its list does
    /// not cover.
    pub fn unlisted_on(&self, server: &Server) -> BTreeSet<&'d ProductId> {
        if !server.may_have_more_products() {
            return BTreeSet::new();
        }
        let would_list = |product: &&'d Product| server.would_list(&product.id, product.family.as_deref());
        self.products.values().copied().filter(|product| !would_list(product)).map(|product| &product.id).collect()
    }
}
