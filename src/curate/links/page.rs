//! The page that an address names.

use std::net::IpAddr;

use url::Url;

use super::Outcome;

/// The page that an address names, without its fragment: the part of a page is not the server's business.
///
/// # Errors
/// What is to be said of an address that cannot be asked for.
pub fn of(address: &str) -> Result<Url, Outcome> {
    let mut url = Url::parse(address).map_err(|error| Outcome::dead(format!("not an address: {error}")))?;
    url.set_fragment(None);
    match url.scheme() {
        // A name and a password would be sent to whoever an author names.
        _ if !url.username().is_empty() || url.password().is_some() => {
            Err(Outcome::unsure("not asked: the address holds a name or a password"))
        }
        "https" => Ok(url),
        // What does not leave this machine nobody can read or change on its way.
        "http" if is_loopback(&url) => Ok(url),
        scheme => Err(Outcome::unsure(format!("not asked: expected an address with `https:`, found `{scheme}:`"))),
    }
}

fn is_loopback(page: &Url) -> bool {
    let host = page.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// The host of a page and its port: what is asked one page at a time.
pub fn host(page: &Url) -> String {
    format!("{}:{}", page.host_str().unwrap_or_default(), page.port_or_known_default().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::of;
    use crate::curate::links::Outcome;

    #[test]
    fn only_pages_are_asked_for() {
        assert_eq!(of("https://A.example/x#y").map(String::from), Ok("https://a.example/x".to_owned()));
        assert!(matches!(of("kb/1"), Err(Outcome::Dead { .. })));
        for wrong in ["http://a.example/", "mailto:a@a.example", "https://me:secret@a.example/"] {
            assert!(matches!(of(wrong), Err(Outcome::Unsure { .. })), "{wrong}");
        }
    }
}
