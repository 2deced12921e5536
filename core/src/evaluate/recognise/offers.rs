//! Offers: whom the names mean that updates are offered to.

use std::collections::BTreeMap;

use hashbrown::{HashMap, HashSet};

use crate::evaluate::candidate::{Candidate, CandidateId};
use crate::model::name::Folded;
use crate::model::server::Server;
use crate::model::table::Table;

/// The offered updates, by whom they are offered to.
#[derive(Clone, Debug, Default)]
pub struct Offers {
    /// By the name of one server: it has them, whatever its products.
    by_server: HashMap<Folded, Vec<CandidateId>>,
    /// By the name of a group: its members have them, if they have or may have one of the products.
    by_group: HashMap<Folded, Vec<CandidateId>>,
    /// By a short name of several servers, which is like a group of them.
    by_label: HashMap<Folded, Vec<CandidateId>>,
    /// Those that are offered to more than servers: whoever has no collected groups may be a member.
    to_groups: Vec<CandidateId>,
    /// The names that neither a server nor a group of the inventory has.
    pub unknown: BTreeMap<String, Vec<CandidateId>>,
    /// The short names that mean one server with a longer name, each with that.
    pub short: BTreeMap<String, String>,
    /// Whether somebody's groups were not collected.
    pub may_be_members: bool,
}

/// Who has which name.
struct Names {
    servers: HashSet<Folded>,
    groups: HashSet<Folded>,
    /// The servers whose names begin with a label; none where there are several.
    labels: HashMap<Folded, Option<Folded>>,
}

/// Whom a name means.
enum Whom {
    Server(Folded),
    Short(Folded),
    Group,
    Several(Folded),
    Nobody,
}

impl Offers {
    /// Whom the offers of some candidates mean among servers.
    pub fn of(candidates: &Table<CandidateId, Candidate<'_>>, servers: &[impl AsRef<Server>]) -> Self {
        let mut offers = Self::default();
        let names = Names::of(servers);
        offers.may_be_members = servers.iter().any(|server| server.as_ref().groups.is_none());
        for (id, candidate) in candidates.iter() {
            for name in candidate.update.offered_to.iter().flatten() {
                offers.add(id, name, &names);
            }
        }
        offers.to_groups.sort_unstable();
        offers.to_groups.dedup();
        offers
    }

    fn add(&mut self, id: CandidateId, name: &str, names: &Names) {
        let group = Folded::loosely(name);
        let is_group = names.groups.contains(&group);
        let whom = names.whom(name, is_group);
        if is_group {
            self.by_group.entry(group).or_default().push(id);
        }
        match whom {
            Whom::Server(server) => return self.by_server.entry(server).or_default().push(id),
            Whom::Short(server) => {
                self.short.insert(name.to_owned(), server.as_str().to_owned());
                return self.by_server.entry(server).or_default().push(id);
            }
            Whom::Group => {}
            Whom::Several(label) => self.by_label.entry(label).or_default().push(id),
            Whom::Nobody => self.unknown.entry(name.to_owned()).or_default().push(id),
        }
        self.to_groups.push(id);
    }

    /// What is offered to a server by its name.
    pub fn by_name(&self, server: &Server) -> &[CandidateId] {
        match self.by_server.is_empty() {
            true => &[],
            false => self.by_server.get(&server.name.folded()).map(Vec::as_slice).unwrap_or_default(),
        }
    }

    /// What is offered to groups of which a server is, or may be, a member.
    pub fn by_group(&self, server: &Server) -> Vec<CandidateId> {
        let Some(groups) = &server.groups else { return self.to_groups.clone() };
        let of_groups = groups.iter().filter(|_| !self.by_group.is_empty());
        let of_groups = of_groups.filter_map(|group| self.by_group.get(&Folded::loosely(group)));
        let label = (!self.by_label.is_empty()).then(|| label(server.name.as_str())).flatten();
        let of_label = label.and_then(|label| self.by_label.get(&label));
        of_groups.chain(of_label).flatten().copied().collect()
    }

    /// Whether something is offered to groups.
    pub fn has_groups(&self) -> bool {
        !self.to_groups.is_empty()
    }

    /// What is offered to a name that nobody has or may have. Of a whole fleet whose groups are all known, an unknown name is a
    /// group without members.
    pub fn to_nobody(&self, is_complete: bool) -> impl Iterator<Item = CandidateId> {
        let is_sure = !self.may_be_members && !is_complete;
        self.unknown.values().flatten().copied().filter(move |_| is_sure)
    }
}

impl Names {
    fn of(servers: &[impl AsRef<Server>]) -> Self {
        let mut names = Self { servers: HashSet::new(), groups: HashSet::new(), labels: HashMap::new() };
        for server in servers.iter().map(AsRef::as_ref) {
            let name = server.name.folded();
            names.groups.extend(server.groups.iter().flatten().map(|group| Folded::loosely(group)));
            if let Some(label) = label(server.name.as_str()) {
                names.labels.entry(label).and_modify(|one| *one = None).or_insert_with(|| Some(name.clone()));
            }
            names.servers.insert(name);
        }
        names
    }

    fn whom(&self, name: &str, is_group: bool) -> Whom {
        let folded = Folded::of(name.trim());
        match self.labels.get(&folded) {
            _ if self.servers.contains(&folded) => Whom::Server(folded),
            _ if is_group => Whom::Group,
            Some(Some(server)) => Whom::Short(server.clone()),
            Some(None) => Whom::Several(folded),
            None => Whom::Nobody,
        }
    }
}

/// The first part of a name that has several; a short name has none.
fn label(name: &str) -> Option<Folded> {
    name.split_once('.').map(|(label, _)| Folded::of(label))
}
