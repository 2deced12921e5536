//! `service: {name: RTCSRV, state: stopped, start: disabled, account: …}` holds when a service matches all given fields.

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
use crate::model::name::Folded;
use crate::model::server;
use crate::model::trace::Trace;
use crate::model::truth::Truth;

/// A service matches all given fields.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// The service name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// How it starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// The account it logs on as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
}

impl Entry for Service {
    type Of = server::Service;
    const FACT: server::ServerFact = server::ServerFact::Services;

    fn collected<'a>(on: &Hypothesis<'a>) -> Option<&'a [server::Service]> {
        on.server().services.as_deref()
    }

    fn compare(&self, one: &server::Service, _: &Hypothesis<'_>, fields: &mut Fields) {
        fields.text("name", self.name.as_ref(), Some(&one.name));
        fields.text("state", self.state.as_ref(), one.state.as_ref());
        fields.text("start", self.start.as_ref(), one.start.as_ref());
        fields.text("account", self.account.as_ref(), one.account.as_ref());
    }

    fn describe(&self, one: &server::Service) -> String {
        let shown = [Some(&one.state), Some(&one.start), self.account.as_ref().map(|_| &one.account)];
        entries::describe(shown.into_iter().flatten().flatten().map(String::as_str), "present")
    }
}

impl Test for Service {
    fn test(&self, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        entries::any_matches(self, on, trace)
    }

    fn names<'a>(&'a self, report: &mut dyn FnMut(KeyPath, Name<'a>)) {
        for (field, word) in [("state", &self.state), ("start", &self.start)] {
            if let Some(word) = word {
                report(KeyPath::key(field), Name::Word(Self::FACT, field, word));
            }
        }
    }

    fn facts(&self, report: &mut dyn FnMut(Fact)) {
        report(Self::FACT.into());
    }

    /// A server has no two services of one name.
    fn claim(&self) -> Claim<'_> {
        let Some(name) = &self.name else { return Claim::Free };
        let fields = claim::fields(&Self { name: None, ..self.clone() });
        Claim::OnlyEntry(Fact::Entry(Self::FACT, Folded::of(name).as_str().into()), fields)
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "service {}", self.name.as_deref().unwrap_or("any"))?;
        entries::write_field(f, "state", self.state.as_ref())?;
        entries::write_field(f, "start", self.start.as_ref())?;
        entries::write_field(f, "account", self.account.as_ref())
    }
}
