//! YAML as a tree in which every value knows where it was written.

use std::collections::{HashMap, HashSet};

use granit_parser::{ErrorKind, Event, Options, Parser, ScalarStyle};

use crate::diagnostic::Place;
use crate::input::problem::Problem;

/// How deep values may be nested; nothing in the formats comes near.
const DEEPEST: usize = 64;

/// How many values aliases may add to a document.
const MOST_ALIASED: usize = 50_000;

/// A value and where it was written.
#[derive(Clone, Debug)]
pub struct Node {
    /// Numbered in the order of the document; copies made by an alias share their number.
    pub number: u32,
    /// Where it begins.
    pub place: Place,
    /// The value.
    pub value: Value,
}

/// A value of YAML.
#[derive(Clone, Debug)]
pub enum Value {
    /// A text; a plain one may also be read as a number, a truth or nothing.
    Scalar {
        /// The text.
        text: Box<str>,
        /// Whether it was written without quotes.
        is_plain: bool,
    },
    /// A list.
    List(Vec<Node>),
    /// A mapping, in the order written.
    Map(Vec<(Node, Node)>),
}

impl Node {
    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The entries of a list; none for another value.
    pub fn items(&self) -> &[Self] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The entries of a mapping; none for another value.
    pub fn entries(&self) -> &[(Self, Self)] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The value under a key of a mapping.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(one, _)| one.text() == Some(key)).map(|(_, value)| value)
    }

    /// Follows keys and places in lists as far as they lead.
    pub fn follow<'a>(&self, path: impl IntoIterator<Item = &'a str>) -> &Self {
        let mut node = self;
        for step in path {
            let next = match &node.value {
                Value::List(items) => step.parse::<usize>().ok().and_then(|index| items.get(index)),
                _ => node.get(step),
            };
            match next {
                Some(next) => node = next,
                None => break,
            }
        }
        node
    }

    /// Where people look for what [`Self::follow`] leads to: at its key, where the value begins in a later line.
    pub fn place_of<'a>(&self, path: impl IntoIterator<Item = &'a str>) -> Place {
        let (mut node, mut place) = (self, self.place);
        for step in path {
            let next = match &node.value {
                Value::List(items) => items.get(step.parse().unwrap_or(usize::MAX)).map(|item| (item, item.place)),
                _ => node.entries().iter().find(|(key, _)| key.text() == Some(step)).map(|(key, value)| {
                    (value, if value.place.line > key.place.line { key.place } else { value.place })
                }),
            };
            match next {
                Some(next) => (node, place) = next,
                None => break,
            }
        }
        place
    }

    fn size(&self) -> usize {
        match &self.value {
            Value::Scalar { .. } => 1,
            Value::List(items) => 1 + items.iter().map(Self::size).sum::<usize>(),
            Value::Map(entries) => 1 + entries.iter().map(|(key, value)| key.size() + value.size()).sum::<usize>(),
        }
    }
}

impl Problem {
    /// The innermost value that has it keeps it.
    #[must_use]
    pub fn at(self, node: &Node) -> Self {
        if self.number.is_some() {
            return self;
        }
        Self { place: Some(node.place), number: Some(node.number), ..self }
    }
}

/// Reads one YAML document. Problems that leave a tree (duplicate keys) are told beside it.
///
/// # Errors
/// When there is no tree: a syntax error, no or several documents, nesting or aliases without end.
pub fn parse(text: &str) -> Result<(Node, Vec<Problem>), Problem> {
    let mut options = Options::default();
    options.emit_comments = false;
    options.flow_nesting_limit = DEEPEST;
    options.block_nesting_limit = DEEPEST;
    let mut tree = Tree::default();
    for event in Parser::new_from_str_with_options(text, options) {
        match event {
            Ok((event, span)) => {
                let place = Place { line: span.start.line(), column: span.start.col() + 1 };
                tree.add(event, place)?;
            }
            Err(error) => {
                let marker = error.marker();
                let place = Place { line: marker.line(), column: marker.col() + 1 };
                return Err(match error.kind() {
                    ErrorKind::RecursionLimitExceeded => too_deep(place),
                    _ => Problem::new("yaml-syntax", error.info().to_owned()).placed(place),
                });
            }
        }
    }
    match tree.root {
        Some(root) => Ok((root, tree.problems)),
        None => Err(Problem::new("empty", "the file is empty".to_owned()).placed(Place { line: 1, column: 1 })),
    }
}

#[derive(Default)]
struct Tree {
    root: Option<Node>,
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    aliased: usize,
    count: u32,
    problems: Vec<Problem>,
}

/// A list or mapping that has not ended yet.
struct Open {
    node: Node,
    anchor: usize,
    key: Option<Node>,
    keys: HashSet<String>,
}

impl Tree {
    fn add(&mut self, event: Event<'_>, place: Place) -> Result<(), Problem> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let is_text = tag.as_ref().is_some_and(|tag| tag.core_suffix() == Some("str"));
                if tag.is_some() && !is_text {
                    return Err(Problem::new("yaml-tag", "tags are not supported".to_owned()).placed(place));
                }
                let is_plain = style == ScalarStyle::Plain && !is_text;
                let node = self.node(place, Value::Scalar { text: text.as_ref().into(), is_plain });
                self.close(node, anchor);
            }
            Event::SequenceStart(_, anchor, _) => self.open(place, Value::List(Vec::new()), anchor)?,
            Event::MappingStart(_, anchor, _) => self.open(place, Value::Map(Vec::new()), anchor)?,
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(open) = self.open.pop() {
                    self.close(open.node, open.anchor);
                }
            }
            Event::Alias(anchor) => self.alias(anchor, place)?,
            Event::DocumentStart(..) if self.root.is_some() => {
                let message = "a second document: one file holds one document".to_owned();
                return Err(Problem::new("yaml-documents", message).placed(place));
            }
            _ => {}
        }
        Ok(())
    }

    fn node(&mut self, place: Place, value: Value) -> Node {
        self.count += 1;
        Node { number: self.count, place, value }
    }

    fn open(&mut self, place: Place, value: Value, anchor: usize) -> Result<(), Problem> {
        if self.open.len() >= DEEPEST {
            return Err(too_deep(place));
        }
        let node = self.node(place, value);
        self.open.push(Open { node, anchor, key: None, keys: HashSet::new() });
        Ok(())
    }

    /// A bomb doubles at every level: the size of a copy is known before it is made.
    fn alias(&mut self, anchor: usize, place: Place) -> Result<(), Problem> {
        let Some(anchored) = self.anchors.get(&anchor) else {
            return Err(Problem::new("yaml-alias", "an alias of something that contains it".to_owned()).placed(place));
        };
        self.aliased += anchored.size();
        if self.aliased > MOST_ALIASED {
            let message = format!("aliases add more than {MOST_ALIASED} values");
            return Err(Problem::new("too-many-aliases", message).placed(place));
        }
        let copy = anchored.clone();
        if self.open.len() + depth(&copy) > DEEPEST {
            return Err(too_deep(place));
        }
        self.close(copy, 0);
        Ok(())
    }

    fn close(&mut self, node: Node, anchor: usize) {
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        let Some(parent) = self.open.last_mut() else {
            self.root = Some(node);
            return;
        };
        match &mut parent.node.value {
            Value::List(items) => items.push(node),
            Value::Map(entries) => match parent.key.take() {
                None => parent.key = Some(node),
                Some(key) => {
                    let name = key.text().unwrap_or_default().to_owned();
                    if parent.keys.contains(&name) {
                        let message = format!("duplicate key `{name}`");
                        self.problems.push(Problem::new("duplicate-key", message).placed(key.place));
                    } else {
                        parent.keys.insert(name);
                        entries.push((key, node));
                    }
                }
            },
            Value::Scalar { .. } => {}
        }
    }
}

fn too_deep(place: Place) -> Problem {
    Problem::new("too-deep", format!("nested deeper than {DEEPEST} levels")).placed(place)
}

fn depth(node: &Node) -> usize {
    match &node.value {
        Value::Scalar { .. } => 0,
        Value::List(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Map(entries) => 1 + entries.iter().map(|(key, value)| depth(key).max(depth(value))).max().unwrap_or(0),
    }
}
