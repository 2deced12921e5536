//! One run: which pages are asked for, and what their answers say together.

use std::collections::BTreeSet;

use url::Url;

use super::cache::Cache;
use super::request::{Found, Request, TASK};
use super::{Answer, Error, Outcome, Progress, Settings, page};
use crate::net::Program;

/// A long run that is broken off loses no more than so many answers.
const SAVED_EVERY: usize = 50;

/// Asks for the pages that have no fresh answer, and keeps what is said.
///
/// # Errors
/// When there is no network, or the answers cannot be kept.
pub fn renew(
    cache: &mut Cache,
    wanted: &BTreeSet<Url>,
    settings: &Settings,
    program: &Program,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), Error> {
    let old: Vec<Url> = wanted.iter().filter(|page| cache.fresh(page, settings).is_none()).cloned().collect();
    if !old.is_empty() {
        cache.check_writable()?;
        let witness = witness(cache, wanted, &old);
        let request = Request { pages: old, witness, visits: settings.visits.clone(), now: settings.now };
        ask(cache, &request, program, progress)?;
    }
    cache.forget(wanted, settings);
    cache.write()
}

/// A page that was there the last time, of a host that is not asked now.
fn witness(cache: &Cache, wanted: &BTreeSet<Url>, old: &[Url]) -> Option<Url> {
    let asked: BTreeSet<String> = old.iter().map(page::host).collect();
    let was_well = |page: &&Url| cache.get(page).is_some_and(|answer| answer.outcome.is_alive());
    wanted.iter().filter(was_well).find(|page| !asked.contains(&page::host(page))).cloned()
}

fn ask(
    cache: &mut Cache,
    request: &Request,
    program: &Program,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), Error> {
    let mut open: BTreeSet<&Url> = request.pages.iter().collect();
    let asked = open.len();
    let mut is_answered = false;
    for found in program.ask::<Found>(TASK, request)? {
        let found = found?;
        is_answered |= found.is_answered;
        if open.remove(&found.page) {
            cache.keep(&found.page, Answer { outcome: found.outcome, checked_at: request.now });
            let answered = asked - open.len();
            progress(Progress { answered, asked });
            if is_answered && answered.is_multiple_of(SAVED_EVERY) {
                cache.write()?;
            }
        } else if request.witness.as_ref() != Some(&found.page) {
            return Err(Error::Unasked(found.page));
        }
    }
    match open.first() {
        Some(page) => Err(Error::Unanswered((*page).clone())),
        None if is_answered => Ok(()),
        None => Err(no_network(cache, &request.pages)),
    }
}

fn no_network(cache: &Cache, pages: &[Url]) -> Error {
    let first = pages.first();
    let why = match first.and_then(|page| cache.get(page)).map(|answer| &answer.outcome) {
        Some(Outcome::Dead { why } | Outcome::Unsure { why }) => why.clone(),
        _ => String::new(),
    };
    Error::NoNetwork { asked: pages.len(), page: first.map(ToString::to_string).unwrap_or_default(), why }
}
