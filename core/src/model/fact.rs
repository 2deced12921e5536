//! The names of facts: what conditions read, evidence tells and a decision may lack.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use super::id::{ProductId, UpdateId};
use super::neighbours::Among;
use super::server::ServerFact;
use super::text::text;
use super::words::words;

/// A fact by its name, such as `settings.tls`, `products.lync-server-2013.version` or `last_boot`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Fact {
    /// `roles`: a fact of the server as a whole.
    Server(ServerFact),
    /// `products.<id>`: whether the server has the product.
    Product(ProductId),
    /// `products.<id>.version`: the version of a product.
    Version(ProductId),
    /// `updates.<id>`: whether the update is installed.
    Installed(UpdateId),
    /// `updates.<id>.released`: what the pending file, or the database for it, says of a pending update.
    Pending(UpdateId, PendingFact),
    /// `services.<name>`, `certificates.<field>`, `listeners.count`: an entry of a list, a field of its entries, their
    /// number.
    Entry(ServerFact, Box<str>),
    /// `settings.<name>`: a setting.
    Setting(Box<str>),
    /// `inventory.complete`: whether the inventory holds the whole fleet.
    Complete,
    /// `others.pool`: what is known of the other servers of the pool, the site or the fleet.
    Others(Among),
    /// `at`: the moment of decision.
    At,
    /// `advisories`: the database itself.
    Advisories,
}

text!(Fact);

/// What is asked of a pending update.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PendingFact {
    /// Its day of release.
    Released,
    /// Its revision number.
    Revision,
    /// The day of its current revision.
    Revised,
    /// Its classification.
    Classification,
    /// Its title.
    Title,
    /// The products that it updates.
    Products,
    /// The versions that it brings.
    Brings,
}

words! {
    PendingFact {
        Released = "released", Revision = "revision", Revised = "revised", Classification = "classification", Title = "title",
        Products = "products", Brings = "brings",
    }
}

/// The text names no fact.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not the name of a fact")]
pub struct FactError(String);

impl Fact {
    /// Whether it is a fact of a server, which somebody could collect there.
    pub fn is_of_server(&self) -> bool {
        !matches!(self, Self::Pending(..) | Self::Complete | Self::Others(_) | Self::At | Self::Advisories)
    }

    /// The setting, when it is one.
    pub fn setting(&self) -> Option<&str> {
        match self {
            Self::Setting(name) => Some(name),
            _ => None,
        }
    }

    /// The fact of the server that holds it, and what it is called in there; none for what no server holds.
    pub fn in_server(&self) -> Option<(ServerFact, Option<&str>)> {
        match self {
            Self::Server(fact) => Some((*fact, None)),
            Self::Product(id) | Self::Version(id) => Some((ServerFact::Products, Some(id.as_str()))),
            Self::Installed(id) => Some((ServerFact::Updates, Some(id.as_str()))),
            Self::Entry(list, name) => Some((*list, Some(name))),
            Self::Setting(name) => Some((ServerFact::Settings, Some(name))),
            Self::Pending(..) | Self::Complete | Self::Others(_) | Self::At | Self::Advisories => None,
        }
    }
}

impl From<ServerFact> for Fact {
    fn from(fact: ServerFact) -> Self {
        Self::Server(fact)
    }
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server(fact) => fact.fmt(f),
            Self::Product(id) => write!(f, "{}.{id}", ServerFact::Products),
            Self::Version(id) => write!(f, "{}.{id}.version", ServerFact::Products),
            Self::Installed(id) => write!(f, "{}.{id}", ServerFact::Updates),
            Self::Pending(id, fact) => write!(f, "{}.{id}.{fact}", ServerFact::Updates),
            Self::Entry(list, name) => write!(f, "{list}.{name}"),
            Self::Setting(name) => write!(f, "{}.{name}", ServerFact::Settings),
            Self::Complete => f.write_str("inventory.complete"),
            Self::Others(among) => write!(f, "others.{among}"),
            Self::At => f.write_str("at"),
            Self::Advisories => f.write_str("advisories"),
        }
    }
}

impl FromStr for Fact {
    type Err = FactError;

    fn from_str(text: &str) -> Result<Self, FactError> {
        let error = || FactError(text.to_owned());
        if text == "inventory.complete" {
            return Ok(Self::Complete);
        }
        if let Some(among) = text.strip_prefix("others.") {
            return Among::of_word(among).map(Self::Others).ok_or_else(error);
        }
        let Some((list, rest)) = text.split_once('.') else {
            return match text {
                "at" => Ok(Self::At),
                "advisories" => Ok(Self::Advisories),
                _ => ServerFact::of_word(text).map(Self::Server).ok_or_else(error),
            };
        };
        match ServerFact::of_word(list).ok_or_else(error)? {
            ServerFact::Products => {
                let (id, is_version) = rest.strip_suffix(".version").map_or((rest, false), |id| (id, true));
                let id = ProductId::new(id).map_err(|_| error())?;
                Ok(if is_version { Self::Version(id) } else { Self::Product(id) })
            }
            ServerFact::Updates => {
                let asked = rest.rsplit_once('.').and_then(|(id, word)| Some((id, PendingFact::of_word(word)?)));
                let id = UpdateId::new(asked.map_or(rest, |(id, _)| id)).map_err(|_| error())?;
                Ok(asked.map_or_else(|| Self::Installed(id.clone()), |(_, fact)| Self::Pending(id.clone(), fact)))
            }
            ServerFact::Settings => Ok(Self::Setting(rest.into())),
            list => Ok(Self::Entry(list, rest.into())),
        }
    }
}

/// In the order of their names, as documents list them.
impl Ord for Fact {
    fn cmp(&self, other: &Self) -> Ordering {
        self.to_string().cmp(&other.to_string())
    }
}

impl PartialOrd for Fact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Facts with commas between them.
pub fn joined(facts: &[Fact]) -> String {
    facts.iter().map(Fact::to_string).collect::<Vec<_>>().join(", ")
}
