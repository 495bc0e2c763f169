//! Reads the texts of `locales`, and makes a type of each for `src/copy/text.rs`.
//!
//! It also names the folders whose change makes Cargo compile again: `sqlx::migrate!` embeds the migrations, and a new
//! file would go unnoticed.

#[path = "build/messages.rs"]
mod messages;

use std::{error::Error, fs, path::Path};

/// The languages, by the names of their folders. The first one is the source: the others are compared with it.
const LANGUAGES: [&str; 2] = ["en", "de"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=migrations");
    println!("cargo:rerun-if-changed=locales");
    println!("cargo:rerun-if-changed=build");
    let folders = LANGUAGES.map(|language| Path::new("locales").join(language));
    let mut languages = Vec::new();
    for folder in &folders {
        languages.push(messages::read_folder(folder)?);
    }
    messages::must_agree(&languages)?;
    let root = fs::canonicalize("locales")?;
    let code = messages::code(&languages[0], &LANGUAGES.map(|language| root.join(language)))?;
    #[expect(clippy::disallowed_methods, reason = "Cargo says only there where the file goes")]
    let out = std::env::var("OUT_DIR")?;
    fs::write(Path::new(&out).join("messages.rs"), code)?;
    Ok(())
}
