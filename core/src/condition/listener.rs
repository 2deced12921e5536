//! `listener: {port: 444, process: RTCHost.exe}` or `process_not: […]` holds when a listener matches all given fields.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Test;
use super::claim::{self, Claim};
use super::entries::{self, Entry, Fields};
use super::name::Name;
use crate::model::fact::Fact;
use crate::model::hypothesis::Hypothesis;
use crate::model::key_path::KeyPath;
use crate::model::one_or_many::OneOrMany;
use crate::model::server;
use crate::model::trace::Trace;
use crate::model::truth::Truth;

/// A listener matches all given fields.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Listener {
    /// The port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// The listening process.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process: Option<OneOrMany>,
    /// The listening process is none of these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process_not: Option<OneOrMany>,
}

impl Entry for Listener {
    type Of = server::Listener;
    const FACT: server::ServerFact = server::ServerFact::Listeners;

    fn collected<'a>(on: &Hypothesis<'a>) -> Option<&'a [server::Listener]> {
        on.server().listeners.as_deref()
    }

    fn compare(&self, one: &server::Listener, _: &Hypothesis<'_>, fields: &mut Fields) {
        fields.check("port", self.port, Some(one.port), |wanted, found| wanted == found);
        fields.check("process", self.process.as_ref(), one.process.as_ref(), |wanted, found| wanted.contains(found));
        fields
            .check("process", self.process_not.as_ref(), one.process.as_ref(), |wanted, found| !wanted.contains(found));
    }

    fn describe(&self, one: &server::Listener) -> String {
        one.process.clone().unwrap_or_else(|| "process not collected".to_owned())
    }
}

impl Test for Listener {
    fn test(&self, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        entries::any_matches(self, on, trace)
    }

    fn names<'a>(&'a self, report: &mut dyn FnMut(KeyPath, Name<'a>)) {
        // Under `process_not` a name too many does no harm.
        for (index, process) in self.process.iter().flat_map(OneOrMany::iter).enumerate() {
            report(KeyPath::key("process").then(index), Name::Word(Self::FACT, "process", process));
        }
    }

    fn facts(&self, report: &mut dyn FnMut(Fact)) {
        report(Self::FACT.into());
    }

    fn claim(&self) -> Claim<'_> {
        Claim::Entry(Self::FACT, claim::fields(self))
    }
}

impl fmt::Display for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("listener")?;
        entries::write_field(f, "port", self.port.as_ref())?;
        entries::write_field(f, "process", self.process.as_ref().map(OneOrMany::joined).as_ref())?;
        entries::write_field(f, "process not", self.process_not.as_ref().map(OneOrMany::joined).as_ref())
    }
}
