//! Decisions beside each other: what a change of the data does to them.

pub mod compare;
