//! `ExSetup` and `GetExchangeServer`: which Exchange it is, at what patch level, with which roles.

use super::Problem;
use super::tree::value::Value;
use crate::model::id::ProductId;
use crate::model::server::InstalledProduct;
use crate::model::version::Version;

/// What is known about Exchange.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The product; with its version only if `ExSetup` was exported, for the directory does not know security updates.
    pub product: Option<InstalledProduct>,
    /// Its roles; nothing when the directory's entry is missing or incomplete.
    pub roles: Option<Vec<&'static str>>,
}

/// The products by the version they begin with (Exchange build numbers, learn.microsoft.com).
const PRODUCTS: [([u64; 3], &str); 6] = [
    ([15, 2, 2562], "exchange-server-se"),
    ([15, 2, 0], "exchange-server-2019"),
    ([15, 1, 0], "exchange-server-2016"),
    ([15, 0, 0], "exchange-server-2013"),
    ([14, 0, 0], "exchange-server-2010"),
    ([8, 0, 0], "exchange-server-2007"),
];

/// The roles by their property, and the first version that has no such role of its own.
const ROLES: [(&str, &str, [u64; 2]); 5] = [
    ("IsMailboxServer", "mailbox", [u64::MAX, 0]),
    ("IsEdgeServer", "edge-transport", [u64::MAX, 0]),
    ("IsClientAccessServer", "client-access", [15, 1]),
    ("IsHubTransportServer", "hub-transport", [15, 0]),
    ("IsUnifiedMessagingServer", "unified-messaging", [15, 0]),
];

/// Reads what was exported of the two; nothing when neither was.
///
/// # Errors
/// When a version is none of Exchange's, or a role's property is neither true nor false.
pub fn read(setup: Option<Value<'_>>, entry: Option<Value<'_>>) -> Result<Option<Exchange>, Problem> {
    let installed = setup.map(installed_version).transpose()?.flatten();
    let version = match (installed, entry) {
        (Some(version), _) => Some(version),
        (None, Some(entry)) => directory_version(entry)?,
        (None, None) => return Ok(None),
    };
    let Some(Found { numbers, product }) = version else { return Ok(Some(Exchange { product: None, roles: None })) };
    let version = installed.map(|_| numbers.map(|number| number.to_string()).join("."));
    let version = version.and_then(|version| version.parse::<Version>().ok());
    let product = ProductId::new(product).ok().map(|product| InstalledProduct { product, version });
    let [major, minor, ..] = numbers;
    let roles = entry.map(|entry| roles(entry, [major, minor])).transpose()?.flatten();
    Ok(Some(Exchange { product, roles }))
}

/// A version, and the product it is one of.
#[derive(Clone, Copy)]
struct Found {
    numbers: [u64; 4],
    product: &'static str,
}

/// `FileVersion` of `ExSetup.exe`, such as `15.02.0986.005`: Exchange's own scripts take it for the patch level.
fn installed_version(setup: Value<'_>) -> Result<Option<Found>, Problem> {
    let Some(version) = setup.property("FileVersion") else { return Ok(None) };
    let text = version.text();
    let numbers: Option<Vec<u64>> = text.trim().split('.').map(|part| part.parse().ok()).collect();
    let found = numbers.and_then(|numbers| known(numbers.try_into().ok()?));
    found.map(Some).ok_or_else(|| version.bad("`FileVersion`: expected a version of Exchange, such as 15.02.0986.005"))
}

/// `AdminDisplayVersion`, such as `Version 15.2 (Build 986.5)`.
fn directory_version(entry: Value<'_>) -> Result<Option<Found>, Problem> {
    let Some(version) = entry.property("AdminDisplayVersion") else { return Ok(None) };
    let text = version.text();
    let numbers = text.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok());
    let numbers: Option<[u64; 4]> = numbers.collect::<Vec<_>>().try_into().ok();
    // The directory keeps builds with 30000 added to mark a release (serialNumber: `Build 30986.5`).
    let found = numbers.and_then(|[major, minor, build, revision]| known([major, minor, build % 30_000, revision]));
    let expected = "`AdminDisplayVersion`: expected a version of Exchange, such as Version 15.2 (Build 986.5)";
    found.map(Some).ok_or_else(|| version.bad(expected))
}

fn known(numbers: [u64; 4]) -> Option<Found> {
    let [major, minor, build, _] = numbers;
    // The numbers of what follows the Subscription Edition are not known yet, so nothing is claimed about them.
    let is_known = major < 15 || (major, minor) <= (15, 2);
    let first = PRODUCTS.into_iter().find(|(first, _)| *first <= [major, minor, build]);
    let (_, product) = first.filter(|([from, ..], _)| is_known && *from == major)?;
    Some(Found { numbers, product })
}

fn roles(entry: Value<'_>, version: [u64; 2]) -> Result<Option<Vec<&'static str>>, Problem> {
    let mut roles = Vec::new();
    for (property, role, until) in ROLES {
        if version >= until {
            continue;
        }
        match entry.truth_of(property)? {
            Some(true) => roles.push(role),
            Some(false) => {}
            None => return Ok(None),
        }
    }
    Ok(Some(roles))
}

#[cfg(test)]
mod tests {
    use super::known;

    #[test]
    fn versions_name_products() {
        let product = |numbers| known(numbers).map(|found| found.product);
        assert_eq!(product([15, 2, 2562, 17]), Some("exchange-server-se"));
        assert_eq!(product([15, 2, 1748, 43]), Some("exchange-server-2019"));
        assert_eq!(product([15, 1, 2507, 39]), Some("exchange-server-2016"));
        assert_eq!(product([15, 0, 1497, 2]), Some("exchange-server-2013"));
        assert_eq!(product([14, 3, 513, 0]), Some("exchange-server-2010"));
        assert_eq!(product([8, 3, 83, 0]), Some("exchange-server-2007"));
        for unknown in [[15, 3, 1, 0], [16, 0, 0, 0], [9, 0, 0, 0], [6, 5, 7638, 1]] {
            assert_eq!(product(unknown), None, "{unknown:?}");
        }
    }
}
