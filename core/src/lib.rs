//! The gate of patchgate: what decides, and how its inputs are read.
//!
//! The rooms, in the order in which they import each other: [`model`], [`diagnostic`], [`condition`], [`advisory`],
//! [`database`], [`policy`], [`evaluate`], [`document`], [`decide`] and [`explain`] are pure; [`input`] turns bytes into
//! their values. The build of the program uses the same crate to pack the database that it carries.

pub mod advisory;
pub mod condition;
pub mod database;
#[cfg(feature = "decide")]
pub mod decide;
pub mod diagnostic;
#[cfg(feature = "decide")]
pub mod document;
#[cfg(feature = "decide")]
pub mod evaluate;
#[cfg(feature = "decide")]
pub mod explain;
pub mod input;
pub mod model;
#[cfg(feature = "decide")]
pub mod policy;
