//! The inventory: servers and the facts collected about them.
//!
//! Every fact but the name is optional. A missing fact was not collected, so it is unknown; an empty list was
//! collected and found empty, so it is known.
//!
//! To add a fact: its line in the list `facts!` below, and an entry in `tests/facts.yaml`. If it is a list of a new kind of
//! entries, these are [`Named`].

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use super::id::{ProductId, ServerName, UpdateId, id_or_mapping};
use super::name::is_among;
use super::perhaps::Perhaps;
use super::setting::Value;
use super::time::{Day, Moment};
use super::unique_map;
use super::version::Version;
use super::words::words;

/// An inventory file.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Inventory {
    /// `patchgate/inventory/v1`.
    pub schema: String,
    /// When the facts were collected, unless a server says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collected_at: Option<Moment>,
    /// Whether it holds the whole fleet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub complete: bool,
    /// The servers.
    pub servers: Vec<Server>,
}

/// The facts of a server: each is a field of [`Server`] and a name in [`ServerFact`], and its values are a [`Collected`].
macro_rules! facts {
    ($($(#[$meta:meta])* $variant:ident $field:ident: $type:ty,)+) => {
        /// One machine and what was collected about it.
        #[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct Server {
            /// Unique, whatever its case.
            pub name: ServerName,
            /// When the facts were collected; overrides the file's.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub collected_at: Option<Moment>,
            /// What lists cover and when they were collected, where that is less than everything or another time.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub collected: Option<Box<Scopes>>,
            /// What it may have besides, because some of its words are not known. No file says so; it is concluded.
            #[serde(skip)]
            pub perhaps: Perhaps,
            $(
                $(#[$meta])*
                #[serde(default, skip_serializing_if = "Option::is_none")]
                pub $field: Option<$type>,
            )+
        }

        /// A fact of a server as a whole.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ServerFact {
            /// When its facts were collected.
            CollectedAt,
            $(
                #[doc = concat!("The fact `", stringify!($field), "`.")]
                $variant,
            )+
        }

        words! { ServerFact { CollectedAt = "collected_at", $($variant = stringify!($field)),+ } }

        impl Server {
            /// A server of which nothing but the name is known.
            pub fn unknown(name: ServerName) -> Self {
                Self { name, collected_at: None, collected: None, perhaps: Perhaps::default(), $($field: None),+ }
            }

            /// Takes from an older collection of the same server what this one lacks, and names what differs.
            pub fn join(&mut self, older: Self, differs: Differs<'_>) {
                let older = self.join_scopes(older);
                $(Collected::join(&mut self.$field, older.$field, ServerFact::$variant, differs);)+
            }

            /// Whether a fact was collected.
            pub fn has(&self, fact: ServerFact) -> bool {
                match fact {
                    ServerFact::CollectedAt => self.collected_at.is_some(),
                    $(ServerFact::$variant => self.$field.is_some(),)+
                }
            }

            /// What the entries of a list are called, in their order; nothing for a fact that is no list.
            pub fn names(&self, fact: ServerFact) -> Vec<Option<Cow<'_, str>>> {
                match fact {
                    ServerFact::CollectedAt => Vec::new(),
                    $(ServerFact::$variant => self.$field.as_ref().map(Collected::names).unwrap_or_default(),)+
                }
            }
        }
    };
}

facts! {
    /// WSUS computer groups or Configuration Manager collections.
    Groups groups: Vec<String>,
    /// The ring of the policy; absent or unknown means the last one.
    Ring ring: String,
    /// Where it stands.
    Site site: String,
    /// The name shared by servers that stand in for each other.
    Pool pool: String,
    /// Role ids of the products in the database.
    Roles roles: Vec<String>,
    /// The installed products; the operating system is one of them.
    Products products: Vec<InstalledProduct>,
    /// The installed updates.
    Updates updates: Vec<InstalledUpdate>,
    /// When it last started.
    LastBoot last_boot: Moment,
    /// Whether a restart is pending.
    RebootPending reboot_pending: bool,
    /// Windows services.
    Services services: Vec<Service>,
    /// Listening ports.
    Listeners listeners: Vec<Listener>,
    /// Certificates of the machine's stores.
    Certificates certificates: Vec<Certificate>,
    /// Settings declared in the database; each stands for itself, an absent one is unknown.
    #[serde(deserialize_with = "unique_map::optional")]
    Settings settings: BTreeMap<String, Option<Value>>,
}

/// What the lists of a server cover.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Scopes {
    /// Of the installed updates: families of products.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updates: Option<Scope>,
    /// Of the products: their families.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub products: Option<Scope>,
    /// Of the certificates: stores.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificates: Option<Scope>,
    /// Of the services.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub services: Option<Scope>,
    /// Of the listeners.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listeners: Option<Scope>,
    /// Of the roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roles: Option<Scope>,
    /// Of the settings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings: Option<Scope>,
}

/// What one list covers, and when it was collected.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Scope {
    /// Families of products, or stores of certificates; left out, everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub covers: Option<Vec<String>>,
    /// When; left out, with the other facts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Moment>,
}

impl Scopes {
    /// The moments at which lists were collected apart from the other facts.
    pub fn moments(&self) -> impl Iterator<Item = Moment> {
        let Self { updates, products, certificates, services, listeners, roles, settings } = self;
        let all = [updates, products, certificates, services, listeners, roles, settings];
        all.into_iter().flatten().filter_map(|scope| scope.at)
    }
}

/// Whether a list covers something: it covers everything, or names it.
fn covers(scope: Option<&Scope>, word: &str) -> bool {
    scope.and_then(|scope| scope.covers.as_ref()).is_none_or(|covers| is_among(word, covers))
}

/// What two lists cover together; the list of entries of the newer one then holds those of both.
fn joined_scope(newer: Option<Scope>, older: Option<Scope>) -> Option<Scope> {
    let (newer, older) = (newer.unwrap_or_default(), older.unwrap_or_default());
    let at = [newer.at, older.at].into_iter().flatten().min();
    let covers = newer.covers.zip(older.covers).map(|(mut one, two)| {
        one.extend(two);
        one.sort();
        one.dedup();
        one
    });
    Some(Scope { covers, at })
}

impl Server {
    /// Whether the list of installed updates covers a family of products.
    pub fn covers_updates_of(&self, family: &str) -> bool {
        covers(self.collected.as_ref().and_then(|scopes| scopes.updates.as_ref()), family)
    }

    /// Whether the list of installed updates covers everything.
    pub fn covers_all_updates(&self) -> bool {
        self.collected.as_ref().and_then(|scopes| scopes.updates.as_ref()).is_none_or(|scope| scope.covers.is_none())
    }

    /// Whether the list of products covers a family.
    pub fn covers_products_of(&self, family: &str) -> bool {
        covers(self.collected.as_ref().and_then(|scopes| scopes.products.as_ref()), family)
    }

    /// Whether the list of products would show a product of a family, if the server had it.
    pub fn would_list(&self, product: &ProductId, family: Option<&str>) -> bool {
        !self.perhaps.products.contains(product) && family.is_none_or(|family| self.covers_products_of(family))
    }

    /// Whether it may have products besides those that are listed.
    pub fn may_have_more_products(&self) -> bool {
        let scope = self.collected.as_ref().and_then(|scopes| scopes.products.as_ref());
        !self.perhaps.products.is_empty() || scope.is_some_and(|scope| scope.covers.is_some())
    }

    /// Whether the list of certificates covers a store; of any, whether it covers everything.
    pub fn covers_store(&self, store: Option<&str>) -> bool {
        let scope = self.collected.as_ref().and_then(|scopes| scopes.certificates.as_ref());
        match store {
            Some(store) => covers(scope, store),
            None => scope.is_none_or(|scope| scope.covers.is_none()),
        }
    }

    /// Joins lists that cover different things with those of an older collection, and gives what is left of that.
    fn join_scopes(&mut self, mut older: Self) -> Self {
        let (mut own, mut other) =
            (self.collected.take().unwrap_or_default(), older.collected.take().unwrap_or_default());
        macro_rules! join {
            ($field:ident) => {
                let differ = own.$field.as_ref().and_then(|one| one.covers.as_ref())
                    != other.$field.as_ref().and_then(|one| one.covers.as_ref());
                match (&mut self.$field, older.$field.take()) {
                    (Some(newer), Some(old)) if differ => {
                        let new = old.into_iter().filter(|entry| !newer.contains(entry)).collect::<Vec<_>>();
                        newer.extend(new);
                        own.$field = joined_scope(own.$field.take(), other.$field.take());
                    }
                    (newer, old) => {
                        if newer.is_none() {
                            own.$field = other.$field.take().filter(|_| old.is_some());
                        }
                        older.$field = old;
                    }
                }
            };
        }
        join!(updates);
        join!(products);
        join!(certificates);
        self.collected = Some(own).filter(|own| **own != Scopes::default());
        older
    }
}

/// Hears which fact differs between two collections, and of the settings which one.
type Differs<'d> = &'d mut dyn FnMut(ServerFact, Option<&str>);

/// What every kind of collected value can do.
trait Collected: PartialEq + Sized {
    /// Makes one of two collections: the newer one stands; where only the older one has the fact, it is taken.
    fn join(newer: &mut Option<Self>, older: Option<Self>, fact: ServerFact, differs: Differs<'_>) {
        match (&newer, older) {
            (None, older) => *newer = older,
            (Some(newer), Some(older)) if *newer != older => differs(fact, None),
            _ => {}
        }
    }

    /// What its entries are called, in their order, when it is a list.
    fn names(&self) -> Vec<Option<Cow<'_, str>>> {
        Vec::new()
    }
}

impl Collected for String {}
impl Collected for bool {}
impl Collected for Moment {}

impl<T: PartialEq + Named> Collected for Vec<T> {
    fn names(&self) -> Vec<Option<Cow<'_, str>>> {
        self.iter().map(Named::name).collect()
    }
}

/// An entry of a list of facts, which evidence calls by a name.
pub trait Named {
    /// What it is called; none when nothing was collected that could name it.
    fn name(&self) -> Option<Cow<'_, str>>;
}

impl Named for String {
    fn name(&self) -> Option<Cow<'_, str>> {
        Some(self.into())
    }
}

/// Settings join one by one: each stands for itself.
impl Collected for BTreeMap<String, Option<Value>> {
    fn join(newer: &mut Option<Self>, older: Option<Self>, fact: ServerFact, differs: Differs<'_>) {
        let Some(older) = older else { return };
        let settings = newer.get_or_insert_default();
        for (name, value) in older {
            match settings.get(&name) {
                None | Some(None) => drop(settings.insert(name, value)),
                Some(known) if value.is_some() && *known != value => differs(fact, Some(&name)),
                _ => {}
            }
        }
    }
}

/// A product on a server.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InstalledProduct {
    /// The product's id in the database.
    pub product: ProductId,
    /// Its version; absent when it was not collected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
}

impl Named for InstalledProduct {
    fn name(&self) -> Option<Cow<'_, str>> {
        Some(self.product.as_str().into())
    }
}

/// An installed update: a bare id, or with the day.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(untagged)]
#[serde(untagged)]
pub enum InstalledUpdate {
    /// Only the id is known.
    Bare(UpdateId),
    /// The id and the day of installation.
    Dated(DatedUpdate),
}

/// An installed update with the day of its installation.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DatedUpdate {
    /// The update.
    pub id: UpdateId,
    /// The day of installation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installed: Option<Day>,
}

impl InstalledUpdate {
    /// The update.
    pub fn id(&self) -> &UpdateId {
        match self {
            Self::Bare(id) => id,
            Self::Dated(update) => &update.id,
        }
    }
}

impl Named for InstalledUpdate {
    fn name(&self) -> Option<Cow<'_, str>> {
        Some(self.id().as_str().into())
    }
}

impl From<UpdateId> for InstalledUpdate {
    fn from(id: UpdateId) -> Self {
        Self::Bare(id)
    }
}

impl From<DatedUpdate> for InstalledUpdate {
    fn from(update: DatedUpdate) -> Self {
        Self::Dated(update)
    }
}

impl<'de> Deserialize<'de> for InstalledUpdate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        id_or_mapping::<DatedUpdate, _, _>(deserializer, "an update id, or {id, installed}")
    }
}

/// A Windows service.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// The service name, not the display name.
    pub name: String,
    /// `running`, `stopped`, `paused` and the like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// `automatic`, `manual`, `disabled`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// The account it logs on as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
}

impl Named for Service {
    fn name(&self) -> Option<Cow<'_, str>> {
        Some(self.name.as_str().into())
    }
}

/// A listening port.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Listener {
    /// The port's number.
    pub port: u16,
    /// The file name of the listening process.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process: Option<String>,
}

impl Named for Listener {
    fn name(&self) -> Option<Cow<'_, str>> {
        Some(self.port.to_string().into())
    }
}

/// A certificate of the machine.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// The Windows store it lies in: `my`, `ca`, `root`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<String>,
    /// SHA-1 of the certificate, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbprint: Option<String>,
    /// The serial number, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// The distinguished name of its subject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The distinguished name of its issuer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// The start of its validity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Moment>,
    /// The end of its validity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_after: Option<Moment>,
    /// The services it is assigned to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_by: Option<Vec<String>>,
    /// The accounts that may read its private key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_readable_by: Option<Vec<String>>,
    /// What it may be used for: `server-auth`, `client-auth`, …; `any` for an unrestricted one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purposes: Option<Vec<String>>,
    /// The subjects of the certificates collected for its chain, issuer first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chain: Option<Vec<String>>,
    /// The digest of its signature: `md5`, `sha1`, `sha256`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
}

impl Named for Certificate {
    fn name(&self) -> Option<Cow<'_, str>> {
        let name = self.thumbprint.as_ref().or(self.serial.as_ref()).or(self.subject.as_ref());
        name.map(|name| name.as_str().into())
    }
}

impl Server {
    /// The value of a setting, when it was collected.
    pub fn setting(&self, name: &str) -> Option<&Value> {
        self.settings.as_ref()?.get(name)?.as_ref()
    }

    /// Whether it is in a WSUS group or collection; no groups collected is in none.
    pub fn is_in_group(&self, group: &str) -> bool {
        is_among(group, self.groups.iter().flatten())
    }
}
