//! `Get-Service`: the services, without the accounts that they log on as, which it does not export.

use super::Problem;
use super::tree::value::Value;
use crate::model::server::Service;

/// `System.ServiceProcess.ServiceControllerStatus`.
const STATES: [(i64, &str); 7] = [
    (1, "stopped"),
    (2, "start-pending"),
    (3, "stop-pending"),
    (4, "running"),
    (5, "continue-pending"),
    (6, "pause-pending"),
    (7, "paused"),
];

/// `System.ServiceProcess.ServiceStartMode`.
const STARTS: [(i64, &str); 5] = [(0, "boot"), (1, "system"), (2, "automatic"), (3, "manual"), (4, "disabled")];

/// Reads a service.
///
/// # Errors
/// When the object is no service.
pub fn read(service: Value<'_>) -> Result<Option<Service>, Problem> {
    let Some(name) = service.text_of("ServiceName").or_else(|| service.text_of("Name")) else {
        return Err(service.problem("missing-value", "expected a service with `ServiceName` or `Name`".to_owned()));
    };
    let state = service.word_of("Status", &STATES);
    let start = service.word_of("StartType", &STARTS);
    Ok(Some(Service { name, state, start, account: None }))
}
