//! What kind of update a row of the database is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The kind of an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum UpdateKind {
    /// Contains all earlier ones of its branch.
    Cumulative,
    /// Security fixes.
    Security,
    /// Released beside the monthly ones.
    OutOfBand,
    /// A preview of a later one.
    Preview,
    /// Goes without a restart.
    Hotpatch,
    /// What hotpatches start from.
    Baseline,
    /// What installs updates.
    ServicingStack,
    /// One fix.
    Hotfix,
    /// A service pack.
    ServicePack,
    /// Another release of the product.
    Upgrade,
    /// A tool.
    Tool,
    /// Definitions of malware.
    Definition,
    /// A driver.
    Driver,
    /// Anything else.
    Other,
}
