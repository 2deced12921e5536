//! Where an update can be tried first.

/// The first of the rings whose servers can tell how an update does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FirstRings {
    /// Where it is pending; the very first as long as nobody has looked.
    pub pending: Option<usize>,
    /// Where it is installed, if that is before the first where it is pending.
    pub installed: Option<usize>,
}

impl FirstRings {
    /// No ring.
    pub const NONE: Self = Self { pending: None, installed: None };
}

impl Default for FirstRings {
    fn default() -> Self {
        Self { pending: Some(0), installed: None }
    }
}
