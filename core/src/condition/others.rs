//! `others: {in: pool, where: {role: edge}, over: 0}` holds when the number of other servers of the pool, site or fleet that meet a condition is over (or `below`) the figure.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

use super::entries::write_field;
use super::name::Name;
use super::{Condition, Parts, Test};
use crate::model::fact::Fact;
use crate::model::hypothesis::Hypothesis;
use crate::model::key_path::KeyPath;
use crate::model::server::ServerFact;
use crate::model::trace::Trace;
use crate::model::truth::Truth;
use crate::model::words::words;

/// The number of other servers that meet a condition is over or below a figure.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(into = "Written")]
#[schemars(with = "Written")]
pub struct Others {
    among: Among,
    matching: Box<Condition>,
    over: Option<u32>,
    below: Option<u32>,
}

/// Which servers are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Among {
    /// Those of the same pool.
    Pool,
    /// Those of the same site.
    Site,
    /// All.
    Fleet,
}

words! { Among { Pool = "pool", Site = "site", Fleet = "fleet" } }

/// How it is written.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename = "Others")]
struct Written {
    /// Which servers are counted: those of the same pool, of the same site, or all; never the server itself.
    #[serde(rename = "in")]
    among: Among,
    /// The condition that they meet; it holds no `others` itself.
    #[serde(rename = "where")]
    matching: Inner,
    /// More than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    over: Option<u32>,
    /// Fewer than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    below: Option<u32>,
}

/// A condition without `others`, which is refused where it stands.
#[derive(Serialize, JsonSchema)]
#[serde(transparent)]
struct Inner(Box<Condition>);

impl<'de> Deserialize<'de> for Inner {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let condition = Box::<Condition>::deserialize(deserializer)?;
        let mut is_nested = false;
        condition.visit(&mut |one| is_nested |= matches!(one, Condition::Others(_)));
        if is_nested {
            return Err(de::Error::custom("the condition under `where` of `others` holds no `others` itself"));
        }
        Ok(Self(condition))
    }
}

impl<'de> Deserialize<'de> for Others {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Written { among, matching, over, below } = Written::deserialize(deserializer)?;
        if over.is_none() && below.is_none() {
            return Err(de::Error::custom("`others` needs `over` or `below`"));
        }
        Ok(Self { among, matching: matching.0, over, below })
    }
}

impl From<Others> for Written {
    fn from(others: Others) -> Self {
        let Others { among, matching, over, below } = others;
        Self { among, matching: Inner(matching), over, below }
    }
}

impl Test for Others {
    /// No hypothesis knows the other servers: only a server that is in no pool is sure to have none beside it.
    fn test(&self, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        if self.among == Among::Pool && on.server().pool.is_none() {
            trace.read(|| ServerFact::Pool.into(), || "none".to_owned());
            return self.holds(0, Some(0));
        }
        let truth = self.holds(0, None);
        match truth {
            Truth::Unknown => trace.miss(|| Fact::Complete),
            _ => trace.read(|| Fact::Complete, || "any number".to_owned()),
        }
        truth
    }

    fn names<'a>(&'a self, report: &mut dyn FnMut(KeyPath, Name<'a>)) {
        names_in(&self.matching, &KeyPath::key("where"), report);
    }

    /// The facts of the inner condition are those of other servers.
    fn facts(&self, report: &mut dyn FnMut(Fact)) {
        report(Fact::Complete);
        if self.among == Among::Pool {
            report(ServerFact::Pool.into());
        }
    }
}

impl Others {
    /// Whether it holds where the number is at least one and at most another, which may have no end.
    fn holds(&self, least: u64, most: Option<u64>) -> Truth {
        let first = self.over.map_or(0, |figure| u64::from(figure) + 1);
        let beyond = self.below.map(u64::from);
        let none_meets =
            most.is_some_and(|most| most < first) || beyond.is_some_and(|beyond| least >= beyond || first >= beyond);
        let all_meet = least >= first && beyond.is_none_or(|beyond| most.is_some_and(|most| most < beyond));
        match (none_meets, all_meet) {
            (true, _) => Truth::False,
            (_, true) => Truth::True,
            _ => Truth::Unknown,
        }
    }
}

/// What a condition at a place names, and all inside it.
fn names_in<'a>(condition: &'a Condition, at: &KeyPath, report: &mut dyn FnMut(KeyPath, Name<'a>)) {
    let at = at.then(condition.key());
    condition.kind().names(&mut |path, name| report(at.joined(&path), name));
    match condition.parts() {
        Parts::Not(part) => names_in(part, &at, report),
        parts => parts.iter().enumerate().for_each(|(index, part)| names_in(part, &at.then(index), report)),
    }
}

impl fmt::Display for Others {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "number of other servers of the {} with [{}]", self.among, self.matching)?;
        write_field(f, "over", self.over.as_ref())?;
        write_field(f, "below", self.below.as_ref())
    }
}
