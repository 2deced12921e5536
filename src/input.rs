//! What comes in: the files of patchgate's own formats, exports of other tools, and what is built in.

pub use patchgate_core::input::{load, packed, problem, text};

pub mod builtin;
pub mod source;
