//! The program: the exit code comes from the command line's room.
fn main() {}
