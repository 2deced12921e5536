//! Conditions: tests on a server whose outcome is true, false or unknown.
//!
//! To add one: write `condition/<kind>.rs` (its YAML in the first lines, a struct, `impl Test` and `Display`), add its
//! line to the list below, and write `tests/conditions/<kind>.yaml` with a true, a false and an unknown case. Nothing else
//! knows the kinds: who asks what a condition names, reads or claims asks the kind.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::fact::Fact;
use crate::model::hypothesis::Hypothesis;
use crate::model::key_path::KeyPath;
use crate::model::trace::Trace;
use crate::model::truth::Truth;

pub mod all;
pub mod any;
pub mod certificate;
pub mod claim;
pub mod count;
pub mod date;
pub mod entries;
pub mod listener;
pub mod name;
pub mod not;
pub mod others;
pub mod product;
pub mod reboot_pending;
pub mod role;
pub mod service;
pub mod setting;
mod span;
pub mod update;
pub mod uptime;

use claim::Claim;
use name::Name;

/// What every kind of condition can do.
pub trait Test: fmt::Display {
    /// Tests the condition on a server and tells the trace what it read.
    fn test(&self, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth;

    /// The facts that it may show as evidence, or miss; the conditions inside it tell their own.
    fn facts(&self, report: &mut dyn FnMut(Fact));

    /// What it names, each with the way to it from the condition's key; the conditions inside it tell their own.
    fn names<'a>(&'a self, _report: &mut dyn FnMut(KeyPath, Name<'a>)) {}

    /// What it claims, as far as other conditions can imply or contradict it.
    fn claim(&self) -> Claim<'_> {
        Claim::Free
    }

    /// The conditions inside it, and how they make its outcome.
    fn parts(&self) -> Parts<'_> {
        Parts::None
    }
}

/// The conditions inside one, and how they make its outcome.
#[derive(Clone, Copy, Debug)]
pub enum Parts<'a> {
    /// There are none: it asks something itself.
    None,
    /// It holds when all of these do.
    All(&'a [Condition]),
    /// It holds when one of these does.
    Any(&'a [Condition]),
    /// It holds when this one does not.
    Not(&'a Condition),
}

impl<'a> Parts<'a> {
    /// The parts, in the order written.
    pub fn iter(self) -> std::slice::Iter<'a, Condition> {
        match self {
            Self::None => [].iter(),
            Self::All(parts) | Self::Any(parts) => parts.iter(),
            Self::Not(part) => std::slice::from_ref(part).iter(),
        }
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident($kind:ty) = $key:literal),+ $(,)?) => {
        /// A condition: exactly one key, which is its kind.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
        pub enum Condition {
            $($(#[$doc])* #[serde(rename = $key)] $variant($kind)),+
        }

        impl Condition {
            /// The keys of all kinds.
            pub const KINDS: &'static [&'static str] = &[$($key),+];

            /// The key of its kind.
            pub fn key(&self) -> &'static str {
                match self { $(Self::$variant(_) => $key),+ }
            }

            /// The condition by what every kind can do.
            pub fn kind(&self) -> &dyn Test {
                match self { $(Self::$variant(kind) => kind),+ }
            }
        }
    };
}

kinds! {
    /// All of these hold.
    All(all::All) = "all",
    /// One of these holds.
    Any(any::Any) = "any",
    /// This does not hold.
    Not(not::Not) = "not",
    /// The server has one of the roles.
    Role(role::Role) = "role",
    /// The server has the product, in the range.
    Product(product::Product) = "product",
    /// The update is installed.
    Update(update::Update) = "update",
    /// A service matches.
    Service(service::Service) = "service",
    /// A listener matches.
    Listener(listener::Listener) = "listener",
    /// A certificate matches.
    Certificate(Box<certificate::Certificate>) = "certificate",
    /// A setting compares so.
    Setting(setting::Setting) = "setting",
    /// A restart is pending, or is not.
    RebootPending(reboot_pending::RebootPending) = "reboot_pending",
    /// The server has been up for long, or not for long.
    Uptime(uptime::Uptime) = "uptime",
    /// The day of decision is in a span.
    Date(date::Date) = "date",
    /// So many entries match.
    Count(count::Count) = "count",
    /// So many other servers of the pool, site or fleet meet a condition.
    Others(others::Others) = "others",
}

impl Condition {
    /// Tests the condition on a server and tells the trace what it read.
    pub fn test(&self, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        self.kind().test(on, trace)
    }

    /// What it claims, as far as other conditions can imply or contradict it.
    pub fn claim(&self) -> Claim<'_> {
        self.kind().claim()
    }

    /// The conditions inside it, and how they make its outcome.
    pub fn parts(&self) -> Parts<'_> {
        self.kind().parts()
    }

    /// Visits this condition and all inside it.
    pub fn visit<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        visit(self);
        for part in self.parts().iter() {
            part.visit(visit);
        }
    }

    /// What this condition and all inside it name.
    pub fn names<'a>(&'a self, report: &mut dyn FnMut(Name<'a>)) {
        self.visit(&mut |one| one.kind().names(&mut |_, name| report(name)));
    }

    /// The facts that this condition and all inside it may show as evidence, or miss.
    pub fn facts(&self, report: &mut dyn FnMut(Fact)) {
        self.visit(&mut |one| one.kind().facts(report));
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind().fmt(f)
    }
}

impl<T: Test> Test for Box<T> {
    fn test(&self, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        self.as_ref().test(on, trace)
    }

    fn facts(&self, report: &mut dyn FnMut(Fact)) {
        self.as_ref().facts(report);
    }

    fn names<'a>(&'a self, report: &mut dyn FnMut(KeyPath, Name<'a>)) {
        self.as_ref().names(report);
    }

    fn claim(&self) -> Claim<'_> {
        self.as_ref().claim()
    }

    fn parts(&self) -> Parts<'_> {
        self.as_ref().parts()
    }
}
