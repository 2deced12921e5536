//! Whether what is known of a server, and of the updates of its products, may be too old.

use std::collections::BTreeSet;

use crate::evaluate::reason::Reason;
use crate::evaluate::{Gate, Question};
use crate::model::rule::Rule;
use crate::model::server::{Server, ServerFact};
use crate::model::time::{Day, start_of};
use crate::model::truth::Truth;
use crate::policy::freshness::is_stale;

impl Gate<'_> {
    /// What of it may be too old: the facts of a server, and how far the curators have come with its products.
    pub(in crate::evaluate) fn stale(&self, server: &Server) -> Vec<Reason> {
        self.stale_advisories(server).into_iter().chain(self.stale_inventory(server)).collect()
    }

    fn told(&self, message: String) -> Reason {
        Reason::of_policy(Rule::Freshness, self.question.policy.freshness.effect(), message)
    }

    /// That the known issues of a family of its products were looked at too long ago, or nobody says when. A server whose
    /// products were not collected may have one of any family.
    fn stale_advisories(&self, server: &Server) -> Option<Reason> {
        let known = self.question.database.products();
        match &server.products {
            Some(own) => {
                let families = own.iter().filter_map(|one| known.get(&one.product)?.family.as_deref());
                stale_families(&self.question, families).map(|message| self.told(message))
            }
            None => {
                let message = stale_database(&self.question)?;
                Some(self.told(message).without(vec![ServerFact::Products.into()]))
            }
        }
    }

    fn stale_inventory(&self, server: &Server) -> Option<Reason> {
        let Question { policy, at, .. } = self.question;
        let limit = policy.freshness.inventory;
        let moments = server.collected.iter().flat_map(|scopes| scopes.moments()).chain(server.collected_at);
        let collected = moments.map(|moment| moment.timestamp()).min();
        match is_stale(collected, limit, at) {
            Truth::False => None,
            Truth::True => {
                let age = whole_days(collected.map_or(0, |moment| at.duration_since(moment).as_hours()));
                let message = format!("facts of this server are {age} old, more than {limit}");
                let value = server.collected_at.map(|moment| moment.to_string()).unwrap_or_default();
                Some(self.told(message).with(ServerFact::CollectedAt.into(), value))
            }
            Truth::Unknown => {
                let message = "the age of this server's facts is not known".to_owned();
                Some(self.told(message).without(vec![ServerFact::CollectedAt.into()]))
            }
        }
    }
}

/// What may be too old in the database, whatever the server.
pub fn stale_database(question: &Question<'_>) -> Option<String> {
    stale_families(question, question.database.products().values().filter_map(|product| product.family.as_deref()))
}

/// Which of some families were looked at too long ago, those first of which nobody says when.
fn stale_families<'f>(question: &Question<'_>, families: impl Iterator<Item = &'f str>) -> Option<String> {
    let limit = question.policy.freshness.advisories;
    let day = |family: &str| question.database.curated().get(family).and_then(|curated| curated.known_issues);
    let is_too_old = |day: Option<Day>| is_stale(day.map(start_of), limit, question.at).is_possible();
    let dated: BTreeSet<(Option<Day>, &str)> = families.map(|family| (day(family), family)).collect();
    let stale: Vec<_> = dated.into_iter().filter(|(day, _)| is_too_old(*day)).collect();
    let (oldest, _) = stale.first()?;
    let of_the_oldest = stale.iter().take_while(|(day, _)| day == oldest).map(|(_, family)| *family);
    let families = of_the_oldest.collect::<Vec<_>>().join(", ");
    Some(match oldest {
        Some(day) => format!("known issues of {families} were looked at through {day}, more than {limit} ago"),
        None => format!("not known through which day the known issues of {families} were looked at"),
    })
}

fn whole_days(hours: i64) -> String {
    format!("{}d", hours / 24)
}
