//! Cases: servers written into an advisory, and what it must say about each of them.

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

use crate::model::id::{UpdateId, id_or_mapping};
use crate::model::pending::PendingUpdate;
use crate::model::server::Server;
use crate::model::time::Moment;
use crate::model::truth::Truth;

/// A server, and what the advisory says about it.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What the case shows.
    pub name: String,
    /// The server's facts.
    pub server: CaseServer,
    /// The other servers of its fleet, all of them, where conditions count such; left out, nothing is known of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub others: Option<Vec<CaseServer>>,
    /// The pending update that it is about: an id, or what a pending file says of it. With it, `updates`, `builds` and
    /// `triggers` are tested too; left out, only what concerns the server: `affects`, `when`, `fixed_by`, `requires`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update: Option<CaseUpdate>,
    /// The moment of decision; left out, the first day on which all that the advisory names was there: its own last change,
    /// and the releases of the updates that it names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Moment>,
    /// What the advisory says.
    pub expect: Expect,
}

/// A fault that no case has to notice.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Survivor {
    /// The fault, as `advisory test --mutants` names it.
    pub mutant: String,
    /// Why no case can or should notice it.
    pub reason: String,
}

/// What an advisory says about a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Expect {
    /// It is known to apply.
    Speaks,
    /// It is known not to apply.
    Silent,
    /// It cannot be decided.
    Unknown,
}

impl From<Truth> for Expect {
    fn from(truth: Truth) -> Self {
        match truth {
            Truth::True => Self::Speaks,
            Truth::False => Self::Silent,
            Truth::Unknown => Self::Unknown,
        }
    }
}

impl fmt::Display for Expect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Speaks => "speaks",
            Self::Silent => "silent",
            Self::Unknown => "unknown",
        })
    }
}

/// A pending update in a case: an id, or what a pending file says of it.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct CaseUpdate(pub Box<PendingUpdate>);

impl From<UpdateId> for CaseUpdate {
    fn from(id: UpdateId) -> Self {
        PendingUpdate::of(id).into()
    }
}

impl From<PendingUpdate> for CaseUpdate {
    fn from(update: PendingUpdate) -> Self {
        Self(Box::new(update))
    }
}

impl<'de> Deserialize<'de> for CaseUpdate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        id_or_mapping::<PendingUpdate, _, _>(deserializer, "an update id, or a pending update")
    }
}

impl JsonSchema for CaseUpdate {
    fn schema_name() -> Cow<'static, str> {
        "CaseUpdate".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let (id, update) = (generator.subschema_for::<UpdateId>(), generator.subschema_for::<PendingUpdate>());
        schemars::json_schema!({"anyOf": [id, update]})
    }
}

/// A server's facts without its name.
#[derive(Clone, Debug)]
pub struct CaseServer(pub Box<Server>);

/// The name that a case's server bears in evidence.
const NAME: &str = "case";

/// As it is read: the name is not written.
impl Serialize for CaseServer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut facts = serde_json::to_value(&self.0).map_err(ser::Error::custom)?;
        if let Some(facts) = facts.as_object_mut() {
            facts.remove("name");
        }
        facts.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for CaseServer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = CaseServer;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the facts of a server")
            }

            fn visit_map<A: de::MapAccess<'de>>(self, facts: A) -> Result<CaseServer, A::Error> {
                let named = Named { facts, is_named: false, is_name_read: false };
                Server::deserialize(de::value::MapAccessDeserializer::new(named))
                    .map(|server| CaseServer(Box::new(server)))
            }
        }
        deserializer.deserialize_map(Visitor)
    }
}

/// The facts, preceded by a name.
struct Named<A> {
    facts: A,
    is_named: bool,
    is_name_read: bool,
}

impl<'de, A: de::MapAccess<'de>> de::MapAccess<'de> for Named<A> {
    type Error = A::Error;

    fn next_key_seed<K: de::DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        if self.is_named {
            return self.facts.next_key_seed(seed);
        }
        self.is_named = true;
        seed.deserialize(de::value::BorrowedStrDeserializer::new("name")).map(Some)
    }

    fn next_value_seed<V: de::DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        if self.is_name_read {
            return self.facts.next_value_seed(seed);
        }
        self.is_name_read = true;
        seed.deserialize(de::value::BorrowedStrDeserializer::new(NAME))
    }
}

impl JsonSchema for CaseServer {
    fn schema_name() -> Cow<'static, str> {
        "CaseServer".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let mut schema = Server::json_schema(generator);
        schema.remove("required");
        schema
    }
}
