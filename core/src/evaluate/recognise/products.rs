//! Products: what a word that no product declares may stand for.

use std::borrow::Cow;
use std::collections::BTreeSet;

use hashbrown::HashSet;

use super::Recogniser;
use crate::database::vocabulary::Meaning;
use crate::model::id::ProductId;
use crate::model::server::{InstalledProduct, Server};

/// What the words of a server add to its list.
#[derive(Default)]
struct Added<'d> {
    /// What is there, in an unknown version.
    there: BTreeSet<&'d ProductId>,
    /// What is perhaps there.
    perhaps: BTreeSet<&'d ProductId>,
}

impl<'d> Recogniser<'d, '_> {
    /// Adds what the words of a server for products stand for. Where none of them is an operating system, it may have any.
    pub(super) fn products(&mut self, server: &mut Cow<'_, Server>) {
        let Some(listed) = &server.products else { return };
        let mut added = Added::default();
        let ids: HashSet<&ProductId> = listed.iter().map(|one| &one.product).collect();
        for one in listed {
            self.product(server, &ids, &one.product, &mut added);
        }
        if !ids.into_iter().chain(added.there.iter().copied()).any(|product| self.vocabulary.is_system(product)) {
            self.lacks_system(server, &mut added);
        }
        added.to(server);
    }

    /// Every server has an operating system; one that lists none has an unknown one.
    fn lacks_system(&mut self, server: &Server, added: &mut Added<'d>) {
        let systems = self.vocabulary.systems();
        if !systems.is_empty() {
            added.perhaps.extend(systems);
            let behind = "lists no operating system: it may be any".to_owned();
            self.told.of(&server.name, "a server".to_owned(), behind);
        }
    }

    fn product(&mut self, server: &Server, listed: &HashSet<&ProductId>, word: &ProductId, added: &mut Added<'d>) {
        let behind = match self.meaning(word) {
            Meaning::Declared(_) | Meaning::Own => return,
            Meaning::Nothing => "is not known".to_owned(),
            // A second name of what is listed.
            Meaning::Near(near) if near.len() == 1 && near.iter().all(|id| listed.contains(id)) => {
                format!("is not known; did you mean `{}`, which is listed too?", named(&near))
            }
            Meaning::Near(near) => {
                added.perhaps.extend(near.iter().flat_map(|id| self.vocabulary.family_of(id)));
                match near.as_slice() {
                    [one] => added.there.insert(one),
                    several => {
                        added.perhaps.extend(several);
                        true
                    }
                };
                let counts = if near.len() == 1 { "counts as there" } else { "is perhaps there" };
                format!("is not known; did you mean `{}`? It {counts}, in an unknown version", named(&near))
            }
        };
        self.told.of(&server.name, format!("product `{word}`"), behind);
    }

    fn meaning(&mut self, word: &ProductId) -> Meaning<'d> {
        if let Some(known) = self.words.get(word) {
            return known.clone();
        }
        let meaning = match self.vocabulary.product(word) {
            Meaning::Near(_) | Meaning::Nothing if self.is_own(word) => Meaning::Own,
            meaning => meaning,
        };
        self.words.insert(word.clone(), meaning.clone());
        meaning
    }

    fn is_own(&self, word: &ProductId) -> bool {
        self.own.products.iter().any(|glob| glob.matches(word.as_str()))
    }
}

impl Added<'_> {
    fn to(mut self, server: &mut Cow<'_, Server>) {
        self.perhaps.retain(|id| !self.there.contains(id));
        let is_new = |id: &&ProductId| !server.perhaps.products.contains(*id);
        if self.there.is_empty() && !self.perhaps.iter().any(is_new) {
            return;
        }
        let server = server.to_mut();
        let there = self.there.into_iter().map(|id| InstalledProduct { product: id.clone(), version: None });
        server.products.get_or_insert_default().extend(there);
        server.perhaps.products.extend(self.perhaps.into_iter().cloned());
    }
}

fn named(products: &[&ProductId]) -> String {
    products.iter().map(|id| id.as_str()).collect::<Vec<_>>().join("` or `")
}
