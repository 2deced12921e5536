//! What is remembered of each host while a run lasts, and whose turn it is there.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use patchgate::curate::links::{Outcome, Visits, page};
use reqwest::Url;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::{Instant, sleep_until};

use super::failure::Failure;
use super::wait;

/// So many troubles in a row, with whatever pages, and a host is not asked any more.
const PATIENCE: usize = 10;

/// A host, as far as it is known by now.
#[derive(Debug, Default)]
pub struct Host {
    rests_until: Option<Instant>,
    troubles: usize,
    given_up: Option<Outcome>,
}

impl Host {
    /// What a page of this host gets without being asked for, once the host was given up.
    pub fn given_up(&self) -> Option<&Outcome> {
        self.given_up.as_ref()
    }

    /// Waits until the host has had its rest.
    pub async fn rested(&mut self) {
        if let Some(moment) = self.rests_until.take() {
            sleep_until(moment).await;
        }
    }

    /// The host has answered well.
    pub fn well(&mut self) {
        self.troubles = 0;
    }

    /// The host is in trouble, and wants the wait that it asked for, or ours.
    pub fn trouble(&mut self, asked: Option<Duration>, visits: &Visits) {
        self.troubles += 1;
        let pause = wait::backoff(visits.first_wait, visits.longest_wait, self.troubles);
        let pause = asked.unwrap_or(pause);
        self.rests_until = Instant::now().checked_add(pause);
        if pause > visits.longest_wait {
            let seconds = pause.as_secs();
            self.given_up = Some(Outcome::unsure(format!("the host asks to be left alone for {seconds} seconds")));
        } else if self.troubles >= PATIENCE {
            let why = format!("the host was in trouble {PATIENCE} times in a row and is not asked any more");
            self.given_up = Some(Outcome::unsure(why));
        }
    }

    /// No answer came from the host.
    pub fn failed(&mut self, failure: &Failure, visits: &Visits) {
        self.trouble(None, visits);
        if failure.is_final() || (failure.is_of_host() && self.troubles >= visits.attempts) {
            self.given_up = Some(failure.outcome());
        }
    }
}

/// All hosts of a run.
#[derive(Debug, Default)]
pub struct Hosts {
    hosts: Mutex<BTreeMap<String, Arc<Mutex<Host>>>>,
}

impl Hosts {
    /// Waits for our turn at a page's host; it ends when the host is dropped.
    pub async fn turn(&self, page: &Url) -> OwnedMutexGuard<Host> {
        let host = Arc::clone(self.hosts.lock().await.entry(page::host(page)).or_default());
        host.lock_owned().await
    }
}
