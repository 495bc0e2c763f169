//! Section `site`: how the site presents itself to people.

use serde::{Deserialize, Deserializer};

use super::value;
use crate::domain::language::Language;

/// How many characters the product's name may have. It stands in titles and subjects.
const LONGEST_NAME: usize = 40;

/// How the site presents itself.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Presentation {
    /// The product's name, which pages and letters say: up to 40 characters, without `<` and `>`.
    #[serde(deserialize_with = "name")]
    pub name: String,
    /// The language of letters: `en`, `de` or `auto`. With `auto`, an account gets its letters in the language that the
    /// browser preferred when the account was created, and in English if Signet does not speak that language.
    #[serde(deserialize_with = "language")]
    pub language: Option<Language>,
}

fn name<'de, D: Deserializer<'de>>(de: D) -> Result<String, D::Error> {
    let accepted = format!("a name of 1 to {LONGEST_NAME} visible characters without < and >, such as \"Signet\"");
    value::text(de, &accepted, |text| {
        let name = text.trim();
        let fits = (1..=LONGEST_NAME).contains(&name.chars().count());
        // Leptos writes titles as they are.
        let is_plain = |letter: char| !letter.is_control() && !matches!(letter, '<' | '>');
        (fits && name.chars().all(is_plain)).then(|| name.to_owned())
    })
}

/// `auto` is no language of its own.
fn language<'de, D: Deserializer<'de>>(de: D) -> Result<Option<Language>, D::Error> {
    value::text(de, "\"auto\", \"en\" or \"de\"", |text| match text {
        "auto" => Some(None),
        word => Language::from_word(word).map(Some),
    })
}
