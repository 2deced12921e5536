//! One request and the head of its answer.

use std::time::Duration;

use jiff::Timestamp;
use patchgate::curate::links::Visits;
use reqwest::header::{DATE, HeaderMap, HeaderName, LOCATION, RETRY_AFTER, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{ClientBuilder, Method, StatusCode, Url};

use super::failure::Failure;
use super::trail::Redirect;
use super::{Stop, wait};

/// Sends requests.
#[derive(Clone, Debug)]
pub struct Client {
    client: reqwest::Client,
    now: Timestamp,
}

/// What a server says about a page, without the page.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// Where it sends us, when it does.
    pub redirect: Option<Redirect>,
    /// How long it wants to be left alone, when it says so.
    pub retry_after: Option<Duration>,
}

impl Client {
    /// Makes ready to send requests.
    ///
    /// # Errors
    /// When there is nobody whose certificates could be trusted.
    pub fn new(visits: &Visits, now: Timestamp) -> Result<Self, Stop> {
        // It fails when another part of the process was first, and then there is one all the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = builder(visits);
        if !visits.has_proxies {
            builder = builder.no_proxy();
        }
        if !visits.has_authorities {
            builder = builder.tls_certs_only([]);
        }
        match builder.build() {
            Ok(client) => Ok(Self { client, now }),
            Err(error) => Err(Stop::Failed(in_full(&error))),
        }
    }

    /// Asks for a page; its body stays where it is.
    ///
    /// # Errors
    /// When no answer comes.
    pub async fn ask(&self, page: &Url, method: &Method) -> Result<Reply, Failure> {
        let request = self.client.request(method.clone(), page.clone());
        let response = request.send().await.map_err(|error| Failure::of(&error))?;
        let (status, headers) = (response.status(), response.headers());
        Ok(Reply { status, redirect: redirect(status, headers), retry_after: self.retry_after(headers) })
    }

    fn retry_after(&self, headers: &HeaderMap) -> Option<Duration> {
        wait::asked(&text(headers, &RETRY_AFTER)?, text(headers, &DATE).as_deref(), self.now)
    }
}

/// The settings that all requests have in common.
fn builder(visits: &Visits) -> ClientBuilder {
    reqwest::Client::builder()
        .user_agent(&visits.user_agent)
        .timeout(visits.timeout)
        .connect_timeout(visits.timeout)
        .redirect(Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .pool_max_idle_per_host(1)
        // Of a reply only the status and three headers count; odd others are between the server and its browsers.
        .http1_ignore_invalid_headers_in_responses(true)
        .http1_allow_spaces_after_header_name_in_responses(true)
}

fn redirect(status: StatusCode, headers: &HeaderMap) -> Option<Redirect> {
    let is_permanent = match status {
        StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT => true,
        StatusCode::FOUND | StatusCode::SEE_OTHER | StatusCode::TEMPORARY_REDIRECT => false,
        _ => return None,
    };
    Some(Redirect { location: text(headers, &LOCATION)?, is_permanent, sets_cookies: headers.contains_key(SET_COOKIE) })
}

/// A header as text; servers do write bare UTF-8 there.
fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// An error with all that is behind it.
fn in_full(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}
