//! What comes in: bytes to text, and files to typed values.

pub mod load;
pub mod problem;
pub mod text;
