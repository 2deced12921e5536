//! What comes in: bytes to text, files to typed values, and the database that a program carries.

pub mod load;
pub mod packed;
pub mod problem;
pub mod text;
