//! The gate of patchgate: what decides, and how its inputs are read.
//!
//! The modules, in the order in which they build on each other:
//!
//! - [`model`]: the vocabulary, such as servers, updates, versions, truth values and verdicts;
//! - [`diagnostic`]: a problem in a file, with its code and place;
//! - [`condition`]: tests on a server, whose outcome is true, false or unknown;
//! - [`advisory`]: what an advisory says, and when;
//! - [`database`]: products, settings, updates and advisories, indexed by what is asked of them;
//! - [`policy`]: the rules of an organisation, and its waivers;
//! - [`evaluate`]: the reasons for one update on one server, as it is or as it would be;
//! - [`document`]: what is handed on to be written: decisions, explanations, differences, findings;
//! - [`decide`]: the decision for a whole fleet;
//! - [`explain`]: what one verdict rests on;
//! - [`input`]: files to values, with all problems of all files.
//!
//! All but [`input`] are pure: they take values and return values. The build of the program uses this crate, too, without
//! the feature `decide`, to pack the database that the program carries.

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
