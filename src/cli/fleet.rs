//! The fleet that a policy or waivers are checked against: the files alone show only half of what is wrong.

use std::path::PathBuf;

use clap::Args;

use super::inputs;
use super::overwrite::Input;
use crate::input::load::Loader;
use crate::model::pending::PendingUpdate;
use crate::model::server::Server;
use crate::model::wording::counted;

/// Where the fleet and its pending updates are.
#[derive(Debug, Args)]
#[group(skip)]
pub struct Arguments {
    /// Inventory of the fleet; may be given several times
    #[arg(short, long, value_name = "INVENTORY")]
    pub inventory: Vec<PathBuf>,
    /// What the inventory is an export of, when it is not one of patchgate's own
    #[arg(long, value_name = "SOURCE", value_parser = inputs::sources(), requires = "inventory")]
    pub from: Option<String>,
    /// Pending updates; may be given several times
    #[arg(short, long, value_name = "PENDING")]
    pub pending: Vec<PathBuf>,
}

/// The fleet and its pending updates, as far as they were given.
#[derive(Debug)]
pub struct Given {
    /// The servers.
    pub servers: Option<Vec<Server>>,
    /// The pending updates.
    pub pending: Option<Vec<PendingUpdate>>,
}

impl Arguments {
    /// Reads what was given; the loader keeps what is wrong with it.
    pub fn load(&self, loader: &mut Loader) -> Given {
        let fleet = (!self.inventory.is_empty()).then(|| {
            let (fleet, problems) = inputs::load_fleet(&self.inventory, self.from.as_deref(), false);
            problems.into_iter().for_each(|problem| loader.keep(problem));
            fleet
        });
        let pending = loader.pendings(&self.pending).map(|loaded| loaded.value.updates);
        Given { servers: fleet.flatten().map(|fleet| fleet.servers), pending }
    }

    /// The inputs, as they are named.
    pub fn named(&self) -> impl Iterator<Item = Input<'_>> {
        Input::inventories(&self.inventory, self.from.as_deref()).chain(Input::files(&self.pending))
    }

    /// The files.
    pub fn paths(&self) -> impl Iterator<Item = &PathBuf> {
        self.inventory.iter().chain(&self.pending)
    }
}

impl Given {
    /// What was checked and against what, in a few words.
    pub fn scope(&self, checked: String) -> String {
        let servers = self.servers.as_ref().map(|servers| counted(servers.len(), "server"));
        let pending = self.pending.as_ref().map(|pending| counted(pending.len(), "pending update"));
        [Some(checked), servers, pending].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}
