//! Importers: tables of the database from vendors' data.
//!
//! To add one: write `curate/import/<name>.rs`, add its line here and its subcommand to `cli/import.rs`.

pub mod msrc;
