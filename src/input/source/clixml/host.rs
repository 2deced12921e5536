//! Names of machines, which exports write with and without their domain.

/// The longest NetBIOS name, in characters: Windows cuts longer host names.
const NETBIOS: usize = 15;

/// Whether a name, full or not, is that of a host whose name may have been cut.
pub fn is_same_host(host: &str, name: &str) -> bool {
    let label = |name: &str| name.split('.').next().unwrap_or_default().to_lowercase();
    let (host, name) = (label(host), label(name));
    host == name || host.chars().count() == NETBIOS && name.starts_with(&host)
}
