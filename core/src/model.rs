//! The nouns: what a server, an update and a product are, and the words in which decisions are told.

pub mod catalogue;
pub mod effect;
pub mod event_source;
pub mod fact;
pub mod hypothesis;
pub mod id;
pub mod key_path;
pub mod one_or_many;
pub mod pending;
pub mod period;
pub mod product;
pub mod rule;
pub mod schema;
pub mod server;
pub mod setting;
pub mod severity;
pub(crate) mod text;
pub mod time;
pub mod trace;
pub mod truth;
pub mod unique_map;
pub mod verdict;
pub mod version;
pub(crate) mod words;
