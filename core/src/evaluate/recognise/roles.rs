//! Roles: the names that the products declare for what a server says of itself.

use std::borrow::Cow;

use super::Recogniser;
use crate::database::vocabulary::Role;
use crate::model::name::{is_alike, is_among};
use crate::model::server::Server;

impl<'d, 's> Recogniser<'d, 's> {
    /// Gives roles their declared names. Where a word is not known, the server may have any role.
    pub(super) fn roles(&mut self, original: &'s Server, server: &mut Cow<'_, Server>) {
        for (place, word) in original.roles.iter().flatten().enumerate() {
            let roles = self.meant(word, server);
            if !roles.is_empty() {
                rename(server, place, word, &roles);
            } else if !self.is_own_role(word) {
                let hint = self.vocabulary.nearest_role(word).map(|near| format!("; did you mean `{near}`?"));
                let behind = format!("is not known{}", hint.unwrap_or_else(|| ", so that it may be any".to_owned()));
                self.told.of(&server.name, format!("role `{word}`"), behind);
                if !server.perhaps.roles {
                    server.to_mut().perhaps.roles = true;
                }
            }
        }
    }

    /// The roles that a word stands for: those of the server's own products, where these know it.
    fn meant(&mut self, word: &'s str, server: &Server) -> Vec<&'d str> {
        let all = self.roles.entry(word).or_insert_with(|| self.vocabulary.roles(word).to_vec());
        let is_there = |(_, product): &&Role<'d>| server.products.iter().flatten().any(|one| one.product == **product);
        let own: Vec<&str> = all.iter().filter(is_there).map(|(role, _)| *role).collect();
        let mut roles = if own.is_empty() { all.iter().map(|(role, _)| *role).collect() } else { own };
        roles.sort_unstable();
        roles.dedup();
        roles
    }

    fn is_own_role(&self, word: &str) -> bool {
        self.own.roles.iter().any(|own| is_alike(own, word))
    }
}

/// Puts the declared name for a role that is only written in another way, and beside a word that is an alias: the policy may
/// use the alias too.
fn rename(server: &mut Cow<'_, Server>, place: usize, word: &str, roles: &[&str]) {
    for role in roles {
        let has = |server: &Server| is_among(role, server.roles.iter().flatten());
        if has(server) {
            continue;
        }
        let all = server.to_mut().roles.get_or_insert_default();
        match all.get_mut(place).filter(|_| is_alike(word, role)) {
            Some(written) => *written = (*role).to_owned(),
            None => all.push((*role).to_owned()),
        }
    }
}
