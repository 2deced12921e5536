//! patchgate
pub mod advisory;
pub mod cli;
pub mod condition;
pub mod database;
pub mod decide;
pub mod decision;
pub mod diagnostic;
pub mod evaluate;
pub mod explain;
pub mod load;
pub mod model;
pub mod policy;
pub mod render;
pub mod schema;
