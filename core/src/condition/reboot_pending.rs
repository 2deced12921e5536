//! `reboot_pending: true` holds when a restart is pending on the server, `false` when none is.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Test;
use super::claim::{Accepts, Claim};
use crate::model::fact::Fact;
use crate::model::hypothesis::Hypothesis;
use crate::model::server::ServerFact;
use crate::model::setting::Value;
use crate::model::trace::Trace;
use crate::model::truth::Truth;

/// A restart is pending, or is not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RebootPending(bool);

impl Test for RebootPending {
    fn test(&self, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        let fact = || ServerFact::RebootPending.into();
        match on.server().reboot_pending {
            Some(pending) => trace.read(fact, || pending.to_string()),
            None => trace.miss(fact),
        }
        on.reboot_pending(self.0)
    }

    fn facts(&self, report: &mut dyn FnMut(Fact)) {
        report(ServerFact::RebootPending.into());
    }

    fn claim(&self) -> Claim<'_> {
        Claim::Value(ServerFact::RebootPending.into(), self)
    }
}

impl Accepts for RebootPending {
    fn accepts(&self, value: &Value) -> Truth {
        value.equals(&Value::Bool(self.0)).into()
    }

    fn turns(&self) -> Vec<Value> {
        [true, false].map(Value::Bool).into()
    }
}

impl fmt::Display for RebootPending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0 { "a restart is pending" } else { "no restart is pending" })
    }
}
