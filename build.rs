//! Packs the database of `advisories/` into a text that the program carries with it.

use std::error::Error;
use std::fs;
use std::path::Path;

use patchgate_core::input::load::Loader;
use patchgate_core::input::packed::pack::pack;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=advisories");
    let root = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join("advisories");
    let mut loader = Loader::default();
    loader.call(root.clone(), "advisories".to_owned());
    let collection = loader.collection(&[root]);
    let parts = loader.join(vec![collection]);
    let diagnostics = loader.finish();
    // Whatever is wrong with a file, it is left out of the parts.
    if !diagnostics.is_empty() {
        let told: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
        return Err(format!("the database does not load\n\n{}", told.join("\n\n")).into());
    }
    fs::write(Path::new(&std::env::var("OUT_DIR")?).join("database"), pack(parts)?)?;
    Ok(())
}
