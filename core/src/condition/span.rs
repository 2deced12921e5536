//! What conditions on a span share: two ends, of which one at least is given.

/// A condition on a span: a struct with a key for each end, and how it is read and shown.
macro_rules! span {
    (
        $(#[$meta:meta])*
        $name:ident($key:literal) of $end:ty {
            $(#[$first_meta:meta])* $first:ident,
            $(#[$second_meta:meta])* $second:ident,
        } else $problem:literal
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields)]
        #[schemars(extend("minProperties" = 1))]
        pub struct $name {
            $(#[$first_meta])*
            #[serde(default, skip_serializing_if = "Option::is_none")]
            $first: Option<$end>,
            $(#[$second_meta])*
            #[serde(default, skip_serializing_if = "Option::is_none")]
            $second: Option<$end>,
        }

        impl $name {
            /// The ends that it has.
            fn ends(&self) -> impl Iterator<Item = $end> {
                self.$first.into_iter().chain(self.$second)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                #[derive(serde::Deserialize)]
                #[serde(deny_unknown_fields)]
                struct Written {
                    $first: Option<$end>,
                    $second: Option<$end>,
                }
                let Written { $first, $second } = Written::deserialize(deserializer)?;
                if $first.is_none() && $second.is_none() {
                    return Err(serde::de::Error::custom($problem));
                }
                Ok(Self { $first, $second })
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str($key)?;
                $crate::condition::entries::write_field(f, stringify!($first), self.$first.as_ref())?;
                $crate::condition::entries::write_field(f, stringify!($second), self.$second.as_ref())
            }
        }
    };
}
pub(crate) use span;
