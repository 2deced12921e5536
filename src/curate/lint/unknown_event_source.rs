//! Event sources that event-sources.yaml does not declare: an event under a misspelt source is never found.

use super::{Check, Found, LintRule};
use crate::advisory::Advisory;
use crate::curate::corpus::Corpus;
use crate::diagnostic::did_you_mean;
use crate::model::key_path::KeyPath;
use crate::model::name::is_among;

/// The rule.
pub const RULE: LintRule = LintRule::warning(
    "unknown-event-source",
    "an event source that event-sources.yaml does not declare",
    Check::Advisory(check),
)
.needs_declarations();

fn check(corpus: &Corpus<'_>, advisory: &Advisory, found: &mut Found) {
    let known = corpus.database.event_sources();
    let events = advisory.symptoms.iter().flat_map(|symptoms| symptoms.events.iter().enumerate());
    for (index, event) in events {
        if !is_among(&event.source, known) {
            let help = did_you_mean(&event.source, known.iter().map(String::as_str))
                .unwrap_or_else(|| "declare it in event-sources.yaml, spelt as in the event log".to_owned());
            let path = KeyPath::key("symptoms").then("events").then(index).then("source");
            found.add(path, format!("unknown event source `{}`", event.source), Some(help));
        }
    }
}
