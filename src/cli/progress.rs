//! Progress on standard error: only on a terminal, and only when a run takes longer than two seconds.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Shorter runs show nothing.
const QUIET: Duration = Duration::from_secs(2);

/// How much of a long run is done.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    start: Instant,
}

impl Progress {
    /// Starts counting.
    pub fn new(things: &'static str, count: usize) -> Self {
        let bar = ProgressBar::with_draw_target(Some(count as u64), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos}/{len} {msg}") {
            bar.set_style(style);
        }
        bar.set_message(things);
        Self { bar, start: Instant::now() }
    }

    /// Counts so many more as done.
    pub fn add(&self, done: usize) {
        self.bar.inc(done as u64);
        if self.bar.is_hidden() && self.start.elapsed() > QUIET {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    /// Ends it: nothing stays on the screen.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
