//! What the words of servers stand for, before anything is decided: what is not recognised is not absent.
//!
//! Its answer is facts, so that whatever reads a server reads the same: roles under the names that the database declares,
//! products that a word may stand for, settings only with values that they can have.

use std::borrow::Cow;
use std::collections::BTreeMap;

use hashbrown::HashMap;

use super::{Gate, Question};
use crate::database::vocabulary::{Meaning, Role, Vocabulary};
use crate::model::id::ProductId;
use crate::model::server::Server;
use crate::model::setting::Setting;
use crate::policy::own::Own;

mod contradictions;
pub mod offers;
mod products;
mod roles;
mod settings;
mod told;

use told::Told;

impl Gate<'_> {
    /// The servers with what their words stand for, and with what the offers to them say; this gate then knows whom each
    /// offer means.
    pub fn recognise<'s>(&mut self, servers: &'s [Server]) -> Vec<Cow<'s, Server>> {
        let (mut recognised, notes) = Recogniser::of(&self.question).servers(servers);
        self.notes.extend(notes);
        self.offers = offers::Offers::of(&self.candidates, &recognised);
        self.notes.extend(contradictions::settle(self, &mut recognised));
        recognised
    }
}

/// Looks up each word once.
struct Recogniser<'d, 's> {
    vocabulary: Vocabulary<'d>,
    settings: &'d BTreeMap<String, Setting>,
    own: &'d Own,
    roles: HashMap<&'s str, Vec<Role<'d>>>,
    words: HashMap<ProductId, Meaning<'d>>,
    told: Told,
}

impl<'d, 's> Recogniser<'d, 's> {
    fn of(question: &Question<'d>) -> Self {
        let database = question.database;
        Self {
            vocabulary: Vocabulary::of(database.products().values()),
            settings: database.settings(),
            own: &question.policy.own,
            roles: HashMap::new(),
            words: HashMap::new(),
            told: Told::default(),
        }
    }

    fn servers(mut self, servers: &'s [Server]) -> (Vec<Cow<'s, Server>>, Vec<String>) {
        let recognised = servers.iter().map(|server| self.server(server)).collect();
        (recognised, self.told.notes())
    }

    fn server(&mut self, server: &'s Server) -> Cow<'s, Server> {
        let mut recognised = Cow::Borrowed(server);
        self.products(&mut recognised);
        self.roles(server, &mut recognised);
        settings::check(self.settings, server, &mut recognised, &mut self.told);
        recognised
    }
}
