//! What can happen instead of an answer.

use std::error::Error as StdError;
use std::fmt;
use std::io;

use patchgate::curate::links::Outcome;

/// What happened to a request that no answer came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The network says that there is no host of this name.
    NoSuchHost,
    /// No connection to the host.
    Unreached(String),
    /// A connection, but not a secure one.
    Insecure(String),
    /// A connection, and then nothing that is an answer.
    Silent(String),
}

impl Failure {
    /// What happened, from the error of a request.
    pub fn of(error: &reqwest::Error) -> Self {
        let causes = causes(error);
        let reason = causes.last().map_or_else(|| error.to_string(), ToString::to_string);
        if let Some(tls) = causes.iter().find_map(|cause| cause.downcast_ref::<rustls::Error>()) {
            return Self::Insecure(tls.to_string());
        }
        if error.is_timeout() {
            return if error.is_connect() {
                Self::Unreached("no connection in time".into())
            } else {
                Self::Silent("no answer in time".into())
            };
        }
        if error.is_dns() {
            let is_no_such_host = causes.iter().filter_map(|cause| cause.downcast_ref()).any(is_no_such_host);
            return if is_no_such_host { Self::NoSuchHost } else { Self::Unreached(reason) };
        }
        if error.is_connect() { Self::Unreached(reason) } else { Self::Silent(reason) }
    }

    /// Whether the same host would only say the same again.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Insecure(_))
    }

    /// Whether it concerns all pages of the host.
    pub fn is_of_host(&self) -> bool {
        !matches!(self, Self::Silent(_))
    }

    /// What it makes of the page.
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::NoSuchHost | Self::Insecure(_) => Outcome::dead(self.to_string()),
            Self::Unreached(_) | Self::Silent(_) => Outcome::unsure(self.to_string()),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchHost => f.write_str("there is no such host"),
            Self::Unreached(why) => write!(f, "the host cannot be reached: {why}"),
            Self::Insecure(why) => write!(f, "no secure connection: {why}"),
            Self::Silent(why) => write!(f, "the host does not answer: {why}"),
        }
    }
}

/// An error and what is behind it; also what is inside of an I/O error, which its own `source` leaves out.
fn causes(error: &reqwest::Error) -> Vec<&(dyn StdError + 'static)> {
    let mut causes: Vec<&(dyn StdError + 'static)> = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        causes.push(cause);
        let inside = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = inside.map(|inside| inside as &(dyn StdError + 'static)).or_else(|| cause.source());
    }
    causes
}

/// Whether the resolver said that the name does not exist. It says so in words only: those of glibc, of the BSDs and
/// of musl; on Windows by the number of `WSAHOST_NOT_FOUND`.
fn is_no_such_host(error: &io::Error) -> bool {
    const WSAHOST_NOT_FOUND: i32 = 11001;
    let words = ["Name or service not known", "nodename nor servname provided", "Name does not resolve"];
    let text = error.to_string();
    (cfg!(windows) && error.raw_os_error() == Some(WSAHOST_NOT_FOUND)) || words.iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::is_no_such_host;
    use std::io::Error;

    #[test]
    fn only_a_name_that_does_not_exist_is_no_such_host() {
        let says = |text: &str| is_no_such_host(&Error::other(format!("failed to lookup address information: {text}")));
        assert!(says("Name or service not known"));
        assert!(!says("Temporary failure in name resolution"));
        assert!(!says("No address associated with hostname"));
    }
}
