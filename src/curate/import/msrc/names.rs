//! The products by the names that bulletins print, with architecture, service pack and cumulative update.

use std::collections::{BTreeMap, HashMap};

use super::words::clean;
use crate::model::id::ProductId;
use crate::model::product::Product;

/// The products of the database by their names and aliases.
#[derive(Clone, Debug)]
pub struct Names {
    products: HashMap<String, ProductId>,
}

impl Names {
    /// Indexes products; of two that share a name the first keeps it.
    pub fn new(products: &BTreeMap<ProductId, Product>) -> Self {
        let mut names = HashMap::new();
        for product in products.values() {
            for name in std::iter::once(&product.name).chain(&product.aliases) {
                names.entry(plain(name)).or_insert_with(|| product.id.clone());
            }
        }
        Self { products: names }
    }

    /// The product that a bulletin means.
    pub fn product(&self, name: &str) -> Option<&ProductId> {
        self.products.get(&plain(name))
    }

    /// The Windows that a bulletin means by a component of it, such as `Internet Explorer 11 on Windows Server 2012 R2`.
    pub fn system(&self, name: &str) -> Option<&ProductId> {
        let name = plain(name);
        let (component, system) = name.rsplit_once(" on ")?;
        let is_component = system.starts_with("windows server") && !self.is_of_product(component);
        self.products.get(system).filter(|_| is_component)
    }

    /// Whether a name begins with that of a product, such as `sql server 2019 reporting services`.
    fn is_of_product(&self, name: &str) -> bool {
        let ends_word = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric());
        self.products.keys().any(|product| name.strip_prefix(product.as_str()).is_some_and(ends_word))
    }
}

/// A name without its patch level and hardware.
fn plain(name: &str) -> String {
    let lower = clean(name).to_lowercase().replace("(r)", "").replace(['®', '™'], "");
    let words = without_levels(&without_brackets(&lower));
    let words = words.strip_prefix("microsoft ").unwrap_or(&words);
    framework(words).unwrap_or(words).to_owned()
}

/// `.net framework 3.5 and 4.8 on windows server 2019` is .NET Framework; on a client it is nothing that servers have.
fn framework(words: &str) -> Option<&str> {
    const NAME: &str = ".net framework";
    let rest = words.strip_prefix(NAME)?;
    let (version, system) = rest.split_once(" on ").unwrap_or((rest, "windows server"));
    let is_version = version.is_empty() || version.starts_with(' ') && version.contains(|c: char| c.is_ascii_digit());
    (is_version && system.starts_with("windows server")).then_some(NAME)
}

/// Removes patch levels in brackets, such as `(cu 32)` and `(server core installation)`.
fn without_brackets(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('(') {
        let Some((inside, after)) = after.split_once(')') else { break };
        kept.push_str(before);
        if !is_level(inside.trim()) {
            kept.push_str(&format!("({inside})"));
        }
        rest = after;
    }
    kept + rest
}

fn is_level(text: &str) -> bool {
    let is_update = |text: &str| text.strip_prefix("cu").is_some_and(|number| is_number(number.trim()));
    let known = ["server core installation", "gdr", "qfe", "cu", "64-bit", "32-bit"];
    known.contains(&text) || is_update(text) || text.ends_with("-bit edition") || text.ends_with("-bit editions")
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Removes `for x64-based systems`, `service pack 1`, `cumulative update 23` and the like.
fn without_levels(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut kept = Vec::new();
    let mut rest = words.as_slice();
    loop {
        rest = match rest {
            ["for", hardware, "systems", rest @ ..] if is_hardware(hardware) => rest,
            ["service", "pack", number, rest @ ..] if is_number(number) => rest,
            ["cumulative", "update", number, rest @ ..] if is_number(number) => rest,
            ["update", "rollup", number, rest @ ..] if is_number(number) => rest,
            ["rtm"] => &[],
            [level] if is_level(level) && !kept.is_empty() => &[],
            [word, rest @ ..] => {
                kept.push(*word);
                rest
            }
            [] => return kept.join(" "),
        };
    }
}

fn is_hardware(word: &str) -> bool {
    word == "32-bit" || ["x64", "x86", "itanium", "arm64", "ia64"].iter().any(|one| word == format!("{one}-based"))
}
