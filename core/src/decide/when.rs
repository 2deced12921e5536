//! When a pair can go.

use jiff::Timestamp;

/// When a pair can go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct When {
    /// Whether somebody has to take steps first.
    pub has_steps: bool,
    /// The moment before which it must not go; none when there is none.
    pub not_before: Option<Timestamp>,
    /// The round.
    pub round: u32,
}

impl When {
    /// The later of two, in each respect.
    #[must_use]
    pub fn latest(self, other: Self) -> Self {
        Self {
            has_steps: self.has_steps || other.has_steps,
            not_before: self.not_before.max(other.not_before),
            round: self.round.max(other.round),
        }
    }

    /// A round later.
    #[must_use]
    pub fn after(self) -> Self {
        Self { round: self.round + 1, ..self }
    }
}
