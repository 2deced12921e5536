//! The nouns: what a server, an update and a product are, before anything is decided about them.

pub mod catalogue;
pub mod event_source;
pub mod hypothesis;
pub mod id;
pub mod key_path;
pub mod one_or_many;
pub mod pending;
pub mod period;
pub mod product;
pub mod server;
pub mod setting;
pub mod time;
pub mod trace;
pub mod truth;
pub mod unique_map;
pub mod version;
