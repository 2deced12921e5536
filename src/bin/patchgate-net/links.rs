//! Asks what became of pages: each one once, one request at a time per host, a few in all.

use std::sync::Arc;

use patchgate::curate::links::request::{Found, Request};
use patchgate::net::BEAT;
use patchgate::net::line::Line;
use reqwest::Url;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::{Answers, Stop};
use visit::Visitor;

mod client;
mod failure;
mod host;
mod landing;
mod trail;
mod visit;
mod wait;

pub use patchgate::curate::links::request::TASK;

/// Answers a request.
///
/// # Errors
/// When requests cannot be made, or nobody reads the answers.
pub fn run(request: &str, answers: &mut Answers) -> Result<(), Stop> {
    let request: Request = serde_json::from_str(request).map_err(failed)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
    let visitor = Arc::new(Visitor::new(request.visits, request.now)?);
    let result = runtime.block_on(visit_all(&visitor, request.pages, request.witness, answers));
    // A name that is still being looked up is not waited for.
    runtime.shutdown_background();
    result
}

async fn visit_all(
    visitor: &Arc<Visitor>,
    pages: Vec<Url>,
    witness: Option<Url>,
    answers: &mut Answers,
) -> Result<(), Stop> {
    if !visit(visitor, pages, answers).await? {
        visit(visitor, witness, answers).await?;
    }
    Ok(())
}

/// Visits pages, and tells whether any server answered.
async fn visit(
    visitor: &Arc<Visitor>,
    pages: impl IntoIterator<Item = Url>,
    answers: &mut Answers,
) -> Result<bool, Stop> {
    let mut visits = JoinSet::new();
    for page in pages {
        let visitor = Arc::clone(visitor);
        visits.spawn(async move { visitor.visit(page).await });
    }
    let mut is_answered = false;
    loop {
        match timeout(BEAT, visits.join_next()).await {
            Ok(Some(visit)) => {
                let found = visit.map_err(failed)?;
                is_answered |= found.is_answered;
                answers.write(&Line::Answer(found))?;
            }
            Ok(None) => return Ok(is_answered),
            Err(_) => answers.write(&Line::<Found>::Working)?,
        }
    }
}

fn failed(error: impl ToString) -> Stop {
    Stop::Failed(error.to_string())
}
