//! One run: which pages are asked for, and what their answers say together.

use std::collections::BTreeSet;
use std::sync::Arc;

use reqwest::Url;
use tokio::task::JoinSet;

use super::cache::Cache;
use super::visit::Visitor;
use super::{Answer, Error, Outcome, Progress, Settings, page};

/// A long run that is broken off loses no more than so many answers.
const SAVED_EVERY: usize = 50;

/// The pages of a run.
struct Pages<'a> {
    wanted: &'a BTreeSet<Url>,
    /// Those of them that are asked for.
    old: Vec<&'a Url>,
    settings: &'a Settings,
}

/// Asks for the pages that have no fresh answer, and keeps what is said.
///
/// # Errors
/// When there is no network, or the answers cannot be kept.
pub fn renew(
    cache: &mut Cache,
    wanted: &BTreeSet<Url>,
    settings: &Settings,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), Error> {
    let old: Vec<&Url> = wanted.iter().filter(|page| cache.fresh(page, settings).is_none()).collect();
    if !old.is_empty() {
        cache.check_writable()?;
        ask(cache, &Pages { wanted, old, settings }, progress)?;
    }
    cache.forget(wanted, settings);
    cache.write()
}

/// Starts the machinery, which a run that asks for nothing does not pay for.
fn ask(cache: &mut Cache, pages: &Pages<'_>, progress: &mut dyn FnMut(Progress)) -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Error::Start(error.to_string()))?;
    let visitor = Arc::new(Visitor::new(pages.settings)?);
    let result = runtime.block_on(ask_all(&visitor, cache, pages, progress));
    // A name that is still being looked up is not waited for.
    runtime.shutdown_background();
    result
}

async fn ask_all(
    visitor: &Arc<Visitor>,
    cache: &mut Cache,
    pages: &Pages<'_>,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), Error> {
    let mut visits = JoinSet::new();
    for page in pages.old.iter().map(|page| (*page).clone()) {
        let visitor = Arc::clone(visitor);
        visits.spawn(async move { (visitor.visit(&page).await, page) });
    }
    let asked = visits.len();
    let mut is_answered = false;
    while let Some(visit) = visits.join_next().await {
        let (found, page) = visit.map_err(|error| Error::Start(error.to_string()))?;
        is_answered |= found.is_answered;
        cache.keep(&page, Answer { outcome: found.outcome, checked_at: pages.settings.now });
        let answered = asked - visits.len();
        progress(Progress { answered, asked });
        if is_answered && answered % SAVED_EVERY == 0 {
            cache.write()?;
        }
    }
    match is_answered || is_anyone_there(visitor, cache, pages).await {
        true => Ok(()),
        false => Err(no_network(cache, pages)),
    }
}

/// Whether a host that was well the last time, and is not among those that are silent now, answers: when the only page
/// that is asked for has lost its host, the network is not to blame.
async fn is_anyone_there(visitor: &Visitor, cache: &Cache, pages: &Pages<'_>) -> bool {
    let silent: BTreeSet<String> = pages.old.iter().map(|page| page::host(page)).collect();
    let was_well = |page: &&Url| cache.get(page).is_some_and(|answer| answer.outcome.is_alive());
    match pages.wanted.iter().filter(was_well).find(|page| !silent.contains(&page::host(page))) {
        Some(page) => visitor.visit(page).await.is_answered,
        None => false,
    }
}

fn no_network(cache: &Cache, pages: &Pages<'_>) -> Error {
    let first = pages.old.first();
    let why = match first.and_then(|page| cache.get(page)).map(|answer| &answer.outcome) {
        Some(Outcome::Dead { why } | Outcome::Unsure { why }) => why.clone(),
        _ => String::new(),
    };
    Error::NoNetwork { asked: pages.old.len(), page: first.map(ToString::to_string).unwrap_or_default(), why }
}
