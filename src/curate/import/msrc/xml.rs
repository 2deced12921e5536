//! CVRF as the service writes it in XML.

use std::borrow::Cow;
use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::{Bulletin, Remediation, Vulnerability, unexpected};
use crate::diagnostic::Diagnostic;
use crate::input::text::Text;

/// The deepest nesting that is read; the product tree is the deepest part of a bulletin.
const DEEPEST: usize = 100;

/// The elements that are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tag {
    Root,
    Identification,
    Id,
    FullProductName,
    Vulnerability,
    Revision,
    Date,
    CurrentReleaseDate,
    Remediation,
    Description,
    Supercedence,
    ProductId,
    RestartRequired,
    SubType,
    FixedBuild,
    Other,
}

impl Tag {
    fn of(name: &str) -> Self {
        match name {
            "cvrfdoc" => Self::Root,
            "Identification" => Self::Identification,
            "ID" => Self::Id,
            "FullProductName" => Self::FullProductName,
            "Vulnerability" => Self::Vulnerability,
            "Revision" => Self::Revision,
            "Date" => Self::Date,
            "CurrentReleaseDate" => Self::CurrentReleaseDate,
            "Remediation" => Self::Remediation,
            "Description" => Self::Description,
            "Supercedence" => Self::Supercedence,
            "ProductID" => Self::ProductId,
            "RestartRequired" => Self::RestartRequired,
            "SubType" => Self::SubType,
            "FixedBuild" => Self::FixedBuild,
            _ => Self::Other,
        }
    }

    fn has_text(self) -> bool {
        use Tag::{Identification, Other, Remediation, Revision, Root, Vulnerability};
        !matches!(self, Root | Identification | Vulnerability | Revision | Remediation | Other)
    }
}

/// What was read so far.
struct State {
    bulletin: Bulletin,
    open: Vec<Tag>,
    /// The text of the innermost open element.
    text: String,
    /// The id of the product whose name is being read.
    product: String,
}

/// Reads a bulletin.
///
/// # Errors
/// The first fault of the XML, at its place: nothing after it in a broken or truncated bulletin is reliable.
pub fn read(source: &Text) -> Result<Bulletin, Box<Diagnostic>> {
    let bulletin = Bulletin {
        path: source.path.clone(),
        id: String::new(),
        products: HashMap::new(),
        dates: Vec::new(),
        vulnerabilities: Vec::new(),
    };
    let mut state = State { bulletin, open: Vec::new(), text: String::new(), product: String::new() };
    let mut reader = Reader::from_str(&source.text);
    let mut is_begun = false;
    loop {
        let offset = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let broken = |message: &str| source.problem(offset, "xml-syntax", format!("broken XML: {message}"));
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(error) => {
                let offset = usize::try_from(reader.error_position()).unwrap_or(usize::MAX);
                return Err(source.problem(offset, "xml-syntax", format!("broken XML: {error}")));
            }
        };
        if let Event::Start(start) | Event::Empty(start) = &event {
            if state.open.is_empty() && (is_begun || Tag::of(start.local_name().as_ref()) != Tag::Root) {
                return Err(unexpected(source, offset, "expected one element `cvrfdoc` around all others"));
            }
            if state.open.len() >= DEEPEST {
                return Err(source.problem(offset, "too-deep", format!("nested deeper than {DEEPEST} elements")));
            }
            is_begun = true;
            state.start(start).map_err(|error| broken(&error))?;
        }
        match event {
            Event::End(_) | Event::Empty(_) => state.end(),
            Event::Text(text) => state.write(&text.into_inner()),
            Event::CData(text) => state.write(&text.into_inner()),
            Event::GeneralRef(entity) => {
                let text = resolve(&entity).ok_or_else(|| broken("an entity that is not known"))?;
                state.write(&text);
            }
            Event::DocType(_) => return Err(broken("a document type, which CVRF documents do not have")),
            Event::Eof if !is_begun => return Err(unexpected(source, 0, "no element")),
            Event::Eof if !state.open.is_empty() => return Err(broken("the file ends inside an element")),
            Event::Eof => return Ok(state.bulletin),
            Event::Start(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

impl State {
    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), String> {
        let tag = Tag::of(start.local_name().as_ref());
        self.open.push(tag);
        self.text.clear();
        match tag {
            Tag::Vulnerability => self.bulletin.vulnerabilities.push(Vulnerability::default()),
            Tag::FullProductName => self.product = attribute(start, "ProductID")?,
            Tag::Remediation => {
                let kind = attribute(start, "Type")?;
                if let Some(vulnerability) = self.bulletin.vulnerabilities.last_mut() {
                    vulnerability.remediations.push(Remediation { kind, ..Remediation::default() });
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn write(&mut self, text: &str) {
        if self.open.last().is_some_and(|tag| tag.has_text()) {
            self.text.push_str(text);
        }
    }

    fn end(&mut self) {
        let Some(tag) = self.open.pop() else { return };
        let text = std::mem::take(&mut self.text);
        match (self.open.last(), tag) {
            (Some(Tag::Identification), Tag::Id) => self.bulletin.id = text.trim().to_owned(),
            (_, Tag::FullProductName) => {
                self.bulletin.products.insert(std::mem::take(&mut self.product), text);
            }
            (Some(Tag::Revision), Tag::Date) if self.open.contains(&Tag::Vulnerability) => {
                self.bulletin.vulnerabilities.last_mut().into_iter().for_each(|one| one.revisions.push(text.clone()));
            }
            (Some(Tag::Revision), Tag::Date) | (_, Tag::CurrentReleaseDate) => self.bulletin.dates.push(text),
            (Some(Tag::Remediation), tag) => {
                let last = self.bulletin.vulnerabilities.last_mut().and_then(|one| one.remediations.last_mut());
                last.into_iter().for_each(|one| one.learn(tag, &text));
            }
            _ => {}
        }
    }
}

impl Remediation {
    fn learn(&mut self, tag: Tag, text: &str) {
        let field = match tag {
            Tag::Description => &mut self.description,
            Tag::Supercedence => &mut self.supercedence,
            Tag::RestartRequired => &mut self.restart,
            Tag::SubType => &mut self.sub_type,
            Tag::FixedBuild => &mut self.build,
            Tag::ProductId => return self.products.push(text.trim().to_owned()),
            _ => return,
        };
        text.clone_into(field);
    }
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Result<String, String> {
    let mut found = String::new();
    // All are read, so that one that is given twice is reported.
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        if attribute.key.local_name().as_ref() == name {
            let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0);
            found = value.map_err(|error| error.to_string())?.into_owned();
        }
    }
    Ok(found)
}

/// The character of an entity; only the five of XML and character numbers exist without a document type.
fn resolve(entity: &BytesRef<'_>) -> Option<Cow<'static, str>> {
    match entity.resolve_char_ref() {
        Ok(Some(c)) => Some(c.to_string().into()),
        Ok(None) => quick_xml::escape::resolve_xml_entity(entity).map(Cow::Borrowed),
        Err(_) => None,
    }
}
