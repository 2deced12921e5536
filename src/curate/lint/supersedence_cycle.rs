//! Updates that supersede each other in a circle: none of them would ever count as newer.

use std::collections::BTreeMap;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::{At, Check, FoundInFiles, LintRule};
use crate::curate::corpus::Corpus;
use crate::model::id::UpdateId;
use crate::model::key_path::KeyPath;

/// The rule.
pub const RULE: LintRule =
    LintRule::error("supersedence-cycle", "updates that supersede each other in a circle", Check::Database(check));

fn check(corpus: &Corpus<'_>, found: &mut FoundInFiles) {
    let circles = circles(corpus);
    let is_in_circle = |newer: &UpdateId, older: &UpdateId| {
        newer == older || circles.get(newer).is_some_and(|circle| Some(circle) == circles.get(older))
    };
    let message = |newer: &UpdateId, older: &UpdateId| match newer == older {
        true => format!("`{newer}` supersedes itself"),
        false => format!("`{newer}` supersedes `{older}`, which in turn supersedes it"),
    };
    for file in &corpus.files.products {
        for (index, build) in file.value.builds.iter().enumerate() {
            let Some(newer) = &build.update else { continue };
            for (place, older) in build.supersedes.iter().enumerate().filter(|(_, older)| is_in_circle(newer, older)) {
                let at = At::Path(KeyPath::key("builds").then(index).then("supersedes").then(place));
                found.add(&file.source, at, message(newer, older), None);
            }
        }
    }
    for table in &corpus.files.tables {
        for row in &table.value {
            for older in row.row.supersedes().filter(|older| is_in_circle(&row.row.update, older)) {
                found.add(&table.source, At::Line(row.line), message(&row.row.update, &older), None);
            }
        }
    }
}

/// The circle that an update is in, by a number; updates in no circle are left out.
fn circles<'a>(corpus: &Corpus<'a>) -> BTreeMap<&'a UpdateId, usize> {
    let mut graph: DiGraph<&UpdateId, ()> = DiGraph::new();
    let mut nodes: BTreeMap<&UpdateId, NodeIndex> = BTreeMap::new();
    for (newer, knowledge) in corpus.database.updates() {
        for older in &knowledge.supersedes {
            let mut node = |update| *nodes.entry(update).or_insert_with(|| graph.add_node(update));
            let (from, to) = (node(newer), node(older));
            graph.add_edge(from, to, ());
        }
    }
    let circles = kosaraju_scc(&graph).into_iter().filter(|circle| circle.len() > 1).enumerate();
    circles
        .flat_map(|(number, circle)| circle.into_iter().map(move |node| (node, number)))
        .filter_map(|(node, number)| Some((*graph.node_weight(node)?, number)))
        .collect()
}
