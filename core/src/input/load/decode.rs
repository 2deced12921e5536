//! From a located tree to typed values, with every problem and its place, not only the first.
//!
//! serde stops at its first error. Here the value that has the problem is set aside and the rest is read again, until
//! nothing is left to complain about.

use std::collections::{HashMap, HashSet};

use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned, IntoDeserializer};

use super::node::{Node, Value};
use crate::diagnostic::nearest;
use crate::input::problem::Problem;
use crate::model::wording::shorten;

/// The most problems told for one value; a file with more is not the file that was meant.
const MOST: usize = 100;

/// Reads a typed value; without one there is at least one problem.
pub fn decode<T: DeserializeOwned>(root: &Node) -> (Option<T>, Vec<Problem>) {
    let mut aside = HashSet::new();
    let mut wounded = HashSet::new();
    let mut problems = Vec::new();
    let mut parents = None;
    loop {
        let problem = match T::deserialize(Cursor { node: root, aside: &aside, is_key: false }) {
            Ok(value) => return (problems.is_empty().then_some(value), problems),
            Err(problem) => problem.at(root),
        };
        let number = problem.number.unwrap_or(root.number);
        if !is_echo(&problem, number, root, &wounded, &aside) {
            problems.push(problem);
        }
        if number == root.number || problems.len() >= MOST || !aside.insert(number) {
            return (None, problems);
        }
        let parents = parents.get_or_insert_with(|| parents_of(root));
        wounded.extend(parents.get(&number));
    }
}

/// Whether a problem only follows from what was set aside before.
fn is_echo(problem: &Problem, number: u32, root: &Node, wounded: &HashSet<u32>, aside: &HashSet<u32>) -> bool {
    if !wounded.contains(&number) {
        return false;
    }
    let Some(missing) = &problem.missing else { return true };
    let node = find(root, number);
    // The key itself, or one that is a misspelling of it.
    let is_meant = |key: &str| key == missing || nearest(key, [missing.as_str()]).is_some();
    let is_set_aside = |(key, value): &(Node, Node)| {
        key.text().is_some_and(is_meant) && (aside.contains(&key.number) || aside.contains(&value.number))
    };
    node.is_some_and(|node| node.entries().iter().any(is_set_aside))
}

fn children(node: &Node) -> Box<dyn Iterator<Item = &Node> + '_> {
    match &node.value {
        Value::Scalar { .. } => Box::new(std::iter::empty()),
        Value::List(items) => Box::new(items.iter()),
        Value::Map(entries) => Box::new(entries.iter().flat_map(|(key, value)| [key, value])),
    }
}

fn find(root: &Node, number: u32) -> Option<&Node> {
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        if node.number == number {
            return Some(node);
        }
        open.extend(children(node));
    }
    None
}

fn parents_of(root: &Node) -> HashMap<u32, u32> {
    let mut parents = HashMap::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        for child in children(node) {
            parents.insert(child.number, node.number);
            open.push(child);
        }
    }
    parents
}

/// A value being read, with what was set aside.
#[derive(Clone, Copy)]
struct Cursor<'a> {
    node: &'a Node,
    aside: &'a HashSet<u32>,
    is_key: bool,
}

impl<'a> Cursor<'a> {
    fn child(self, node: &'a Node, is_key: bool) -> Self {
        Self { node, aside: self.aside, is_key }
    }

    fn entries(self) -> impl Iterator<Item = &'a (Node, Node)> {
        let aside = self.aside;
        let is_kept =
            move |(key, value): &&(Node, Node)| !aside.contains(&key.number) && !aside.contains(&value.number);
        self.node.entries().iter().filter(is_kept)
    }

    fn is_null(self) -> bool {
        matches!(&self.node.value, Value::Scalar { text, is_plain: true } if matches!(&**text, "" | "~" | "null" | "Null" | "NULL"))
    }

    /// What it is, for a reader that expected something else.
    fn found(self) -> de::Unexpected<'a> {
        match &self.node.value {
            Value::List(_) => de::Unexpected::Seq,
            Value::Map(_) => de::Unexpected::Map,
            Value::Scalar { .. } if self.is_null() => de::Unexpected::Unit,
            Value::Scalar { text, is_plain: true } => de::Unexpected::Other(text),
            Value::Scalar { text, .. } => de::Unexpected::Str(text),
        }
    }

    fn wrong<V: de::Visitor<'a>>(self, visitor: &V) -> Problem {
        de::Error::invalid_type(self.found(), visitor)
    }

    /// A number as it is written; quotes make a text of it, except in keys, which JSON always quotes.
    fn number<T: std::str::FromStr>(self) -> Option<T> {
        match &self.node.value {
            Value::Scalar { text, is_plain } if *is_plain || self.is_key => text.parse().ok(),
            _ => None,
        }
    }

    fn any<V: de::Visitor<'a>>(self, visitor: V) -> Result<V::Value, Problem> {
        match &self.node.value {
            Value::List(items) => visitor.visit_seq(Items { cursor: self, items: items.iter() }),
            Value::Map(_) => {
                visitor.visit_map(Entries { cursor: self, entries: Box::new(self.entries()), value: None })
            }
            Value::Scalar { text, is_plain: false } => visitor.visit_str(text),
            Value::Scalar { .. } if self.is_null() => visitor.visit_unit(),
            Value::Scalar { text, .. } => plain(text, visitor),
        }
    }

    fn variant<V: de::Visitor<'a>>(self, visitor: V) -> Result<V::Value, Problem> {
        match &self.node.value {
            Value::Scalar { text, .. } if !self.is_null() => {
                let word: StrDeserializer<'_, Problem> = (&**text).into_deserializer();
                visitor.visit_enum(word)
            }
            Value::Map(_) => match self.entries().collect::<Vec<_>>().as_slice() {
                [(key, value)] => visitor.visit_enum(Variant { cursor: self, key, value }),
                entries => {
                    let keys: Vec<_> = entries.iter().filter_map(|(key, _)| key.text()).map(shorten).collect();
                    Err(de::Error::custom(format_args!(
                        "expected exactly one key, found {}: {}",
                        keys.len(),
                        keys.join(", ")
                    )))
                }
            },
            _ => Err(self.wrong(&visitor)),
        }
    }
}

/// A plain scalar by YAML's core schema.
fn plain<'a, V: de::Visitor<'a>>(text: &str, visitor: V) -> Result<V::Value, Problem> {
    match text {
        "true" | "True" | "TRUE" => return visitor.visit_bool(true),
        "false" | "False" | "FALSE" => return visitor.visit_bool(false),
        _ => {}
    }
    if let Ok(number) = text.parse::<u64>() {
        return visitor.visit_u64(number);
    }
    if let Ok(number) = text.parse::<i64>() {
        return visitor.visit_i64(number);
    }
    let is_numeric = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'));
    match text.parse::<f64>() {
        Ok(number) if is_numeric => visitor.visit_f64(number),
        _ => visitor.visit_str(text),
    }
}

macro_rules! numbers {
    ($($method:ident $visit:ident $type:ty),+) => {$(
        fn $method<V: de::Visitor<'a>>(self, visitor: V) -> Result<V::Value, Problem> {
            let result = match self.number::<$type>() {
                Some(number) => visitor.$visit(number),
                None => Err(self.wrong(&visitor)),
            };
            result.map_err(|problem| problem.at(self.node))
        }
    )+};
}

impl<'a> de::Deserializer<'a> for Cursor<'a> {
    type Error = Problem;

    numbers!(
        deserialize_i8 visit_i8 i8, deserialize_i16 visit_i16 i16, deserialize_i32 visit_i32 i32, deserialize_i64 visit_i64 i64,
        deserialize_u8 visit_u8 u8, deserialize_u16 visit_u16 u16, deserialize_u32 visit_u32 u32, deserialize_u64 visit_u64 u64,
        deserialize_f32 visit_f32 f32, deserialize_f64 visit_f64 f64
    );

    fn deserialize_any<V: de::Visitor<'a>>(self, visitor: V) -> Result<V::Value, Problem> {
        self.any(visitor).map_err(|problem| problem.at(self.node))
    }

    fn deserialize_bool<V: de::Visitor<'a>>(self, visitor: V) -> Result<V::Value, Problem> {
        let result = match &self.node.value {
            Value::Scalar { text, is_plain: true } => match &**text {
                "true" | "True" | "TRUE" => visitor.visit_bool(true),
                "false" | "False" | "FALSE" => visitor.visit_bool(false),
                _ => Err(self.wrong(&visitor)),
            },
            _ => Err(self.wrong(&visitor)),
        };
        result.map_err(|problem| problem.at(self.node))
    }

    fn deserialize_str<V: de::Visitor<'a>>(self, visitor: V) -> Result<V::Value, Problem> {
        let result = match &self.node.value {
            Value::Scalar { text, .. } if !self.is_null() => visitor.visit_str(text),
            _ => Err(self.wrong(&visitor)),
        };
        result.map_err(|problem| problem.at(self.node))
    }

    fn deserialize_string<V: de::Visitor<'a>>(self, visitor: V) -> Result<V::Value, Problem> {
        self.deserialize_str(visitor)
    }

    fn deserialize_char<V: de::Visitor<'a>>(self, visitor: V) -> Result<V::Value, Problem> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: de::Visitor<'a>>(self, visitor: V) -> Result<V::Value, Problem> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: de::Visitor<'a>>(self, visitor: V) -> Result<V::Value, Problem> {
        if self.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: de::Visitor<'a>>(self, _: &'static str, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_newtype_struct(self).map_err(|problem: Problem| problem.at(self.node))
    }

    fn deserialize_enum<V: de::Visitor<'a>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        self.variant(visitor).map_err(|problem| problem.at(self.node))
    }

    fn deserialize_ignored_any<V: de::Visitor<'a>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        <W: Visitor<'a>>
        bytes byte_buf unit unit_struct seq tuple tuple_struct map struct
    }
}

struct Items<'a> {
    cursor: Cursor<'a>,
    items: std::slice::Iter<'a, Node>,
}

impl<'a> de::SeqAccess<'a> for Items<'a> {
    type Error = Problem;

    fn next_element_seed<T: de::DeserializeSeed<'a>>(&mut self, seed: T) -> Result<Option<T::Value>, Problem> {
        let aside = self.cursor.aside;
        match self.items.find(|item| !aside.contains(&item.number)) {
            Some(item) => {
                seed.deserialize(self.cursor.child(item, false)).map(Some).map_err(|problem| problem.at(item))
            }
            None => Ok(None),
        }
    }
}

struct Entries<'a> {
    cursor: Cursor<'a>,
    entries: Box<dyn Iterator<Item = &'a (Node, Node)> + 'a>,
    value: Option<&'a Node>,
}

impl<'a> de::MapAccess<'a> for Entries<'a> {
    type Error = Problem;

    fn next_key_seed<K: de::DeserializeSeed<'a>>(&mut self, seed: K) -> Result<Option<K::Value>, Problem> {
        let Some((key, value)) = self.entries.next() else { return Ok(None) };
        self.value = Some(value);
        seed.deserialize(self.cursor.child(key, true)).map(Some).map_err(|problem| problem.at(key))
    }

    fn next_value_seed<V: de::DeserializeSeed<'a>>(&mut self, seed: V) -> Result<V::Value, Problem> {
        match self.value.take() {
            Some(value) => seed.deserialize(self.cursor.child(value, false)).map_err(|problem| problem.at(value)),
            None => Err(de::Error::custom("a key without a value")),
        }
    }
}

struct Variant<'a> {
    cursor: Cursor<'a>,
    key: &'a Node,
    value: &'a Node,
}

impl<'a> de::EnumAccess<'a> for Variant<'a> {
    type Error = Problem;
    type Variant = Self;

    fn variant_seed<V: de::DeserializeSeed<'a>>(self, seed: V) -> Result<(V::Value, Self), Problem> {
        let variant = seed.deserialize(self.cursor.child(self.key, true)).map_err(|problem| problem.at(self.key))?;
        Ok((variant, self))
    }
}

impl<'a> de::VariantAccess<'a> for Variant<'a> {
    type Error = Problem;

    fn unit_variant(self) -> Result<(), Problem> {
        let problem: Problem = de::Error::custom("this word takes no value");
        Err(problem.at(self.key))
    }

    fn newtype_variant_seed<T: de::DeserializeSeed<'a>>(self, seed: T) -> Result<T::Value, Problem> {
        seed.deserialize(self.cursor.child(self.value, false)).map_err(|problem| problem.at(self.value))
    }

    fn tuple_variant<V: de::Visitor<'a>>(self, _: usize, visitor: V) -> Result<V::Value, Problem> {
        de::Deserializer::deserialize_any(self.cursor.child(self.value, false), visitor)
    }

    fn struct_variant<V: de::Visitor<'a>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Problem> {
        de::Deserializer::deserialize_any(self.cursor.child(self.value, false), visitor)
    }
}
