//! Documents: all that a renderer may see, each with its schema; the decision's holds the exit code.

pub mod advisory;
pub mod decision;
pub mod difference;
pub mod exit;
pub mod explanation;
pub mod findings;
pub mod schema;
