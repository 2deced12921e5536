//! x
use clap::Args;
use crate::cli::{CLEAN, Failure};
/// x
#[derive(Debug, Args)]
pub struct Arguments {}
/// x
/// # Errors
/// x
pub fn run(_: &Arguments) -> Result<u8, Failure> { Ok(CLEAN) }
