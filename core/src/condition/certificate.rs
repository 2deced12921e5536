//! `certificate: {used_by: RTCSRV, expires_within: 30d, …}` holds when a certificate matches all given fields.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Test;
use super::claim::{self, Claim};
use super::entries::{self, Entry, Fields};
use super::name::Name;
use crate::model::fact::Fact;
use crate::model::hypothesis::Hypothesis;
use crate::model::key_path::KeyPath;
use crate::model::name::{is_among, is_same};
use crate::model::period::Period;
use crate::model::server;
use crate::model::trace::Trace;
use crate::model::truth::Truth;

/// A certificate matches all given fields.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// Its thumbprint (SHA-1), with or without separators.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbprint: Option<String>,
    /// Its subject: the whole name, or one part of it such as `CN=Example Root CA`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Its issuer: the whole name, or one part of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// A service that it is assigned to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_by: Option<String>,
    /// It ends within this time of the decision, or has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_within: Option<Period>,
    /// Its validity has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expired: Option<bool>,
    /// Its validity began after the server's last start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewed_since_boot: Option<bool>,
    /// This account is not among those that may read its private key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_not_readable_by: Option<String>,
    /// This purpose is not among its purposes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lacks_purpose: Option<String>,
    /// The last issuer needed is not among the certificates collected for the chain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer_not_in_chain: Option<bool>,
    /// The digest of its signature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
    /// It is self-signed by its names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject_is_issuer: Option<bool>,
    /// It stands above one of the server's own certificates, those in store `my`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_issuer: Option<bool>,
    /// The store it lies in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<String>,
}

/// The purpose of a certificate that may be used for everything.
const ANY_PURPOSE: &str = "any";

impl Entry for Certificate {
    type Of = server::Certificate;
    const FACT: server::ServerFact = server::ServerFact::Certificates;

    fn collected<'a>(on: &Hypothesis<'a>) -> Option<&'a [server::Certificate]> {
        on.server().certificates.as_deref()
    }

    fn compare(&self, one: &server::Certificate, on: &Hypothesis<'_>, fields: &mut Fields) {
        fields.text("store", self.store.as_ref(), one.store.as_ref());
        fields.check("thumbprint", self.thumbprint.as_ref(), one.thumbprint.as_ref(), |w, found| {
            hex_digits(w).eq(hex_digits(found))
        });
        fields.check("subject", self.subject.as_ref(), one.subject.as_ref(), |w, found| is_named(found, w));
        fields.check("issuer", self.issuer.as_ref(), one.issuer.as_ref(), |w, found| is_named(found, w));
        fields.check("used_by", self.used_by.as_ref(), one.used_by.as_ref(), |w, found| is_among(w, found));
        fields.check("not_after", self.expired, one.not_after, |w, end| w == (end.timestamp() < on.at()));
        fields.check("not_after", self.expires_within, one.not_after, |within, end| {
            end.timestamp().duration_since(on.at()) <= within.duration()
        });
        let renewed = one.not_before.zip(on.server().last_boot).map(|(start, boot)| start > boot);
        let renewal = if one.not_before.is_none() { "not_before" } else { entries::LAST_BOOT };
        fields.check(renewal, self.renewed_since_boot, renewed, |wanted, found| wanted == found);
        let readers = one.key_readable_by.as_ref();
        fields.check("key_readable_by", self.key_not_readable_by.as_ref(), readers, |w, found| !is_among(w, found));
        fields.check("purposes", self.lacks_purpose.as_ref(), one.purposes.as_ref(), |w, found| {
            !is_among(w, found) && !is_among(ANY_PURPOSE, found)
        });
        let broken = is_chain_broken(one, on);
        let link = if one.issuer.is_none() { "issuer" } else { "chain" };
        fields.check(link, self.issuer_not_in_chain, broken, |wanted, found| wanted == found);
        fields.text("signature", self.signature.as_ref(), one.signature.as_ref());
        fields.check("issuer", self.subject_is_issuer, is_self_signed(one), |wanted, found| wanted == found);
        fields.check("chain", self.is_issuer, is_above_own(one, on), |wanted, found| wanted == found);
    }

    fn describe(&self, one: &server::Certificate) -> String {
        let list = |given: bool, label: &str, values: &Option<Vec<String>>| {
            values.as_ref().filter(|_| given).map(|values| format!("{label} [{}]", values.join(", ")))
        };
        let dates = self.expired.is_some() || self.expires_within.is_some();
        let shown = [
            one.subject.clone(),
            one.issuer.as_ref().filter(|_| self.issuer.is_some()).map(|issuer| format!("issued by {issuer}")),
            one.not_before.filter(|_| self.renewed_since_boot.is_some()).map(|day| format!("valid from {day}")),
            one.not_after.filter(|_| dates).map(|day| format!("valid to {day}")),
            list(self.key_not_readable_by.is_some(), "key readable by", &one.key_readable_by),
            list(self.lacks_purpose.is_some(), "purposes", &one.purposes),
            list(self.issuer_not_in_chain.is_some(), "chain", &one.chain),
            one.signature.clone().filter(|_| self.signature.is_some()),
        ];
        entries::describe(shown.iter().flatten().map(String::as_str), "present")
    }
}

/// The digits of a thumbprint, which tools write with spaces, colons or an invisible mark in front.
fn hex_digits(thumbprint: &str) -> impl Iterator<Item = char> + '_ {
    thumbprint.chars().filter(char::is_ascii_hexdigit).map(|digit| digit.to_ascii_lowercase())
}

/// Whether a distinguished name is the wanted one, or has it as one of its parts.
fn is_named(name: &str, wanted: &str) -> bool {
    is_same(name, wanted) || name.split(',').any(|part| is_same(part.trim(), wanted.trim()))
}

fn is_self_signed(one: &server::Certificate) -> Option<bool> {
    Some(is_same(one.subject.as_ref()?, one.issuer.as_ref()?))
}

/// Follows the issuers by name, through the certificates collected on the server, until a self-signed one.
fn is_chain_broken(leaf: &server::Certificate, on: &Hypothesis<'_>) -> Option<bool> {
    let chain = leaf.chain.as_ref()?;
    let collected = on.server().certificates.as_deref().unwrap_or_default();
    let mut current = leaf;
    // Each step consumes a name of the chain, so a circle of issuers ends.
    for _ in 0..=chain.len() {
        if is_self_signed(current) == Some(true) {
            return Some(false);
        }
        let issuer = current.issuer.as_ref()?;
        if !is_among(issuer, chain) {
            // Without its subject, the certificate may be its own issuer.
            return is_self_signed(current).map(|_| true);
        }
        let next = collected.iter().find(|one| one.subject.as_ref().is_some_and(|s| is_same(s, issuer)));
        match next {
            Some(next) => current = next,
            None => return Some(false),
        }
    }
    Some(false)
}

/// Whether a certificate stands above one of the server's own; unknown when none of these was collected.
fn is_above_own(one: &server::Certificate, on: &Hypothesis<'_>) -> Option<bool> {
    let subject = one.subject.as_ref()?;
    let collected = on.server().certificates.as_deref().unwrap_or_default();
    let is_own = |own: &&server::Certificate| own.store.as_ref().is_some_and(|store| is_same(store, "my"));
    let above: Vec<Option<bool>> =
        collected.iter().filter(is_own).map(|own| is_above(subject, own, collected)).collect();
    match (above.contains(&Some(true)), above.is_empty() || above.contains(&None)) {
        (true, _) => Some(true),
        (false, true) => None,
        (false, false) => Some(false),
    }
}

/// Whether a name is among the issuers of a certificate: by its chain, else by following the collected ones.
fn is_above(subject: &str, own: &server::Certificate, collected: &[server::Certificate]) -> Option<bool> {
    if let Some(chain) = &own.chain {
        return Some(is_among(subject, chain) || own.issuer.as_ref().is_some_and(|issuer| is_same(issuer, subject)));
    }
    let mut current = own;
    // No chain is longer than the certificates that were collected, so a circle of issuers ends.
    for _ in collected {
        let issuer = current.issuer.as_ref()?;
        if is_same(issuer, subject) && is_self_signed(own) != Some(true) {
            return Some(true);
        }
        if is_self_signed(current)? {
            return Some(false);
        }
        let next = collected.iter().find(|one| one.subject.as_ref().is_some_and(|name| is_same(name, issuer)));
        current = next?;
    }
    None
}

impl Test for Certificate {
    fn test(&self, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        entries::any_matches(self, on, trace)
    }

    fn names<'a>(&'a self, report: &mut dyn FnMut(KeyPath, Name<'a>)) {
        let words = [
            ("store", "store", &self.store),
            ("lacks_purpose", "purposes", &self.lacks_purpose),
            ("signature", "signature", &self.signature),
        ];
        for (key, field, word) in words {
            if let Some(word) = word {
                report(KeyPath::key(key), Name::Word(Self::FACT, field, word));
            }
        }
    }

    fn facts(&self, report: &mut dyn FnMut(Fact)) {
        report(Self::FACT.into());
        if self.renewed_since_boot.is_some() {
            report(server::ServerFact::LastBoot.into());
        }
    }

    fn claim(&self) -> Claim<'_> {
        Claim::Entry(Self::FACT, claim::fields(self))
    }
}

impl fmt::Display for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("certificate")?;
        entries::write_field(f, "store", self.store.as_ref())?;
        entries::write_field(f, "thumbprint", self.thumbprint.as_ref())?;
        entries::write_field(f, "subject", self.subject.as_ref())?;
        entries::write_field(f, "issuer", self.issuer.as_ref())?;
        entries::write_field(f, "used by", self.used_by.as_ref())?;
        entries::write_field(f, "expires within", self.expires_within.as_ref())?;
        entries::write_field(f, "expired", self.expired.as_ref())?;
        entries::write_field(f, "renewed since boot", self.renewed_since_boot.as_ref())?;
        entries::write_field(f, "key not readable by", self.key_not_readable_by.as_ref())?;
        entries::write_field(f, "lacks purpose", self.lacks_purpose.as_ref())?;
        entries::write_field(f, "issuer not in chain", self.issuer_not_in_chain.as_ref())?;
        entries::write_field(f, "above an own certificate", self.is_issuer.as_ref())?;
        entries::write_field(f, "signature", self.signature.as_ref())?;
        entries::write_field(f, "subject is issuer", self.subject_is_issuer.as_ref())
    }
}
