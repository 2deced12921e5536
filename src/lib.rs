//! patchgate decides, for each pending update on each Windows server, whether it may be installed: approve, sequence or
//! block, with the evidence and a way out.
//!
//! Deciding is pure. Everything that can fail fails while loading, and a missing fact is an answer. From YAML to a
//! decision:
//!
//! ```
//! use patchgate::decide::decide;
//! use patchgate::document::decision::Inputs;
//! use patchgate::evaluate::Question;
//! use patchgate::input::builtin;
//! use patchgate::input::load::Loader;
//! use patchgate::model::verdict::Verdict;
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
//! let policy = builtin::policy(&mut loader).ok_or("not a valid policy")?;
//! let database = builtin::database()?;
//! let pending = [serde_json::from_str(r#"{"id": "KB974571", "released": "2009-10-13", "offered_to": ["ocs01"]}"#)?];
//! let question = Question {
//!     database: &database,
//!     policy: &policy.value,
//!     waivers: &[],
//!     pending: &pending,
//!     at: "2009-12-01T08:00:00Z".parse()?,
//!     is_complete: fleet.is_complete,
//!     hindsight: false,
//! };
//! let document = decide(question, &fleet.servers, Inputs::default());
//! let decision = document.decisions.first().ok_or("nothing was decided")?;
//! // Nobody recorded whether the fix tool was run, so the gate cannot tell, says so, and blocks.
//! assert_eq!((decision.verdict, decision.undecided), (Verdict::Block, true));
//! assert!(decision.reasons.iter().any(|reason| reason.missing.iter().any(|fact| fact.setting() == Some("ocs-asn-fix-applied"))));
//! # Ok(())
//! # }
//! ```
//!
//! There are three groups of modules:
//!
//! - **The gate** decides. It is the crate `patchgate-core`, re-exported here. [`model`] has the vocabulary and
//!   [`diagnostic`] the problems of files. [`condition`], [`advisory`], [`database`] and [`policy`] say what is known and
//!   wanted. [`evaluate`] gives the reasons for one update on one server, [`decide`] the decision for a fleet, and
//!   [`explain`] what one of its verdicts rests on. [`document`] has everything that is handed on to be written.
//! - **The edges** read and write: [`input`] turns files into values, [`render`] turns documents into text and other
//!   formats, [`file`](mod@file) writes files as a whole or not at all, [`net`] starts the program that speaks to a network, and
//!   [`cli`] is the command line.
//! - **The curators' tools** keep the knowledge right: [`curate`] has the lint rules, the cases and mutants of
//!   advisories, the checks of references and the importers, and [`history`] compares decisions.

pub use patchgate_core::{
    advisory, condition, database, decide, diagnostic, document, evaluate, explain, model, policy,
};

pub mod cli;
pub mod curate;
pub mod file;
pub mod history;
pub mod input;
pub mod net;
pub mod render;
