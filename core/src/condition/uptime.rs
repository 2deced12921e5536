//! `uptime: {over: 30d}` (or `below: …`) holds when the last start lies longer ago than that (or less long), at the moment of
//! decision.

use jiff::SignedDuration;

use super::Test;
use super::claim::{Accepts, Claim, around};
use super::span::span;
use crate::model::fact::Fact;
use crate::model::hypothesis::Hypothesis;
use crate::model::period::Period;
use crate::model::server::ServerFact;
use crate::model::setting::Value;
use crate::model::trace::Trace;
use crate::model::truth::Truth;

span! {
    /// The server has been up for longer, or less long, than a period; all given comparisons must hold.
    Uptime("uptime") of Period {
        /// Longer than this.
        over,
        /// Less long than this.
        below,
    } else "an uptime needs `over` or `below`"
}

impl Uptime {
    /// Whether it holds for a time since the last start.
    fn contains(&self, up: SignedDuration) -> bool {
        self.over.is_none_or(|over| up > over.duration()) && self.below.is_none_or(|below| up < below.duration())
    }
}

impl Test for Uptime {
    fn test(&self, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        let fact = || ServerFact::LastBoot.into();
        match on.server().last_boot {
            Some(boot) => trace.read(fact, || boot.to_string()),
            None => trace.miss(fact),
        }
        on.since_boot(|boot| self.contains(on.at().duration_since(boot)).into())
    }

    fn facts(&self, report: &mut dyn FnMut(Fact)) {
        report(ServerFact::LastBoot.into());
    }

    fn claim(&self) -> Claim<'_> {
        Claim::Value(ServerFact::LastBoot.into(), self)
    }
}

/// Times since the last start, in seconds.
impl Accepts for Uptime {
    fn accepts(&self, value: &Value) -> Truth {
        value.number().map(|seconds| self.contains(SignedDuration::from_secs(seconds as i64))).into()
    }

    fn turns(&self) -> Vec<Value> {
        let ends = self.ends().map(|end| end.duration().as_secs() as f64);
        ends.flat_map(around).chain([0.0]).map(Value::Number).collect()
    }
}
