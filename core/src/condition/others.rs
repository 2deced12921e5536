//! `others: {in: pool, where: {role: edge}, over: 0}` holds when the number of other servers of the pool, site or fleet that meet a condition is over (or `below`) the figure.

use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

use super::entries::write_field;
use super::name::Name;
use super::{Condition, Parts, Test};
use crate::model::fact::Fact;
use crate::model::hypothesis::Hypothesis;
use crate::model::key_path::KeyPath;
use crate::model::name::Folded;
use crate::model::neighbours::{Among, Counted, Number};
use crate::model::server::{Server, ServerFact};
use crate::model::trace::Trace;
use crate::model::truth::Truth;

/// The number of other servers that meet a condition is over or below a figure.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(into = "Written")]
#[schemars(with = "Written")]
pub struct Others {
    among: Among,
    matching: Box<Condition>,
    over: Option<u32>,
    below: Option<u32>,
    /// What it counts, as it is written: the same for all that count the same.
    question: Arc<str>,
}

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
        let matching = matching.0;
        let written = serde_json::to_string(&matching).map_err(de::Error::custom)?;
        Ok(Self { among, question: format!("{among} {written}").into(), matching, over, below })
    }
}

impl From<Others> for Written {
    fn from(others: Others) -> Self {
        let Others { among, matching, over, below, question: _ } = others;
        Self { among, matching: Inner(matching), over, below }
    }
}

impl Test for Others {
    fn test(&self, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        let fact = Fact::Others(self.among);
        if self.among == Among::Pool && on.server().pool.is_none() {
            trace.read(|| ServerFact::Pool.into(), || "none".to_owned());
            return self.holds(0, Some(0));
        }
        let neighbours = on.neighbours().and_then(|all| Some((all.is_complete, all.of(&self.question)?)));
        let Some((is_complete, counted)) = neighbours else {
            let truth = self.holds(0, None);
            match truth {
                Truth::Unknown => trace.miss(|| fact),
                _ => trace.read(|| fact, || "any number".to_owned()),
            }
            return truth;
        };
        let truth = self.of(counted, is_complete, on.asks_for_strongest());
        let Counted { least, most } = counted;
        if truth != Truth::Unknown {
            trace.read(|| fact, || told(least, most));
            return truth;
        }
        if [least, most].iter().any(|number| number.certain < number.possible) {
            trace.miss(|| fact);
        }
        if !is_complete {
            trace.miss(|| Fact::Complete);
        }
        truth
    }

    fn names<'a>(&'a self, report: &mut dyn FnMut(KeyPath, Name<'a>)) {
        names_in(&self.matching, &KeyPath::key("where"), report);
    }

    /// The facts of the inner condition are those of other servers.
    fn facts(&self, report: &mut dyn FnMut(Fact)) {
        report(Fact::Complete);
        report(Fact::Others(self.among));
        if self.among == Among::Pool {
            report(ServerFact::Pool.into());
        }
    }
}

impl Others {
    /// Which servers it counts.
    pub fn among(&self) -> Among {
        self.among
    }

    /// The condition that they meet.
    pub fn matching(&self) -> &Condition {
        &self.matching
    }

    /// Whether one server counts another.
    pub fn counts(&self, one: &Server, other: &Server) -> bool {
        match [one, other].map(|server| self.group(server)) {
            [Some(one), Some(other)] => one.is_none() || other.is_none() || one == other,
            _ => false,
        }
    }

    /// The group in which a server is counted, and counts: none where it is in none, and a group without a name where it is in
    /// all of them, such as a server whose site is not known.
    pub fn group(&self, server: &Server) -> Option<Option<Folded>> {
        match self.among {
            Among::Fleet => Some(None),
            Among::Site => Some(server.site.as_deref().map(Folded::loosely)),
            Among::Pool => server.pool.as_deref().map(|pool| Some(Folded::loosely(pool))),
        }
    }

    /// What it counts, as it is written.
    pub fn question(&self) -> &Arc<str> {
        &self.question
    }

    /// Whether it holds, whatever part is installed of what may come to the others: the strongest answer or the weakest.
    fn of(&self, counted: Counted, is_complete: bool, strongest: bool) -> Truth {
        let at = |number: Number| self.holds(number.certain, is_complete.then_some(number.possible));
        let (least, most) = (at(counted.least), at(counted.most));
        // A figure of the middle may hold where those of the ends do not.
        let figures = counted.least.certain..=counted.most.certain;
        let is_between = || {
            let first = self.over.map_or(0, |over| u64::from(over) + 1).max(*figures.start());
            is_complete && first <= *figures.end() && self.below.is_none_or(|below| first < u64::from(below))
        };
        match strongest {
            true if is_between() => Truth::True,
            true => least.max(most),
            false => least.min(most),
        }
    }

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

/// How many there are, for people.
fn told(least: Number, most: Number) -> String {
    let (from, to) = (least.certain, most.possible);
    if from == to { from.to_string() } else { format!("{from} to {to}") }
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
