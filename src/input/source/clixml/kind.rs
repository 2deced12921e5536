//! The exports that are read, and the names of their files.

/// What a file exports: the command or class it is named after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The operating system, the name of the machine and its clock.
    OperatingSystem,
    /// The version information of `ExSetup.exe`.
    Setup,
    /// What the directory says about Exchange servers.
    ExchangeServer,
    /// The installed Windows updates.
    HotFixes,
    /// The services.
    Services,
    /// The roles and features of Windows.
    Features,
    /// The certificates that Exchange may use.
    Certificates,
    /// Whether a restart is pending.
    RebootPending,
}

const NAMES: [(&str, Kind); 8] = [
    ("Win32_OperatingSystem", Kind::OperatingSystem),
    ("ExSetup", Kind::Setup),
    ("GetExchangeServer", Kind::ExchangeServer),
    ("GetHotFix", Kind::HotFixes),
    ("GetService", Kind::Services),
    ("GetWindowsFeature", Kind::Features),
    ("GetExchangeCertificate", Kind::Certificates),
    ("GetServerRebootPending", Kind::RebootPending),
];

impl Kind {
    /// All kinds.
    pub fn all() -> impl Iterator<Item = Self> {
        NAMES.into_iter().map(|(_, kind)| kind)
    }

    /// The name of its files, without prefix and extension.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }

    /// Whether it shows which server the folder is about, or at least that it is an Exchange server.
    pub fn names_a_server(self) -> bool {
        matches!(self, Self::OperatingSystem | Self::Setup | Self::ExchangeServer)
    }

    /// The prefix and the kind of a file, by its name: `E19_GetHotFix.clixml.gz` is `e19_` and hot fixes.
    pub fn of_file(file: &str) -> Option<(String, Self)> {
        let lower = file.to_lowercase();
        let lower = lower.strip_suffix(".gz").unwrap_or(&lower);
        let stem = lower.strip_suffix(".clixml").or_else(|| lower.strip_suffix(".xml"))?;
        NAMES.into_iter().find_map(|(name, kind)| {
            let prefix = stem.strip_suffix(&name.to_lowercase())?;
            let is_apart = prefix.is_empty() || prefix.ends_with(['_', '-', '.', ' ']);
            is_apart.then(|| (prefix.to_owned(), kind))
        })
    }
}
