//! The places of what is decided: servers, the pairs of a server, batches.

use crate::model::table::places;

places! {
    /// The place of a server among all of a decision.
    OutcomeId;
    /// The place of a pending update among those of one server.
    PendingId;
    /// The place of a batch of pairs that others wait for.
    BatchId;
}

/// A pair of the fleet: a server and one of its pending updates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PairId {
    /// The server.
    pub outcome: OutcomeId,
    /// The pending update among those of the server.
    pub pending: PendingId,
}
