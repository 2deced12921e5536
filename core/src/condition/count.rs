//! `count: {of: certificate, where: {store: root}, over: 100}` holds when the number of matching entries is over (or `below`) the figure.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

use super::Test;
use super::certificate::Certificate;
use super::claim::{Accepts, Claim, around};
use super::entries::{Entry, write_field};
use super::listener::Listener;
use super::name::Name;
use super::service::Service;
use crate::model::fact::Fact;
use crate::model::hypothesis::Hypothesis;
use crate::model::key_path::KeyPath;
use crate::model::server::ServerFact;
use crate::model::setting::Value;
use crate::model::trace::Trace;
use crate::model::truth::Truth;

/// The number of matching entries is over or below a figure.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(into = "Written")]
#[schemars(with = "Written")]
pub struct Count {
    of: Counted,
    over: Option<u32>,
    below: Option<u32>,
}

/// What is counted, and which of them.
#[derive(Clone, Debug, PartialEq)]
enum Counted {
    Certificates(Box<Certificate>),
    Services(Service),
    Listeners(Listener),
}

impl Counted {
    /// The condition that each of them meets.
    fn matching(&self) -> &dyn Test {
        match self {
            Self::Certificates(matching) => matching,
            Self::Services(matching) => matching,
            Self::Listeners(matching) => matching,
        }
    }

    /// The list in which they are.
    fn list(&self) -> ServerFact {
        match self {
            Self::Certificates(_) => Certificate::FACT,
            Self::Services(_) => Service::FACT,
            Self::Listeners(_) => Listener::FACT,
        }
    }
}

/// How it is written.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename = "Count")]
struct Written {
    /// What is counted.
    of: Of,
    /// Only those that match these fields of the kind that is counted.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    matching: Option<serde_json::Map<String, serde_json::Value>>,
    /// More than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    over: Option<u32>,
    /// Fewer than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    below: Option<u32>,
}

/// The lists that can be counted.
#[derive(Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Of {
    Certificate,
    Service,
    Listener,
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Written::deserialize(deserializer)?;
        if written.over.is_none() && written.below.is_none() {
            return Err(de::Error::custom("a count needs `over` or `below`"));
        }
        let matching = serde_json::Value::Object(written.matching.unwrap_or_default());
        let of = match written.of {
            Of::Certificate => serde_json::from_value(matching).map(Counted::Certificates),
            Of::Service => serde_json::from_value(matching).map(Counted::Services),
            Of::Listener => serde_json::from_value(matching).map(Counted::Listeners),
        };
        Ok(Self { of: of.map_err(de::Error::custom)?, over: written.over, below: written.below })
    }
}

impl From<Count> for Written {
    fn from(count: Count) -> Self {
        let (of, matching) = match &count.of {
            Counted::Certificates(matching) => (Of::Certificate, serde_json::to_value(matching)),
            Counted::Services(matching) => (Of::Service, serde_json::to_value(matching)),
            Counted::Listeners(matching) => (Of::Listener, serde_json::to_value(matching)),
        };
        let matching = matching.ok().and_then(|matching| matching.as_object().cloned());
        Self { of, matching, over: count.over, below: count.below }
    }
}

impl Test for Count {
    fn test(&self, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        match &self.of {
            Counted::Certificates(matching) => self.compare(matching.as_ref(), on, trace),
            Counted::Services(matching) => self.compare(matching, on, trace),
            Counted::Listeners(matching) => self.compare(matching, on, trace),
        }
    }

    fn names<'a>(&'a self, report: &mut dyn FnMut(KeyPath, Name<'a>)) {
        self.of.matching().names(&mut |path, name| report(KeyPath::key("where").joined(&path), name));
    }

    fn facts(&self, report: &mut dyn FnMut(Fact)) {
        self.of.matching().facts(report);
    }

    /// The number of those that match is a fact of its own.
    fn claim(&self) -> Claim<'_> {
        Claim::Value(Fact::Entry(self.of.list(), format!("count {:?}", self.of).into()), self)
    }
}

impl Accepts for Count {
    fn accepts(&self, value: &Value) -> Truth {
        value.number().map(|number| self.contains(number as u64)).into()
    }

    fn turns(&self) -> Vec<Value> {
        let figures = self.over.into_iter().chain(self.below).map(f64::from);
        figures.flat_map(around).filter(|number| *number >= 0.0).chain([0.0]).map(Value::Number).collect()
    }
}

impl Count {
    /// Whether it holds when so many match.
    fn contains(&self, number: u64) -> bool {
        self.over.is_none_or(|figure| number > figure.into()) && self.below.is_none_or(|figure| number < figure.into())
    }

    /// With entries that may or may not match, the number lies between two bounds.
    fn compare<E: Entry>(&self, matching: &E, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        let Some(entries) = E::collected(on) else {
            trace.miss(|| E::FACT.into());
            return Truth::Unknown;
        };
        let fields: Vec<_> = entries.iter().map(|one| matching.fields(one, on)).collect();
        let least = fields.iter().filter(|fields| fields.truth().is_true()).count() as u64;
        let most = fields.iter().filter(|fields| fields.truth().is_possible()).count() as u64;
        let truth = match (self.contains(least), self.contains(most)) {
            (true, true) => Truth::True,
            // Between the two bounds the figures may let some numbers in.
            _ if (least..=most).any(|number| self.contains(number)) => Truth::Unknown,
            _ => Truth::False,
        };
        if truth == Truth::Unknown {
            fields.iter().for_each(|fields| fields.tell_missing(E::FACT, trace));
        } else {
            trace.read(|| Fact::Entry(E::FACT, "count".into()), || least.to_string());
        }
        truth
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "count of [{}]", self.of.matching())?;
        write_field(f, "over", self.over.as_ref())?;
        write_field(f, "below", self.below.as_ref())
    }
}
