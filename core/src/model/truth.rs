//! Kleene's three truth values: what is known true, known false, or cannot be decided.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A truth value of Kleene's strong three-valued logic, ordered `False < Unknown < True`.
///
/// The order is the logic: *and* is the weakest, *or* is the strongest, *not* swaps the ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Truth {
    /// Known not to hold.
    False,
    /// Cannot be decided with the facts at hand.
    Unknown,
    /// Known to hold.
    True,
}

impl Truth {
    /// The weakest of all; true when there are none. Asks for no more once one is false.
    pub fn all(truths: impl IntoIterator<Item = Self>) -> Self {
        let mut weakest = Self::True;
        for truth in truths {
            weakest = weakest.and(truth);
            if weakest == Self::False {
                break;
            }
        }
        weakest
    }

    /// The strongest of all; false when there are none. Asks for no more once one is true.
    pub fn any(truths: impl IntoIterator<Item = Self>) -> Self {
        let mut strongest = Self::False;
        for truth in truths {
            strongest = strongest.or(truth);
            if strongest == Self::True {
                break;
            }
        }
        strongest
    }

    /// The weaker of two.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// The stronger of two.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }

    /// What two possibilities agree on.
    #[must_use]
    pub fn agreed(self, other: Self) -> Self {
        if self == other { self } else { Self::Unknown }
    }

    /// Whether an advisory with this outcome speaks: doubt is never lenient.
    pub fn is_possible(self) -> bool {
        self != Self::False
    }

    /// Whether it is known to hold.
    pub fn is_true(self) -> bool {
        self == Self::True
    }
}

impl std::ops::Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
            Self::True => Self::False,
        }
    }
}

impl From<bool> for Truth {
    fn from(known: bool) -> Self {
        if known { Self::True } else { Self::False }
    }
}

/// A fact that may not have been collected: absent is unknown.
impl From<Option<bool>> for Truth {
    fn from(fact: Option<bool>) -> Self {
        fact.map_or(Self::Unknown, Self::from)
    }
}

impl std::fmt::Display for Truth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::False => "false",
            Self::Unknown => "unknown",
            Self::True => "true",
        })
    }
}
