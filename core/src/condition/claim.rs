//! What a condition claims of a server, so that conditions can be held against each other.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::model::fact::Fact;
use crate::model::id::{ProductId, UpdateId};
use crate::model::server::ServerFact;
use crate::model::setting::Value;
use crate::model::truth::Truth;
use crate::model::version::Versions;

/// What a condition claims, as far as another one can imply or contradict it.
#[derive(Clone, Debug, Default)]
pub enum Claim<'a> {
    /// Nothing of that kind: it may hold or not, whatever others do.
    #[default]
    Free,
    /// The product is there, in the range.
    Product(&'a ProductId, &'a Versions),
    /// One of the roles is there.
    Roles(Vec<&'a str>),
    /// The update is installed.
    Update(&'a UpdateId),
    /// The fact, which has one value at a time, has one that is accepted.
    Value(Fact, &'a dyn Accepts),
    /// The list has an entry with these fields, and may have others.
    Entry(ServerFact, Fields),
    /// The fact, which is the only entry of its name, is there and has these fields.
    OnlyEntry(Fact, Fields),
}

/// Fields of an entry as they are written, by their keys.
pub type Fields = BTreeMap<String, String>;

/// The fields of a condition on the entries of a list.
pub fn fields(condition: &impl Serialize) -> Fields {
    match serde_json::to_value(condition) {
        Ok(serde_json::Value::Object(fields)) => {
            fields.into_iter().map(|(key, value)| (key, value.to_string())).collect()
        }
        _ => Fields::new(),
    }
}

/// A test of a fact that has one value at a time.
pub trait Accepts: fmt::Debug {
    /// Whether it holds where the fact has this value.
    fn accepts(&self, value: &Value) -> Truth;

    /// Values on both sides of wherever the outcome changes.
    fn turns(&self) -> Vec<Value>;
}

/// A whole number and its two neighbours.
pub fn around(number: f64) -> [f64; 3] {
    [number - 1.0, number, number + 1.0]
}
