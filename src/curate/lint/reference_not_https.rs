//! References and sources whose address is not https.

use super::addresses::{addresses, host};
use super::{Check, FoundInFiles, LintRule};
use crate::curate::corpus::Corpus;

/// The rule.
pub const RULE: LintRule = LintRule::error(
    "reference-not-https",
    "a reference or source that is not an https address",
    Check::Database(check),
);

fn check(corpus: &Corpus<'_>, found: &mut FoundInFiles) {
    for (source, at, address) in addresses(corpus).filter(|(.., address)| !is_https(address)) {
        found.add(source, at, format!("`{address}` is not an https address"), None);
    }
}

/// Whether an address is https, has a host with a dot, and no white space.
fn is_https(address: &str) -> bool {
    host(address).is_some_and(|host| host.contains('.')) && !address.contains(char::is_whitespace)
}
