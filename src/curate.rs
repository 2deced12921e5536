//! The curators' wing: what makes, checks and tests the advisory data, and checks the organisation's policy and waivers.
//!
//! The gate knows nothing about it.

pub mod cases;
pub mod corpus;
pub mod import;
pub mod links;
pub mod lint;
pub mod mutants;
pub mod revision;
