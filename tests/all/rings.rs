//! A policy that makes warnings a `sequence` sends an update through the rings, pilot first.

use patchgate::database::Database;
use patchgate::decide::decide;
use patchgate::document::decision::Wait;
use patchgate::document::decision::{Document, Inputs};
use patchgate::evaluate::Question;
use patchgate::input::builtin;
use patchgate::model::verdict::Verdict;
use serde_json::json;

/// The January 2014 update on Lync Edge servers of three rings, by a policy that says what reported advisories call for.
fn lync_edges(reported: &str) -> Document {
    // Alone: others have to say more of these servers.
    let mut parts = builtin::parts().unwrap();
    parts.advisories.retain(|advisory| advisory.id.as_str() == "PG-2014-0001");
    let database = Database::new(parts);
    let policy = json!({"schema": "patchgate/policy/v1", "name": "p", "hold": [], "effects": {"reported": reported}, "pools": {"max_unavailable": 9}});
    let policy = serde_json::from_value(policy).unwrap();
    let pending = json!({"id": "KB2905048", "released": "2013-01-08", "restart": "never"});
    let pending = [serde_json::from_value(pending).unwrap()];
    let server = |(name, ring): (&str, &str)| {
        serde_json::from_value(json!({
            "name": name, "ring": ring, "roles": ["edge"], "updates": [], "collected_at": "2014-01-19",
            "products": [{"product": "lync-server-2013", "version": "5.0.8308.556"}],
        }))
        .unwrap()
    };
    let servers: Vec<_> = [("e1", "pilot"), ("e2", "broad"), ("e3", "broad"), ("e4", "critical")].map(server).into();
    let at = "2014-01-20T09:00:00Z".parse().unwrap();
    let question = Question {
        database: &database,
        policy: &policy,
        waivers: &[],
        pending: &pending,
        at,
        is_complete: true,
        hindsight: true,
    };
    decide(question, &servers, Inputs::default())
}

#[test]
fn by_default_a_report_only_warns() {
    let document = lync_edges("note");
    assert_eq!(document.decisions.len(), 4);
    for one in &document.decisions {
        assert_eq!(one.verdict, Verdict::Approve, "{one:#?}");
        assert!(
            one.reasons.iter().any(|reason| reason.advisory.as_ref().is_some_and(|id| id.as_str() == "PG-2014-0001"))
        );
    }
}

#[test]
fn a_cautious_house_goes_ring_by_ring() {
    let document = lync_edges("sequence");
    let after: Vec<(&str, Vec<&str>, Option<u32>)> = document
        .decisions
        .iter()
        .map(|one| {
            (
                one.server.as_str(),
                one.after.iter().filter_map(Wait::pair).map(|pair| pair.server.as_str()).collect(),
                one.round,
            )
        })
        .collect();
    let expected = [
        ("e1", vec![], Some(0)),
        ("e2", vec!["e1"], Some(1)),
        ("e3", vec!["e1"], Some(1)),
        ("e4", vec!["e1", "e2", "e3"], Some(2)),
    ];
    assert_eq!(after, expected);
    let verdicts: Vec<Verdict> = document.decisions.iter().map(|one| one.verdict).collect();
    assert_eq!(verdicts, [Verdict::Approve, Verdict::Sequence, Verdict::Sequence, Verdict::Sequence]);
}
