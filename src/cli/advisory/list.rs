//! x
use crate::cli::{CLEAN, Failure};
use clap::Args;
/// x
#[derive(Debug, Args)]
pub struct Arguments {}
/// x
/// # Errors
/// x
pub fn run(_: &Arguments) -> Result<u8, Failure> {
    Ok(CLEAN)
}
