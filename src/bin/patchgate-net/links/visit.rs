//! The visit to one page: its redirects, and the second and third knock.

use jiff::Timestamp;
use patchgate::curate::links::request::Found;
use patchgate::curate::links::{Outcome, Visits};
use reqwest::{Method, StatusCode, Url};
use tokio::sync::Semaphore;

use super::Stop;
use super::client::{Client, Reply};
use super::host::Hosts;
use super::trail::Trail;

/// Makes visits, as many at once as the settings allow.
#[derive(Debug)]
pub struct Visitor {
    client: Client,
    visits: Visits,
    hosts: Hosts,
    permits: Semaphore,
}

/// How one walk from a page to the end of its redirects went.
#[derive(Debug)]
struct Walk {
    outcome: Outcome,
    is_answered: bool,
    is_worth_repeating: bool,
}

impl Visitor {
    /// Makes ready for visits.
    ///
    /// # Errors
    /// When requests cannot be made.
    pub fn new(visits: Visits, now: Timestamp) -> Result<Self, Stop> {
        let permits = Semaphore::new(visits.at_once.clamp(1, Semaphore::MAX_PERMITS));
        Ok(Self { client: Client::new(&visits, now)?, visits, hosts: Hosts::default(), permits })
    }

    /// Finds out what became of a page.
    pub async fn visit(&self, page: Url) -> Found {
        let mut method = Method::HEAD;
        let mut attempts = self.visits.attempts;
        let mut is_answered = false;
        loop {
            let walk = self.walk(&page, &method).await;
            is_answered |= walk.is_answered;
            attempts = attempts.saturating_sub(usize::from(walk.is_worth_repeating));
            // Many servers answer HEAD wrongly, so that nothing but success is believed of it.
            let is_last = method == Method::GET && (!walk.is_worth_repeating || attempts == 0);
            if is_last || walk.outcome.is_alive() {
                return Found { page, outcome: walk.outcome, is_answered };
            }
            method = Method::GET;
        }
    }

    async fn walk(&self, page: &Url, method: &Method) -> Walk {
        let mut trail = Trail::new(page);
        loop {
            let reply = match self.ask(trail.here(), method).await {
                Ok(reply) => reply,
                Err(trouble) => return trouble,
            };
            let followed = reply.redirect.as_ref().map(|redirect| trail.follow(redirect));
            let outcome = match followed {
                Some(Ok(())) => continue,
                Some(Err(outcome)) => outcome,
                None if reply.status.is_success() => trail.end(),
                None => outcome(reply.status),
            };
            return Walk { outcome, is_answered: is_answer(reply.status), is_worth_repeating: false };
        }
    }

    /// Asks a host for a page when it is our turn there; an error is a host in trouble.
    async fn ask(&self, page: &Url, method: &Method) -> Result<Reply, Walk> {
        let mut host = self.hosts.turn(page).await;
        if let Some(outcome) = host.given_up() {
            return Err(Walk { outcome: outcome.clone(), is_answered: false, is_worth_repeating: false });
        }
        host.rested().await;
        // Only what is under way counts, not what waits for a host.
        let permit = self.permits.acquire().await;
        let answer = self.client.ask(page, method).await;
        drop(permit);
        let (outcome, is_answered) = match answer {
            Ok(reply) if !is_trouble(reply.status, method) => {
                host.well();
                return Ok(reply);
            }
            Ok(reply) => {
                host.trouble(reply.retry_after, &self.visits);
                (outcome(reply.status), is_answer(reply.status))
            }
            Err(failure) => {
                host.failed(&failure, &self.visits);
                (failure.outcome(), false)
            }
        };
        Err(Walk { outcome, is_answered, is_worth_repeating: true })
    }
}

/// Whether a host that says this may say something else later.
fn is_trouble(status: StatusCode, method: &Method) -> bool {
    match status {
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS => true,
        // Of a page; of HEAD it is a plain refusal.
        StatusCode::FORBIDDEN => method == Method::GET,
        StatusCode::NOT_IMPLEMENTED => false,
        _ => status.is_server_error(),
    }
}

/// Whether a server of the network says this, and not something that stands between us and the network.
fn is_answer(status: StatusCode) -> bool {
    !matches!(status, StatusCode::PROXY_AUTHENTICATION_REQUIRED | StatusCode::NETWORK_AUTHENTICATION_REQUIRED)
}

/// What a status that is neither success nor a redirect makes of a page.
fn outcome(status: StatusCode) -> Outcome {
    let why = format!("the server says {status}").trim_end().to_owned();
    match status {
        StatusCode::NOT_FOUND | StatusCode::GONE => Outcome::dead(why),
        _ => Outcome::unsure(why),
    }
}
