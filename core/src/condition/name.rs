//! What a condition names: what the database or a collector has to know for the condition to mean anything.

use crate::model::id::{ProductId, UpdateId};
use crate::model::server::ServerFact;
use crate::model::setting::Value;
use crate::model::time::Day;
use crate::model::version::Versions;

/// Something that a condition names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Name<'a> {
    /// A product.
    Product(&'a ProductId),
    /// A range of a product's versions.
    Versions(&'a ProductId, &'a Versions),
    /// A role.
    Role(&'a str),
    /// An update.
    Update(&'a UpdateId),
    /// A setting.
    Setting(&'a str),
    /// A value with which a setting is compared.
    Value(&'a str, &'a Value),
    /// A number that bounds a setting.
    Bound(&'a str),
    /// A word with which a field of the entries of a list is compared, where collectors write few words.
    Word(ServerFact, &'static str, &'a str),
    /// A day before which it cannot hold.
    Since(Day),
}
