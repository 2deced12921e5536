//! What a server may have besides what its lists show, because a word in them is not known.

use std::collections::BTreeSet;

use super::id::ProductId;

/// What may be there besides what is listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Perhaps {
    /// Products.
    pub products: BTreeSet<ProductId>,
    /// Whether it may have other roles.
    pub roles: bool,
}
