//! patchgate decides for each pending update on each Windows server: approve, sequence or block, with the evidence.
//!
//! The core is pure: everything that can fail fails while loading, and a missing fact is an answer. From YAML to a
//! decision:
//!
//! ```
//! use patchgate::decide::decide;
//! use patchgate::decision::{Inputs, Verdict};
//! use patchgate::evaluate::Question;
//! use patchgate::load::{Loader, builtin};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut loader = Loader::default();
//! let mut source = |text: &str| loader.source("example.yaml".to_owned(), text.as_bytes().to_vec());
//! let inventory = source(
//!     "
//! schema: patchgate/inventory/v1
//! servers:
//!   - name: ocs01
//!     roles: [front-end]
//!     products: [{product: office-communications-server-2007-r2, version: 3.5.6907.0}]
//!     updates: []
//! ",
//! );
//! let inventory: Vec<_> = inventory.into_iter().collect();
//! let fleet = loader.fleet_of(&inventory, false).ok_or("not a valid inventory")?;
//! let policy = loader.default_policy().ok_or("not a valid policy")?;
//! let database = builtin::database()?;
//! let pending = [serde_json::from_str(r#"{"id": "KB974571", "released": "2009-10-13", "offered_to": ["ocs01"]}"#)?];
//! let question = Question {
//!     database: &database,
//!     policy: &policy.value,
//!     waivers: &[],
//!     pending: &pending,
//!     at: "2009-12-01T08:00:00Z".parse()?,
//!     hindsight: false,
//! };
//! let document = decide(question, &fleet.servers, Inputs::default());
//! let decision = document.decisions.first().ok_or("nothing was decided")?;
//! // Nobody recorded whether the fix tool was run, so the gate cannot tell, says so, and blocks.
//! assert_eq!((decision.verdict, decision.undecided), (Verdict::Block, true));
//! assert!(decision.reasons.iter().any(|reason| reason.missing == ["settings.ocs-asn-fix-applied"]));
//! # Ok(())
//! # }
//! ```
//!
//! The rooms, in the order in which they import each other: [`model`], [`condition`], [`advisory`], [`database`],
//! [`decision`], [`policy`], [`evaluate`], [`decide`], [`compare`]; then what checks the data itself, [`library`], [`cases`],
//! [`mutants`], [`lint`], [`findings`]; at the edges [`load`], [`source`], [`render`], [`online`], [`cli`].

pub mod advisory;
pub mod cases;
pub mod cli;
pub mod compare;
pub mod condition;
pub mod database;
pub mod decide;
pub mod decision;
pub mod diagnostic;
pub mod evaluate;
pub mod explain;
pub mod findings;
pub mod library;
pub mod lint;
pub mod load;
pub mod model;
pub mod mutants;
pub mod online;
pub mod policy;
pub mod render;
pub mod schema;
pub mod source;
