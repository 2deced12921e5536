//! What was decided for one server, before the rest of the fleet has its say.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::draft::Draft;
use super::exposed::Exposure;
use super::pair::PendingId;
use crate::document::decision::{Missing, Pair};
use crate::evaluate::{Gate, Subject};
use crate::model::fact::Fact;
use crate::model::id::AdvisoryId;
use crate::model::server::Server;
use crate::model::table::Table;

/// One server's drafts and what is told beside them.
#[derive(Clone, Debug)]
pub struct Outcome<'a> {
    /// The server, as the rules see it.
    pub subject: Subject<'a>,
    /// Its pairs, by update.
    pub drafts: Table<PendingId, Draft<'a>>,
    /// What is bad and installed there.
    pub exposed: Vec<Exposure>,
    /// What the server ought to have and nothing pending brings.
    pub missing: Vec<Missing>,
    /// Facts that leave required advisories undecided.
    pub undecided: BTreeSet<(Fact, AdvisoryId)>,
}

impl<'a> Outcome<'a> {
    /// The server.
    pub fn server(&self) -> &'a Server {
        self.subject.server
    }

    /// A pair as documents name it.
    pub fn pair(&self, pending: PendingId) -> Option<Pair> {
        let draft = self.drafts.get(pending)?;
        Some(Pair { server: self.server().name.clone(), update: draft.candidate.update.id.clone() })
    }

    /// The moment before which a pair must not go: its own, and those of what goes together with it.
    pub fn not_before(&self, gate: &Gate<'_>, draft: &Draft<'_>) -> Option<Timestamp> {
        let together = draft.with.iter().filter_map(|other| self.drafts.get(*other));
        let moment =
            |one: &Draft<'_>| gate.not_before(&self.subject, one.candidate, one.is_expedited, one.reasons.iter());
        together.chain([draft]).filter_map(moment).max()
    }
}
