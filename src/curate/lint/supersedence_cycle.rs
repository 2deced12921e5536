//! Supersedence cycles: none of the updates in one would ever count as newer.

use std::collections::BTreeMap;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::{At, Check, FoundInFiles, LintRule};
use crate::curate::corpus::Corpus;
use crate::model::id::UpdateId;
use crate::model::key_path::KeyPath;

/// The rule.
pub const RULE: LintRule = LintRule::error("supersedence-cycle", "a supersedence cycle", Check::Database(check));

fn check(corpus: &Corpus<'_>, found: &mut FoundInFiles) {
    let cycles = cycles(corpus);
    let is_in_cycle = |newer: &UpdateId, older: &UpdateId| {
        newer == older || cycles.get(newer).is_some_and(|cycle| Some(cycle) == cycles.get(older))
    };
    check_builds(corpus, &is_in_cycle, found);
    check_rows(corpus, &is_in_cycle, found);
}

/// Whether the newer of two updates and the older one are in one cycle.
type InCycle<'f> = dyn Fn(&UpdateId, &UpdateId) -> bool + 'f;

fn check_builds(corpus: &Corpus<'_>, is_in_cycle: &InCycle<'_>, found: &mut FoundInFiles) {
    for file in &corpus.files.products {
        for (index, build) in file.value.builds.iter().enumerate() {
            let Some(newer) = &build.update else { continue };
            for (position, older) in build.supersedes.iter().enumerate().filter(|(_, older)| is_in_cycle(newer, older))
            {
                let at = At::Path(KeyPath::key("builds").then(index).then("supersedes").then(position));
                found.add(&file.source, at, message(newer, older), None);
            }
        }
    }
}

fn check_rows(corpus: &Corpus<'_>, is_in_cycle: &InCycle<'_>, found: &mut FoundInFiles) {
    for table in &corpus.files.tables {
        for row in &table.value {
            for older in row.row.supersedes().filter(|older| is_in_cycle(&row.row.update, older)) {
                found.add(&table.source, At::Line(row.line), message(&row.row.update, &older), None);
            }
        }
    }
}

fn message(newer: &UpdateId, older: &UpdateId) -> String {
    match newer == older {
        true => format!("`{newer}` supersedes itself"),
        false => format!("`{newer}` supersedes `{older}`, which in turn supersedes it"),
    }
}

/// The cycle that an update is in, by its number; updates in none are left out.
fn cycles<'a>(corpus: &Corpus<'a>) -> BTreeMap<&'a UpdateId, usize> {
    let mut graph: DiGraph<&UpdateId, ()> = DiGraph::new();
    let mut nodes: BTreeMap<&UpdateId, NodeIndex> = BTreeMap::new();
    for (newer, knowledge) in corpus.database.updates() {
        for older in &knowledge.supersedes {
            let mut node = |update| *nodes.entry(update).or_insert_with(|| graph.add_node(update));
            let (from, to) = (node(newer), node(older));
            graph.add_edge(from, to, ());
        }
    }
    let cycles = kosaraju_scc(&graph).into_iter().filter(|cycle| cycle.len() > 1).enumerate();
    cycles
        .flat_map(|(number, cycle)| cycle.into_iter().map(move |node| (node, number)))
        .filter_map(|(node, number)| Some((*graph.node_weight(node)?, number)))
        .collect()
}
