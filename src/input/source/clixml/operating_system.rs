//! `Win32_OperatingSystem`: which Windows it is, what the machine is called, and its times.

use super::tree::value::Value;
use super::{Problem, kept, time};
use crate::diagnostic::Diagnostic;
use crate::model::id::ProductId;
use crate::model::time::Moment;

/// What `Win32_OperatingSystem` contains.
#[derive(Clone, Debug)]
pub struct OperatingSystem {
    /// `CSName`: the NetBIOS name of the machine.
    pub host: Option<String>,
    /// The product, from `Caption`.
    pub product: Option<ProductId>,
    /// `LocalDateTime`: the machine's clock when it was asked.
    pub collected_at: Option<Moment>,
    /// `LastBootUpTime`.
    pub last_boot: Option<Moment>,
    /// Whether `ProductType` is 2.
    pub is_domain_controller: Option<bool>,
}

/// Reads the object; adds what is wrong with it to the problems.
pub fn read(object: Value<'_>, problems: &mut Vec<Diagnostic>) -> OperatingSystem {
    OperatingSystem {
        host: object.text_of("CSName"),
        product: kept(product(object), problems),
        collected_at: kept(time::moment_of(object, "LocalDateTime"), problems),
        last_boot: kept(time::moment_of(object, "LastBootUpTime"), problems),
        is_domain_controller: object.text_of("ProductType").map(|kind| kind == "2"),
    }
}

fn product(object: Value<'_>) -> Result<Option<ProductId>, Problem> {
    let Some(caption) = object.property("Caption") else { return Ok(None) };
    // Windows Server 2003 R2 calls itself 2003 and names the release elsewhere.
    let release = object.text_of("OtherTypeDescription").unwrap_or_default();
    let id = product_id(&format!("{} {release}", caption.text()));
    let product = id.and_then(|id| ProductId::new(&id).ok());
    product.map(Some).ok_or_else(|| caption.bad("`Caption`: expected an edition of Windows Server"))
}

/// `Microsoft Windows Server 2012 R2 Standard` as `windows-server-2012-r2`.
fn product_id(caption: &str) -> Option<String> {
    let lower = caption.to_lowercase().replace("(r)", " ").replace('®', " ");
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_server = words.contains(&"windows") && words.contains(&"server");
    let is_year = |word: &&&str| word.len() == 4 && word.starts_with("20") && word.bytes().all(|b| b.is_ascii_digit());
    let year = words.iter().find(is_year).filter(|_| is_server)?;
    let release = if words.contains(&"r2") { "-r2" } else { "" };
    Some(format!("windows-server-{year}{release}"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn captions_name_products() {
        for (caption, id) in [
            ("Microsoft Windows Server 2019 Datacenter", Some("windows-server-2019")),
            ("Microsoft Windows Server 2012 R2 Standard Evaluation", Some("windows-server-2012-r2")),
            ("Microsoft® Windows Server® 2008 Enterprise ", Some("windows-server-2008")),
            ("Microsoft(R) Windows(R) Server 2003, Standard Edition R2", Some("windows-server-2003-r2")),
            ("Windows Web Server 2008 R2", Some("windows-server-2008-r2")),
            ("Microsoft Windows Server 2022 Datacenter Azure Edition", Some("windows-server-2022")),
            ("Microsoft Windows 10 Pro", None),
            ("", None),
        ] {
            assert_eq!(super::product_id(caption).as_deref(), id, "{caption}");
        }
    }
}
