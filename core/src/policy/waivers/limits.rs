//! What a policy asks of waivers: who may sign them, and for how long.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Waiver;
use crate::model::name::is_among;
use crate::model::period::Period;
use crate::model::time::start_of;

/// Who may sign waivers, and for how long.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WaiverLimits {
    /// These may sign; anybody where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<Vec<String>>,
    /// How far ahead the end of a waiver may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most: Option<Period>,
}

impl WaiverLimits {
    /// What is wrong with who signed a waiver.
    pub fn wrong_signature(&self, waiver: &Waiver) -> Option<String> {
        let allowed = self.approved_by.as_ref()?;
        let message = || format!("`{}` may not sign waivers by this policy", waiver.approved_by);
        (!is_among(&waiver.approved_by, allowed)).then(message)
    }

    /// What is wrong with how long a waiver lasts, seen from a moment.
    pub fn too_long(&self, waiver: &Waiver, at: Timestamp) -> Option<String> {
        let most = self.at_most?;
        let message = || format!("this waiver lasts until {}, more than the {most} of this policy", waiver.expires);
        (start_of(waiver.expires).duration_since(at) > most.duration()).then(message)
    }
}
