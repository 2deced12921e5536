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
struct State<'t> {
    source: &'t Text,
    bulletin: Bulletin,
    /// Whether the element around all others was there.
    is_begun: bool,
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
    let mut state = State::new(source);
    let mut reader = Reader::from_str(&source.text);
    loop {
        let offset = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        match next_event(&mut reader, source)? {
            Event::Eof => return state.complete(offset),
            event => state.take(event, offset)?,
        }
    }
}

fn next_event<'t>(reader: &mut Reader<&'t [u8]>, source: &Text) -> Result<Event<'t>, Box<Diagnostic>> {
    reader.read_event().map_err(|error| {
        let offset = usize::try_from(reader.error_position()).unwrap_or(usize::MAX);
        broken(source, offset, &error.to_string())
    })
}

fn broken(source: &Text, offset: usize, message: &str) -> Box<Diagnostic> {
    source.problem(offset, "xml-syntax", format!("broken XML: {message}"))
}

impl<'t> State<'t> {
    fn new(source: &'t Text) -> Self {
        let bulletin = Bulletin {
            path: source.path.clone(),
            id: String::new(),
            products: HashMap::new(),
            dates: Vec::new(),
            vulnerabilities: Vec::new(),
        };
        Self { source, bulletin, is_begun: false, open: Vec::new(), text: String::new(), product: String::new() }
    }

    /// Takes in everything but the end of the file.
    fn take(&mut self, event: Event<'_>, offset: usize) -> Result<(), Box<Diagnostic>> {
        let broken = |message: &str| broken(self.source, offset, message);
        match event {
            Event::Start(start) => self.start(&start, offset)?,
            Event::Empty(start) => {
                self.start(&start, offset)?;
                self.end();
            }
            Event::End(_) => self.end(),
            Event::Text(text) => self.write(&text.into_inner()),
            Event::CData(text) => self.write(&text.into_inner()),
            Event::GeneralRef(entity) => self.write(&resolve(&entity).map_err(broken)?),
            Event::DocType(_) => return Err(broken("a document type, which CVRF documents do not have")),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::Eof => {}
        }
        Ok(())
    }

    fn start(&mut self, start: &BytesStart<'_>, offset: usize) -> Result<(), Box<Diagnostic>> {
        let tag = Tag::of(start.local_name().as_ref());
        self.check_place(tag, offset)?;
        self.is_begun = true;
        self.open.push(tag);
        self.text.clear();
        self.begin(tag, start).map_err(|message| broken(self.source, offset, &message))
    }

    /// Refuses an element that no bulletin has where this one is.
    fn check_place(&self, tag: Tag, offset: usize) -> Result<(), Box<Diagnostic>> {
        if self.open.is_empty() && (self.is_begun || tag != Tag::Root) {
            return Err(unexpected(self.source, offset, "expected one element `cvrfdoc` around all others"));
        }
        if self.open.len() >= DEEPEST {
            return Err(self.source.problem(offset, "too-deep", format!("nested deeper than {DEEPEST} elements")));
        }
        Ok(())
    }

    /// Begins the part of the bulletin that an element stands for.
    fn begin(&mut self, tag: Tag, start: &BytesStart<'_>) -> Result<(), String> {
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
            (Some(Tag::Revision), Tag::Date) => self.revised(text),
            (_, Tag::CurrentReleaseDate) => self.bulletin.dates.push(text),
            (Some(Tag::Remediation), tag) => self.remediation().into_iter().for_each(|one| one.learn(tag, &text)),
            _ => {}
        }
    }

    /// Keeps the date of a revision, of the vulnerability that is being read or else of the bulletin.
    fn revised(&mut self, date: String) {
        match self.bulletin.vulnerabilities.last_mut() {
            Some(vulnerability) if self.open.contains(&Tag::Vulnerability) => vulnerability.revisions.push(date),
            _ => self.bulletin.dates.push(date),
        }
    }

    /// The remediation that is being read.
    fn remediation(&mut self) -> Option<&mut Remediation> {
        self.bulletin.vulnerabilities.last_mut().and_then(|one| one.remediations.last_mut())
    }

    /// The bulletin, when the file ends where one does.
    fn complete(self, end: usize) -> Result<Bulletin, Box<Diagnostic>> {
        match (self.is_begun, self.open.is_empty()) {
            (false, _) => Err(unexpected(self.source, 0, "no element")),
            (true, false) => Err(broken(self.source, end, "the file ends inside an element")),
            (true, true) => Ok(self.bulletin),
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
fn resolve(entity: &BytesRef<'_>) -> Result<Cow<'static, str>, &'static str> {
    let text = match entity.resolve_char_ref() {
        Ok(Some(c)) => Some(c.to_string().into()),
        Ok(None) => quick_xml::escape::resolve_xml_entity(entity).map(Cow::Borrowed),
        Err(_) => None,
    };
    text.ok_or("an entity that is not known")
}
