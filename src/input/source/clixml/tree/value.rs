//! A value of a document: its text, its properties, and where it was written.

use std::borrow::Cow;

use super::{Node, Tag, Tree};
use crate::input::source::clixml::{Problem, escape};
use crate::model::wording::shorten;

/// The longest text of a name, in bytes.
const LONGEST: usize = 4096;

/// A value of a document.
#[derive(Clone, Copy, Debug)]
pub struct Value<'d> {
    pub(super) tree: &'d Tree<'d>,
    pub(super) node: &'d Node<'d>,
}

impl<'d> Value<'d> {
    pub(super) fn children(self) -> impl Iterator<Item = Self> + 'd {
        let nodes = self.node.children.iter().filter_map(move |&number| self.tree.nodes.get(number as usize));
        nodes.map(move |node| Self { node, ..self })
    }

    /// The object that a reference stands for; nothing for `Nil` and for a reference to nothing.
    pub(super) fn followed(self) -> Option<Self> {
        match self.node.tag {
            Tag::Nil => None,
            Tag::Reference => {
                let number = *self.tree.objects.get(&self.node.id?)?;
                self.tree.nodes.get(number).map(|node| Self { node, ..self })
            }
            _ => Some(self),
        }
    }

    pub(super) fn part(self, tag: Tag) -> Option<Self> {
        self.children().find(|child| child.node.tag == tag)
    }

    pub(super) fn is_bare_list(self) -> bool {
        self.part(Tag::List).is_some() && self.part(Tag::Adapted).is_none() && self.part(Tag::Extended).is_none()
    }

    /// A property, whatever its case; what PowerShell added hides what the type has, as it does in PowerShell.
    pub fn property(self, name: &str) -> Option<Self> {
        let parts = [self.part(Tag::Extended), self.part(Tag::Adapted)];
        let mut properties = parts.into_iter().flatten().flat_map(Self::children);
        properties.find(|one| one.node.name.eq_ignore_ascii_case(name)).and_then(Self::followed)
    }

    /// Its text: the value of a plain value, or what an object says about itself.
    pub fn text(self) -> Cow<'d, str> {
        match self.node.tag {
            Tag::Object => self.part(Tag::ToString).map_or(Cow::Borrowed(""), Self::text),
            _ => escape::decode(&self.node.text),
        }
    }

    /// The text of a property, without blanks around it; nothing when it is empty or too long to be a name.
    pub fn text_of(self, name: &str) -> Option<String> {
        let text = self.property(name)?.text();
        let text = text.trim();
        (!text.is_empty() && text.len() <= LONGEST).then(|| text.to_owned())
    }

    /// The truth of a property; nothing when it was not exported.
    ///
    /// # Errors
    /// When it is something else.
    pub fn truth_of(self, name: &str) -> Result<Option<bool>, Problem> {
        let Some(value) = self.property(name) else { return Ok(None) };
        match value.text().trim().to_ascii_lowercase().as_str() {
            "true" => Ok(Some(true)),
            "false" => Ok(Some(false)),
            _ => Err(value.bad(&format!("`{name}`: expected true or false"))),
        }
    }

    /// The word of a property that is an enumeration: its name in kebab case, or looked up by its number.
    pub fn word_of(self, name: &str, numbered: &[(i64, &str)]) -> Option<String> {
        let value = self.property(name)?;
        let text = value.text();
        let number = match (text.trim(), value.part(Tag::Scalar)) {
            ("", Some(number)) => number.text().trim().parse().ok(),
            (text, _) => text.parse::<i64>().ok(),
        };
        match number {
            Some(number) => numbered.iter().find(|(known, _)| *known == number).map(|(_, word)| (*word).to_owned()),
            None => Some(kebab(text.trim())).filter(|word| !word.is_empty()),
        }
    }

    /// A problem of this value, with as much of its text as a message needs.
    pub fn bad(self, expected: &str) -> Problem {
        let found = shorten(&self.text());
        self.problem("bad-value", format!("{expected}, found `{found}`"))
    }

    /// A problem at the place of this value.
    pub fn problem(self, code: &'static str, message: String) -> Problem {
        self.tree.source.problem(self.node.offset, code, message)
    }
}

/// `StartPending` as `start-pending`.
fn kebab(text: &str) -> String {
    let mut word = String::with_capacity(text.len() + 2);
    for c in text.chars() {
        if c.is_uppercase() && !word.is_empty() {
            word.push('-');
        }
        word.extend(c.to_lowercase());
    }
    word
}
