//! What waivers silence, as the decision itself shows.

use std::collections::{BTreeMap, BTreeSet};

use crate::decide::decide_with_progress;
use crate::document::decision::Inputs;
use crate::evaluate::reason::{Reason, silences};
use crate::evaluate::{Gate, Question};
use crate::model::effect::Effect;
use crate::model::id::{ServerName, UpdateId};
use crate::model::rule::Rule;
use crate::model::server::Server;
use crate::model::truth::Truth;

/// What one waiver silences.
#[derive(Clone, Debug)]
pub struct Silenced {
    /// On which servers.
    pub servers: BTreeSet<ServerName>,
    /// For which updates.
    pub updates: BTreeSet<UpdateId>,
    /// Whether every reason is a doubt.
    pub is_doubt: bool,
    /// Whether every reason is a note, which holds nothing back. A silenced requirement is not one: its update is no longer
    /// expedited.
    pub is_note: bool,
}

impl Silenced {
    fn nothing() -> Self {
        Self { servers: BTreeSet::new(), updates: BTreeSet::new(), is_doubt: true, is_note: true }
    }

    /// Whether it silences anything.
    pub fn is_nothing(&self) -> bool {
        self.servers.is_empty()
    }

    fn add(&mut self, server: &ServerName, update: &UpdateId, reason: &Reason) {
        self.servers.insert(server.clone());
        self.updates.insert(update.clone());
        self.is_doubt &= reason.truth == Truth::Unknown;
        self.is_note &= reason.effect == Effect::Note && reason.rule != Rule::Required;
    }
}

/// Decides, and finds out which reasons each waiver silences, in the order of the waivers. Calls `progress` after each
/// server with how many more are done.
pub fn silenced(question: Question<'_>, servers: &[Server], progress: &(dyn Fn(usize) + Sync)) -> Vec<Silenced> {
    let (waivers, policy, at) = (question.waivers, question.policy, question.at);
    let asked = question.clone();
    // A waiver may name a role in other words than the server does.
    let recognised = Gate::new(question.clone()).recognise(servers);
    let by_name: BTreeMap<&ServerName, &Server> =
        recognised.iter().map(|server| (&server.name, server.as_ref())).collect();
    let mut silenced = vec![Silenced::nothing(); waivers.len()];
    for one in decide_with_progress(question, servers, Inputs::default(), progress).decisions {
        let waived: Vec<&Reason> = one.reasons.iter().filter(|reason| !reason.counts()).collect();
        let Some(server) = by_name.get(&one.server).filter(|_| !waived.is_empty()) else { continue };
        let in_force = waivers.iter().zip(&mut silenced).filter(|(waiver, _)| waiver.is_valid(at));
        for (waiver, silenced) in in_force.filter(|(waiver, _)| waiver.covers(server, &one.update, policy)) {
            let its = waived.iter().filter(|reason| {
                silences(waiver, reason.rule, reason.advisory.as_ref(), reason.truth)
                    || asked.spares_rings(waiver, reason)
            });
            its.for_each(|reason| silenced.add(&one.server, &one.update, reason));
        }
    }
    silenced
}
