//! `Get-WindowsFeature`: the roles and features of Windows that are installed.

use super::Problem;
use super::tree::value::Value;

/// The roles by the feature that brings them.
const ROLES: [(&str, &str); 13] = [
    ("DNS", "dns"),
    ("DHCP", "dhcp"),
    ("FS-FileServer", "file-server"),
    ("Print-Server", "print-server"),
    ("Hyper-V", "hyper-v"),
    ("Failover-Clustering", "failover-cluster"),
    ("ADCS-Cert-Authority", "certificate-authority"),
    ("ADFS-Federation", "federation"),
    ("Web-Server", "web-server"),
    ("RDS-RD-Server", "remote-desktop-session-host"),
    ("RDS-Gateway", "remote-desktop-gateway"),
    ("UpdateServices-Services", "wsus"),
    ("NPAS", "radius"),
];

/// The products by the feature that brings them.
const PRODUCTS: [(&str, &str); 1] = [("UpdateServices-Services", "wsus")];

const DOMAIN_SERVICES: &str = "AD-Domain-Services";

/// The name of a feature, if it is installed.
///
/// # Errors
/// When the object is not a feature.
pub fn installed(feature: Value<'_>) -> Result<Option<String>, Problem> {
    match (feature.text_of("Name"), feature.truth_of("Installed")?) {
        (Some(name), Some(installed)) => Ok(installed.then_some(name)),
        _ => Err(feature.problem("missing-value", "expected a feature with `Name` and `Installed`".to_owned())),
    }
}

/// The roles that the installed features bring.
///
/// The feature of a domain controller may be there without the promotion to one, so what the machine says about itself
/// counts more; without it, the feature is taken for the role.
pub fn roles(features: &[String], is_domain_controller: Option<bool>) -> impl Iterator<Item = &'static str> {
    let is_controller = is_domain_controller.unwrap_or_else(|| has(features, DOMAIN_SERVICES));
    let controller = is_controller.then_some("domain-controller");
    controller.into_iter().chain(brought(features, &ROLES))
}

/// The products that the installed features bring.
pub fn products(features: &[String]) -> impl Iterator<Item = &'static str> {
    brought(features, &PRODUCTS)
}

fn brought(features: &[String], table: &'static [(&str, &'static str)]) -> impl Iterator<Item = &'static str> {
    table.iter().filter(|(feature, _)| has(features, feature)).map(|(_, id)| *id)
}

fn has(features: &[String], name: &str) -> bool {
    features.iter().any(|feature| feature.eq_ignore_ascii_case(name))
}
