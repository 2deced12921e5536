//! A reading of the contract by somebody who has not seen the program: an evaluator, a generator of fleets, and checks.
pub mod check;
pub mod completions;
pub mod decide;
pub mod facts;
pub mod fleets;
pub mod rounds;
pub mod tally;
pub mod world;
