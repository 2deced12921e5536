//! Advisories that are said to be confirmed, on the word of a single source that nobody answers for.

use super::addresses::host;
use super::{Check, Found, LintRule};
use crate::advisory::{Advisory, Confidence};
use crate::curate::corpus::Corpus;
use crate::model::key_path::KeyPath;

/// The rule.
///
/// A source is strong when the vendor or a public body answers for it; of other sources it takes two independent ones.
pub const RULE: LintRule = LintRule::warning(
    "weak-source",
    "confirmed, but by a single source that is neither the vendor's nor a public body's",
    Check::Advisory(check),
)
.follows(&["no-reference", "reference-not-https"]);

/// Hosts, with their subdomains.
const STRONG_HOSTS: &[&str] = &[
    "microsoft.com",
    "msrc.microsoft.com",
    "azure.com",
    "windows.com",
    "visualstudio.com",
    "windowsupdate.com",
    "aka.ms",
    "cisa.gov",
    "nist.gov",
    "cert.org",
    "bsi.bund.de",
    "ncsc.gov.uk",
    "ssi.gouv.fr",
    "jpcert.or.jp",
    "vmware.com",
    "broadcom.com",
    "citrix.com",
    "dell.com",
    "hpe.com",
    "lenovo.com",
    "cisco.com",
];

/// Repositories in which the vendor publishes.
const STRONG_OWNERS: &[&str] = &["microsoft", "microsoftdocs", "azure", "dotnet", "powershell"];

fn check(_: &Corpus<'_>, advisory: &Advisory, found: &mut Found) {
    if advisory.confidence != Confidence::Confirmed || advisory.references.iter().any(|reference| is_strong(reference))
    {
        return;
    }
    let mut hosts: Vec<String> = advisory.references.iter().filter_map(|reference| host(reference)).collect();
    hosts.sort();
    hosts.dedup();
    if let [only] = hosts.as_slice() {
        let message = format!("confirmed only by {only}");
        let help = "add an independent source or the vendor's, or write `confidence: reported`".to_owned();
        let written = KeyPath::key("references").then(0);
        found.add(written, message, Some(help));
    }
}

fn is_strong(address: &str) -> bool {
    let Some(host) = host(address) else { return false };
    let is_below = |strong: &&str| host == **strong || host.ends_with(&format!(".{strong}"));
    match host.as_str() {
        "github.com" | "raw.githubusercontent.com" => {
            let owner = address.split('/').nth(3).unwrap_or_default();
            STRONG_OWNERS.iter().any(|strong| strong.eq_ignore_ascii_case(owner))
        }
        // Anybody may write in the vendor's forums, so nobody answers for what is said there.
        "answers.microsoft.com" | "social.technet.microsoft.com" | "social.msdn.microsoft.com" => false,
        _ => STRONG_HOSTS.iter().any(is_below),
    }
}
