//! `Get-ExchangeCertificate`: the certificates of the store `my` that Exchange may use.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Problem;
use super::tree::value::Value;
use super::x509;
use crate::model::server::Certificate;

/// Reads a certificate from its bytes; only its services are exported separately, if at all.
///
/// # Errors
/// When the object is no certificate, or its bytes are none.
pub fn read(object: Value<'_>) -> Result<Option<Certificate>, Problem> {
    let Some(raw) = object.property("RawData") else {
        return Err(object.problem("missing-value", "expected a certificate with `RawData`".to_owned()));
    };
    let base64: String = raw.text().split_whitespace().collect();
    let fault = |message: String| raw.problem("bad-certificate", format!("not a certificate: {message}"));
    let der = STANDARD.decode(base64).map_err(|error| fault(error.to_string()))?;
    let certificate = x509::read(&der).map_err(fault)?;
    let used_by = object.text_of("Services").map(|services| assigned(&services));
    Ok(Some(Certificate { store: Some("my".to_owned()), used_by, ..certificate }))
}

/// The services of `IMAP, POP, IIS, SMTP`; `None` are none.
fn assigned(services: &str) -> Vec<String> {
    let names = services.split(',').map(str::trim).filter(|name| !name.is_empty() && *name != "None");
    names.map(str::to_owned).collect()
}
