//! The exports of one server, and the server that they describe.

use std::collections::BTreeMap;
use std::path::Path;

use super::exchange::{self, Exchange};
use super::host::is_same_host;
use super::kind::Kind;
use super::operating_system::{self, OperatingSystem};
use super::tree::Tree;
use super::tree::value::Value;
use super::{Problem, certificates, features, kept, reboot, services, updates, whole};
use crate::diagnostic::Diagnostic;
use crate::model::id::{ProductId, ServerName};
use crate::model::server::{InstalledProduct, Server};

/// The documents of one server.
#[derive(Clone, Copy, Debug)]
pub struct Exports<'d> {
    folder: &'d Path,
    trees: &'d BTreeMap<Kind, Tree<'d>>,
}

impl<'d> Exports<'d> {
    /// The documents in a folder.
    pub fn new(folder: &'d Path, trees: &'d BTreeMap<Kind, Tree<'d>>) -> Self {
        Self { folder, trees }
    }

    /// The server, if the exports name it; adds what is wrong with any of them to the problems.
    pub fn server(self, problems: &mut Vec<Diagnostic>) -> Option<Server> {
        let system = kept(self.single(Kind::OperatingSystem), problems);
        let system = system.map(|system| operating_system::read(system, problems));
        let host = system.as_ref().and_then(|system| system.host.as_deref());
        let entry = kept(self.directory_entry(host), problems);
        let setup = kept(self.single(Kind::Setup), problems);
        let exchange = kept(exchange::read(setup, entry), problems);
        let features = self.list(Kind::Features, problems, features::installed);
        let updates = self.list(Kind::HotFixes, problems, |fix| updates::read(fix, host));
        let services = self.list(Kind::Services, problems, services::read);
        let certificates = self.list(Kind::Certificates, problems, certificates::read);
        let reboot_pending = kept(self.single(Kind::RebootPending).and_then(reboot::read), problems);
        // The file that names it may be the one that cannot be read.
        let name = self.name(host, entry);
        let name = name.map_err(|problem| problems.extend(problems.is_empty().then_some(*problem))).ok()?;
        Some(Server {
            collected_at: system.as_ref().and_then(|system| system.collected_at),
            roles: roles(system.as_ref(), exchange.as_ref(), features.as_deref()),
            products: products(system.as_ref(), exchange.as_ref(), features.as_deref()),
            updates: updates.map(updates::distinct),
            last_boot: system.as_ref().and_then(|system| system.last_boot),
            reboot_pending,
            services,
            certificates,
            ..Server::unknown(name)
        })
    }

    fn single(self, kind: Kind) -> Result<Option<Value<'d>>, Problem> {
        self.trees.get(&kind).map_or(Ok(None), Tree::single)
    }

    fn list<T>(
        self,
        kind: Kind,
        problems: &mut Vec<Diagnostic>,
        read: impl Fn(Value<'_>) -> Result<Option<T>, Problem>,
    ) -> Option<Vec<T>> {
        self.trees.get(&kind).map(|tree| tree.each(problems, read))
    }

    /// What the directory says about this server; the export may contain all Exchange servers of the organisation.
    fn directory_entry(self, host: Option<&str>) -> Result<Option<Value<'d>>, Problem> {
        let (Some(tree), Some(host)) = (self.trees.get(&Kind::ExchangeServer), host) else {
            return self.single(Kind::ExchangeServer);
        };
        let entries = tree.objects();
        let own = entries.iter().copied().find(|entry| {
            let names = [entry.text_of("Fqdn"), entry.text_of("Name")];
            names.iter().flatten().any(|name| is_same_host(host, name))
        });
        match (own, entries.first()) {
            (None, Some(first)) => {
                let message = format!("no Exchange server named `{host}`, as {} says", Kind::OperatingSystem.name());
                Err(first.problem("mixed-servers", message))
            }
            (own, _) => Ok(own),
        }
    }

    /// The full name of the host if the directory has it, else the host's; both as they are written.
    fn name(self, host: Option<&str>, entry: Option<Value<'_>>) -> Result<ServerName, Problem> {
        let entry_name = |property| entry.and_then(|entry| entry.text_of(property));
        let full = entry_name("Fqdn").filter(|full| host.is_none_or(|host| is_same_host(host, full)));
        let name = full.or_else(|| host.map(str::to_owned)).or_else(|| entry_name("Name"));
        let Some(name) = name else {
            let (one, two) = (Kind::OperatingSystem.name(), Kind::ExchangeServer.name());
            let message = format!("no file names the server: expected {one} or {two}");
            return Err(whole(self.folder, "missing-name", message));
        };
        ServerName::new(&name).map_err(|error| whole(self.folder, "bad-value", error.to_string()))
    }
}

/// The roles, when both Exchange's and those of Windows are known: half a list would deny the other half.
fn roles(
    system: Option<&OperatingSystem>,
    exchange: Option<&Exchange>,
    features: Option<&[String]>,
) -> Option<Vec<String>> {
    let is_controller = system.and_then(|system| system.is_domain_controller);
    let windows = features::roles(features?, is_controller);
    let roles = exchange?.roles.as_ref()?.iter().copied().chain(windows);
    Some(roles.map(str::to_owned).collect())
}

/// The products, when both Windows and Exchange are known.
fn products(
    system: Option<&OperatingSystem>,
    exchange: Option<&Exchange>,
    features: Option<&[String]>,
) -> Option<Vec<InstalledProduct>> {
    // Win32_OperatingSystem has 10.0.17763 without the fourth number, which is the patch level. Three numbers would
    // compare as 10.0.17763.0, a level nobody has, so the version stays unknown.
    let windows = InstalledProduct { product: system?.product.clone()?, version: None };
    let exchange = exchange?.product.clone()?;
    // No version of Exchange runs without .NET, and none of the exports that are read says which it is.
    let more = features::products(features.unwrap_or_default()).chain(["dotnet-framework"]);
    let more = more.filter_map(|id| Some(InstalledProduct { product: ProductId::new(id).ok()?, version: None }));
    Some([windows, exchange].into_iter().chain(more).collect())
}
