//! JSON Schema of every format, generated from the types that read it.

use schemars::Schema;

use crate::advisory::file::AdvisoryFile;
use crate::document::decision::Document;
use crate::document::difference::Difference;
use crate::model::curated::Curated;
use crate::model::event_source::EventSources;
use crate::model::pending::Pending;
use crate::model::product::Product;
use crate::model::server::Inventory;
use crate::model::setting::Settings;
use crate::policy::Policy;
use crate::policy::waivers::file::WaiversFile;

/// A kind of file and the schema of its type.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// The name in `patchgate/<kind>/v1`.
    pub name: &'static str,
    generate: fn() -> Schema,
}

/// All kinds.
pub const KINDS: &[Kind] = &[
    Kind { name: "inventory", generate: of::<Inventory> },
    Kind { name: "pending", generate: of::<Pending> },
    Kind { name: "product", generate: of::<Product> },
    Kind { name: "settings", generate: of::<Settings> },
    Kind { name: "coverage", generate: of::<Curated> },
    Kind { name: "event-sources", generate: of::<EventSources> },
    Kind { name: "advisory", generate: of::<AdvisoryFile> },
    Kind { name: "policy", generate: of::<Policy> },
    Kind { name: "waivers", generate: of::<WaiversFile> },
    Kind { name: "decision", generate: of::<Document> },
    Kind { name: "advisory-diff", generate: of::<Difference> },
];

/// The JSON Schema of a kind; none when there is no such kind.
pub fn schema(kind: &str) -> Option<Schema> {
    let kind = KINDS.iter().find(|one| one.name == kind)?;
    let mut schema = (kind.generate)();
    if let Some(property) = schema.pointer_mut("/properties/schema") {
        *property = serde_json::json!({"const": crate::model::schema::schema(kind.name)});
    }
    Some(schema)
}

fn of<T: schemars::JsonSchema>() -> Schema {
    schemars::schema_for!(T)
}
