//! A CLIXML document as a tree: objects, their properties, and the references between them.
//!
//! The nodes lie in one list and refer to each other by number, so neither deep nor circular input needs recursion.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;

use quick_xml::Reader;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::{Problem, escape};
use crate::diagnostic::Diagnostic;
use crate::input::text::Text;

pub mod value;

use value::Value;

/// The deepest nesting that is read; by default `Export-Clixml` writes two levels of objects.
const DEEPEST: usize = 200;

/// The most elements that are read; the 254 services of a real export take 63 000.
const MOST: usize = 1_000_000;

/// The most problems that are reported of one file.
const MOST_PROBLEMS: usize = 100;

/// A parsed document.
#[derive(Debug)]
pub struct Tree<'t> {
    source: &'t Text,
    nodes: Vec<Node<'t>>,
    /// The objects by their `RefId`.
    objects: HashMap<u32, usize>,
}

#[derive(Debug)]
struct Node<'t> {
    tag: Tag,
    name: Box<str>,
    text: Cow<'t, str>,
    /// The `RefId` of an object or of a reference to one.
    id: Option<u32>,
    children: Vec<u32>,
    offset: usize,
}

/// The elements of CLIXML, as far as they are distinguished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tag {
    /// `Objs`.
    Root,
    /// `Obj`.
    Object,
    /// `Ref`.
    Reference,
    /// `Nil`.
    Nil,
    /// `Props`: properties of the type.
    Adapted,
    /// `MS`: properties that PowerShell or a script added.
    Extended,
    /// `LST`, `IE`, `STK` and `QUE`.
    List,
    /// `ToString`.
    ToString,
    /// Type names and dictionaries, which hold no facts here.
    Other,
    /// A value without parts: `S`, `I32`, `B`, `DT`, `BA` and so on.
    Scalar,
}

impl Tag {
    fn of(name: &str) -> Self {
        match name {
            "Objs" => Self::Root,
            "Obj" => Self::Object,
            "Ref" => Self::Reference,
            "Nil" => Self::Nil,
            "Props" => Self::Adapted,
            "MS" => Self::Extended,
            "LST" | "IE" | "STK" | "QUE" => Self::List,
            "ToString" => Self::ToString,
            "TN" | "T" | "TNRef" | "DCT" | "En" => Self::Other,
            _ => Self::Scalar,
        }
    }

    fn has_text(self) -> bool {
        matches!(self, Self::ToString | Self::Scalar)
    }
}

/// What is wrong with the XML: code and message.
type Fault = (&'static str, String);

fn next_event<'t>(reader: &mut Reader<&'t [u8]>, source: &Text) -> Result<Event<'t>, Problem> {
    reader.read_event().map_err(|error| {
        let offset = usize::try_from(reader.error_position()).unwrap_or(usize::MAX);
        let (code, message) = broken(&error);
        source.problem(offset, code, message)
    })
}

impl<'t> Tree<'t> {
    /// Parses a text.
    ///
    /// # Errors
    /// The first fault of the XML, at its place: nothing after it in a broken or truncated document is reliable.
    pub fn parse(source: &'t Text) -> Result<Self, Problem> {
        let mut tree = Self { source, nodes: Vec::new(), objects: HashMap::new() };
        let mut reader = Reader::from_str(&source.text);
        let mut open: Vec<usize> = Vec::new();
        loop {
            let offset = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            let fault = |(code, message): Fault| source.problem(offset, code, message);
            match next_event(&mut reader, source)? {
                Event::Eof => return tree.complete(&open, offset),
                event => tree.take(event, offset, &mut open).map_err(fault)?,
            }
        }
    }

    /// Takes in everything but the end of the file.
    fn take(&mut self, event: Event<'t>, offset: usize, open: &mut Vec<usize>) -> Result<(), Fault> {
        match event {
            Event::Start(start) => {
                let number = self.add(&start, offset, open)?;
                open.push(number);
            }
            Event::Empty(start) => drop(self.add(&start, offset, open)?),
            Event::End(_) => drop(open.pop()),
            Event::Text(text) => self.write(open, text.into_inner())?,
            Event::CData(text) => self.write(open, text.into_inner())?,
            Event::GeneralRef(entity) => self.write(open, resolve(&entity)?)?,
            Event::DocType(_) => return Err(("xml-syntax", "a document type: Export-Clixml writes none".to_owned())),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::Eof => {}
        }
        Ok(())
    }

    /// Adds an element below the innermost open one.
    fn add(&mut self, start: &BytesStart<'_>, offset: usize, open: &[usize]) -> Result<usize, Fault> {
        let number = self.nodes.len();
        let tag = Tag::of(start.local_name().as_ref());
        self.check_place(tag, open)?;
        let mut node = Node { tag, name: "".into(), text: "".into(), id: None, children: Vec::new(), offset };
        node.read_attributes(start)?;
        if let (Tag::Object, Some(id)) = (tag, node.id) {
            self.objects.insert(id, number);
        }
        self.nodes.push(node);
        if let Some(parent) = open.last().and_then(|&parent| self.nodes.get_mut(parent)) {
            parent.children.push(u32::try_from(number).unwrap_or(u32::MAX));
        }
        Ok(number)
    }

    /// Refuses an element that no export has there, or that is one too many.
    fn check_place(&self, tag: Tag, open: &[usize]) -> Result<(), Fault> {
        let number = self.nodes.len();
        if (tag == Tag::Root) != open.is_empty() || (tag == Tag::Root && number > 0) {
            return Err(("not-an-export", "expected one element `Objs` around all others".to_owned()));
        }
        if open.len() >= DEEPEST {
            return Err(("too-deep", format!("nested deeper than {DEEPEST} elements")));
        }
        if number >= MOST {
            return Err(("too-large", format!("more than {MOST} elements")));
        }
        Ok(())
    }

    /// Adds text to the innermost open element; only blanks may stand between elements.
    fn write(&mut self, open: &[usize], text: Cow<'t, str>) -> Result<(), Fault> {
        match open.last().and_then(|&number| self.nodes.get_mut(number)) {
            Some(node) if node.tag.has_text() && node.text.is_empty() => node.text = text,
            Some(node) if node.tag.has_text() => node.text.to_mut().push_str(&text),
            Some(_) => {}
            None if text.trim().is_empty() => {}
            None => return Err(("not-an-export", "expected XML of Export-Clixml, found other text".to_owned())),
        }
        Ok(())
    }

    fn complete(self, open: &[usize], end: usize) -> Result<Self, Problem> {
        if self.nodes.is_empty() {
            return Err(self.source.problem(
                0,
                "not-an-export",
                "expected XML of Export-Clixml, found none".to_owned(),
            ));
        }
        match open.last().and_then(|&number| self.nodes.get(number)) {
            None => Ok(self),
            Some(_) => {
                Err(self.source.problem(end, "xml-syntax", "broken XML: the file ends inside an element".to_owned()))
            }
        }
    }

    /// The exported objects, each once; a list that was exported as one object gives its items.
    pub fn objects(&self) -> Vec<Value<'_>> {
        let root = self.nodes.first().map(|node| Value { tree: self, node });
        let top = root.into_iter().flat_map(Value::children);
        let flat = top.flat_map(|value| match value.part(Tag::List) {
            Some(list) if value.is_bare_list() => list.children().collect(),
            _ => vec![value],
        });
        // What is referred to a million times is still read once.
        let mut seen = HashSet::new();
        flat.filter_map(Value::followed).filter(|value| seen.insert(value.node.offset)).collect()
    }

    /// What is read from each object, until there are too many problems to be of use.
    pub fn each<T>(
        &self,
        problems: &mut Vec<Diagnostic>,
        read: impl Fn(Value<'_>) -> Result<Option<T>, Problem>,
    ) -> Vec<T> {
        let mut found = Vec::new();
        let enough = problems.len() + MOST_PROBLEMS;
        for object in self.objects() {
            match read(object) {
                Ok(one) => found.extend(one),
                Err(problem) => problems.push(*problem),
            }
            if problems.len() >= enough {
                break;
            }
        }
        found
    }

    /// The only object, if any.
    ///
    /// # Errors
    /// When there are several.
    pub fn single(&self) -> Result<Option<Value<'_>>, Problem> {
        match self.objects().as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(*one)),
            [_, second, ..] => {
                Err(second.problem("bad-value", "a second object: expected the export of one server".to_owned()))
            }
        }
    }
}

impl Node<'_> {
    fn read_attributes(&mut self, start: &BytesStart<'_>) -> Result<(), Fault> {
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| broken(&error))?;
            match attribute.key.as_ref() {
                "N" => self.name = escape::decode(&text(&attribute)?).into(),
                "RefId" => self.id = Some(ref_id(&text(&attribute)?)?),
                _ => {}
            }
        }
        Ok(())
    }
}

fn broken(error: &dyn fmt::Display) -> Fault {
    ("xml-syntax", format!("broken XML: {error}"))
}

fn text<'a>(attribute: &Attribute<'a>) -> Result<Cow<'a, str>, Fault> {
    attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).map_err(|error| broken(&error))
}

fn ref_id(text: &str) -> Result<u32, Fault> {
    text.parse().map_err(|_| ("bad-value", format!("`{text}` is not a RefId")))
}

/// The character of an entity; only the five of XML and character numbers exist without a document type.
fn resolve<'t>(entity: &BytesRef<'_>) -> Result<Cow<'t, str>, Fault> {
    let fault = || ("xml-syntax", "broken XML: an entity that is not known".to_owned());
    if let Some(c) = entity.resolve_char_ref().map_err(|_| fault())? {
        return Ok(c.to_string().into());
    }
    quick_xml::escape::resolve_xml_entity(entity).map(Cow::Borrowed).ok_or_else(fault)
}
