//! The pending updates of one server, before anything is asked of them.

use super::pair::PendingId;
use crate::evaluate::candidate::{Candidate, CandidateId};
use crate::model::table::Table;

/// The pending updates of a server.
pub type Pending<'a> = Table<PendingId, (CandidateId, &'a Candidate<'a>)>;
