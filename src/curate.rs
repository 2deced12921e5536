//! The curators' wing: what checks, tests and makes the knowledge, and checks the organisation's own policy and waivers.
//!
//! The gate knows nothing of it.

pub mod cases;
pub mod corpus;
pub mod import;
pub mod links;
pub mod lint;
pub mod mutants;
pub mod revision;
