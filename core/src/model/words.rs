//! The words of enums: one list gives `Display`, `word()` and `ALL`, so that no word stands in two places.

/// The one word for each value of an enum, as files, documents and people write it: `Display` and `word()`.
macro_rules! words {
    ($name:ident { $($variant:ident = $word:expr),+ $(,)? }) => {
        impl $name {
            /// All of them, in their order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The one that a word stands for.
            pub fn of_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.word() == word)
            }

            /// The word for it.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.word())
            }
        }
    };
}
pub(crate) use words;
