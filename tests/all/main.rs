//! What patchgate promises, one module per promise, all in one binary: a touched line links one program.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod fixtures;

mod advisory_commands;
mod advisory_diff;
mod architecture;
mod command_line;
mod conditions;
mod contract;
mod data;
mod facts;
mod findings;
mod formats;
mod history;
mod hostile;
mod import;
mod laws;
mod lint;
mod mutants;
mod online;
mod oracle;
mod own_advisories;
mod policy_check;
mod releases;
mod rings;
mod sources;
mod waiver_check;
