//! The texts of `locales`, in the language of the reader.
//!
//! `build.rs` reads the files of both languages. It refuses a text that only one language has, or whose values differ,
//! and makes a type of each text: its fields are the values that the text states. So a text that does not exist, and a
//! value that is missing or has another name, do not compile; a text that no code uses is a warning.
//!
//! A value is never read as Fluent, and no marks of direction are put around it: letters are plain text, and a page
//! has `<bdi>` for what people typed.

use std::sync::LazyLock;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};

use crate::domain::language::Language;

/// The text with this id and these values: `text!(language, letter_greeting)`,
/// `text!(language, letter_last_line, product = "Signet", host = host)`. An id is written with underscores here, and with
/// hyphens in `locales`. Numbers are `i64`, other values `&str`.
macro_rules! text {
    ($language:expr, $id:ident $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::copy::text::messages::$id { $($name: $value),* }.in_language($language)
    };
}
pub(crate) use text;

/// The type of each text, which [`text!`] fills in.
pub(crate) mod messages {
    #![expect(non_camel_case_types, reason = "a type has the name of its text")]

    use super::{FluentValue, Language, say};

    include!(concat!(env!("OUT_DIR"), "/messages.rs"));
}

type Bundle = FluentBundle<FluentResource>;

static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle_of(Language::English, messages::EN));
static GERMAN: LazyLock<Bundle> = LazyLock::new(|| bundle_of(Language::German, messages::DE));

fn bundle_of(language: Language, sources: &[&str]) -> Bundle {
    // `language` decides which numbers are singular.
    let mut bundle = Bundle::new_concurrent(vec![language.word().parse().unwrap_or_default()]);
    bundle.set_use_isolating(false);
    for source in sources {
        // `build.rs` has read the same files, and refuses what Fluent does not understand.
        let resource = FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(understood, _)| understood);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

fn say<'a, const N: usize>(language: Language, id: &str, values: [(&'a str, FluentValue<'a>); N]) -> String {
    let bundle = match language {
        Language::English => &*ENGLISH,
        Language::German => &*GERMAN,
    };
    // `build.rs` has seen every id in every language.
    let Some(pattern) = bundle.get_message(id).and_then(|message| message.value()) else { return id.to_owned() };
    let args = FluentArgs::from_iter(values);
    bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_said_as_it_is_and_never_read_as_fluent() {
        for hostile in ["{ $product }", "{", "\u{5e9}\u{5dc}\u{5d5}\u{5dd}", "-term", "\"'<b>"] {
            for language in Language::ALL.iter().copied() {
                let line = text!(language, letter_last_line, product = hostile, host = "example.com");
                assert!(line.contains(hostile) && !line.contains(['\u{2068}', '\u{2069}']), "{line:?}");
            }
        }
    }
}
