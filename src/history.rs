//! Decisions compared: what a change of the data does to them.

pub mod compare;
