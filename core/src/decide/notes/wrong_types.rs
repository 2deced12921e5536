//! Settings whose value is not of the type that the database declares: conditions on them cannot be decided.

use crate::evaluate::Gate;
use crate::model::server::Server;
use crate::model::setting::Value;

/// A note for each such value.
pub fn notes(gate: &Gate<'_>, servers: &[&Server]) -> Vec<String> {
    let of_server = |server: &&Server| {
        let settings = server.settings.iter().flatten();
        settings.filter_map(|(key, value)| note(gate, server, key, value.as_ref()?)).collect::<Vec<_>>()
    };
    servers.iter().flat_map(of_server).collect()
}

fn note(gate: &Gate<'_>, server: &Server, key: &str, value: &Value) -> Option<String> {
    let word = gate.question.database.settings().get(key)?.kind.word();
    let name = &server.name;
    (value.word() != word).then(|| format!("{name}: setting `{key}` is `{value}`, but it is declared as {word}"))
}
