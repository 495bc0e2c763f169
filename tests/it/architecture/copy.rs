//! What people read is in one place.

use super::source::{Breach, Source, Token, Tree};

/// The rooms whose sentences are in `src/copy`. Pages still have their own: headings, labels and help.
const ROOMS: [&str; 5] = ["src/api/", "src/components/", "src/domain/", "src/islands/", "src/server/"];

/// Parts of these rooms whose sentences are not for the people who use the site.
const EXCEPT: [&str; 3] = [
    // The description of each table in `docs/DATA.md`.
    "src/domain/deletion/erasure/tables.rs",
    // The description of the API, most of it in attributes.
    "src/server/http/api_v1/document.rs",
    // SQL.
    "src/server/store/",
];

/// Sentences outside of `src/copy`. Attributes and `view!` may have some: descriptions of the API, labels and help.
pub fn sentences(tree: &Tree) -> Vec<Breach> {
    let mut found = Vec::new();
    for source in tree.sources.iter().filter(|source| is_held_to_it(source)) {
        let tokens = outside_attributes_and_views(&source.tokens).into_iter();
        let sentences = tokens.filter(|token| is_sentence(&token.text));
        found.extend(
            sentences.map(|token| source.breach(token.line, format!("{:.40}… belongs in src/copy", token.text))),
        );
    }
    found
}

fn is_held_to_it(source: &Source) -> bool {
    let is_in = |places: &[&str]| places.iter().any(|place| source.path.starts_with(place));
    is_in(&ROOMS) && !is_in(&EXCEPT)
}

/// Whether a token is a literal that begins and ends as a sentence does, and has several words.
fn is_sentence(token: &str) -> bool {
    let Some(text) = token.strip_prefix('"').and_then(|text| text.strip_suffix('"')) else { return false };
    let text = text.trim_end();
    text.contains(' ')
        && text.starts_with(|first: char| first.is_uppercase() || first == '{')
        && text.ends_with(['.', '?', ':'])
}

fn outside_attributes_and_views(tokens: &[Token]) -> Vec<&Token> {
    let mut kept = Vec::new();
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate() {
        let before = |back: usize| at.checked_sub(back).map(|at| tokens[at].text.as_str());
        let begins = match token.text.as_str() {
            "[" => before(1) == Some("#") || (before(1), before(2)) == (Some("!"), Some("#")),
            "{" => (before(1), before(2)) == (Some("!"), Some("view")),
            _ => false,
        };
        if begins || depth > 0 {
            depth += match token.text.as_str() {
                "(" | "[" | "{" => 1,
                ")" | "]" | "}" => -1,
                _ => 0,
            };
        } else {
            kept.push(token);
        }
    }
    kept
}
