//! A certificate's bytes (DER) as the facts of the inventory, in the spelling of .NET and `certutil`.

use jiff::Timestamp;
use sha1::{Digest, Sha1};
use x509_parser::asn1_rs::{Oid, Tag};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::ExtendedKeyUsage;
use x509_parser::prelude::FromDer;
use x509_parser::signature_algorithm::SignatureAlgorithm;
use x509_parser::time::ASN1Time;
use x509_parser::x509::{AlgorithmIdentifier, AttributeTypeAndValue, X509Name};

use crate::model::server::Certificate;
use crate::model::time::Moment;

/// RSASSA-PSS, whose digest is a parameter.
const PSS: &str = "1.2.840.113549.1.1.10";

/// The digests, by the object identifiers of signatures and of the digests themselves (RFC 3279, 4055, 5758).
const DIGESTS: [(&str, &str); 20] = [
    ("1.2.840.113549.1.1.2", "md2"),
    ("1.2.840.113549.1.1.3", "md4"),
    ("1.2.840.113549.1.1.4", "md5"),
    ("1.2.840.113549.1.1.5", "sha1"),
    ("1.3.14.3.2.29", "sha1"),
    ("1.2.840.113549.1.1.11", "sha256"),
    ("1.2.840.113549.1.1.12", "sha384"),
    ("1.2.840.113549.1.1.13", "sha512"),
    ("1.2.840.10040.4.3", "sha1"),
    ("2.16.840.1.101.3.4.3.2", "sha256"),
    ("1.2.840.10045.4.1", "sha1"),
    ("1.2.840.10045.4.3.2", "sha256"),
    ("1.2.840.10045.4.3.3", "sha384"),
    ("1.2.840.10045.4.3.4", "sha512"),
    ("1.3.14.3.2.26", "sha1"),
    ("2.16.840.1.101.3.4.2.1", "sha256"),
    ("2.16.840.1.101.3.4.2.2", "sha384"),
    ("2.16.840.1.101.3.4.2.3", "sha512"),
    ("1.3.14.3.2.3", "md5"),
    ("1.2.840.113549.2.5", "md5"),
];

/// The short names of attributes, as `CertNameToStr` writes them; the others are written as numbers.
const ATTRIBUTES: [(&str, &str); 14] = [
    ("2.5.4.3", "CN"),
    ("2.5.4.4", "SN"),
    ("2.5.4.5", "SERIALNUMBER"),
    ("2.5.4.6", "C"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "S"),
    ("2.5.4.9", "STREET"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.12", "T"),
    ("2.5.4.42", "G"),
    ("2.5.4.43", "I"),
    ("1.2.840.113549.1.9.1", "E"),
    ("0.9.2342.19200300.100.1.25", "DC"),
];

/// Reads a certificate.
///
/// # Errors
/// What is wrong with the bytes.
pub fn read(der: &[u8]) -> Result<Certificate, String> {
    let (rest, certificate) = X509Certificate::from_der(der).map_err(|error| error.to_string())?;
    if !rest.is_empty() {
        return Err(format!("{} bytes too many", rest.len()));
    }
    let usage = certificate.extended_key_usage().map_err(|error| error.to_string())?;
    Ok(Certificate {
        thumbprint: Some(hex(&Sha1::digest(der))),
        serial: Some(hex(certificate.raw_serial())),
        subject: Some(name(certificate.subject())),
        issuer: Some(name(certificate.issuer())),
        not_before: moment(certificate.validity().not_before),
        not_after: moment(certificate.validity().not_after),
        purposes: Some(usage.map_or_else(|| vec!["any".to_owned()], |usage| purposes(usage.value))),
        signature: digest(&certificate.signature_algorithm).map(str::to_owned),
        ..Certificate::default()
    })
}

fn moment(time: ASN1Time) -> Option<Moment> {
    Timestamp::from_second(time.timestamp()).ok().map(Moment::from)
}

/// The purposes by their words, the others by their numbers.
fn purposes(usage: &ExtendedKeyUsage<'_>) -> Vec<String> {
    let known = [
        (usage.any, "any"),
        (usage.server_auth, "server-auth"),
        (usage.client_auth, "client-auth"),
        (usage.code_signing, "code-signing"),
        (usage.email_protection, "email-protection"),
        (usage.time_stamping, "time-stamping"),
        (usage.ocsp_signing, "ocsp-signing"),
    ];
    let known = known.into_iter().filter(|(has, _)| *has).map(|(_, word)| word.to_owned());
    known.chain(usage.other.iter().map(Oid::to_id_string)).collect()
}

fn digest(algorithm: &AlgorithmIdentifier<'_>) -> Option<&'static str> {
    let known = |id: &str| DIGESTS.iter().find(|(known, _)| *known == id).map(|(_, digest)| *digest);
    match (algorithm.algorithm.to_id_string(), algorithm) {
        (id, algorithm) if id == PSS => match SignatureAlgorithm::try_from(algorithm) {
            Ok(SignatureAlgorithm::RSASSA_PSS(parameters)) => known(&parameters.hash_algorithm_oid().to_id_string()),
            _ => None,
        },
        (id, _) => known(&id),
    }
}

/// A name as .NET writes it: the most specific part first, which certificates hold last.
fn name(name: &X509Name<'_>) -> String {
    let parts = name.iter_rdn().map(|part| part.iter().map(attribute).collect::<Vec<_>>().join(" + "));
    let mut parts: Vec<String> = parts.collect();
    parts.reverse();
    parts.join(", ")
}

fn attribute(attribute: &AttributeTypeAndValue<'_>) -> String {
    let id = attribute.attr_type().to_id_string();
    let value = value(attribute);
    match ATTRIBUTES.iter().find(|(known, _)| *known == id) {
        Some((_, short)) => format!("{short}={value}"),
        None => format!("OID.{id}={value}"),
    }
}

/// A value, quoted where it could be taken for the rest of the name; what is no text is `#` and its bytes.
fn value(attribute: &AttributeTypeAndValue<'_>) -> String {
    let bytes = attribute.as_slice();
    let text = match attribute.attr_value().tag() {
        Tag::BmpString => utf16(bytes),
        Tag::T61String => Some(bytes.iter().copied().map(char::from).collect()),
        _ => attribute.as_str().ok().map(str::to_owned),
    };
    let Some(text) = text else { return format!("#{}", hex(bytes)) };
    let is_ambiguous =
        text.is_empty() || text.trim() != text || text.contains([',', '+', '=', '"', '\n', '<', '>', '#', ';']);
    if is_ambiguous { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

fn utf16(bytes: &[u8]) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| u16::from_be_bytes(*pair));
    char::decode_utf16(units).collect::<Result<String, _>>().ok().filter(|_| rest.is_empty())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}
