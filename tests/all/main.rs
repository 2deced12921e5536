//! What patchgate promises, one module per promise, all in one binary: a touched line links one program.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod fixtures;

mod advisory_commands;
mod advisory_diff;
mod architecture;
mod command_line;
mod condition_kinds;
mod conditions;
mod contract;
mod data;
mod docs;
mod facts;
mod files;
mod findings;
mod fleet;
mod folders;
mod formats;
mod generated;
mod history;
mod hostile;
mod import;
mod kills;
mod laws;
mod lint;
mod many_errors;
mod mutants;
mod names;
mod net;
mod online;
mod oracle;
mod overwrite;
mod own_advisories;
mod policy_check;
mod previous;
mod program;
mod readers;
mod reading;
mod recognised;
mod releases;
mod rings;
mod size;
mod sources;
mod statements;
mod universe;
mod waiver_check;
