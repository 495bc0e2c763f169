//! The messages of `locales`: read, compared, and made into Rust types.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey},
    parser,
};

/// The messages of a language, by id.
pub type Messages = BTreeMap<String, Message>;

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its text as it stands in the file.
    pub source: String,
    /// What it says besides: the names of the values, and their kinds.
    pub values: BTreeMap<String, Kind>,
}

/// The kind of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A text, or the word of a case.
    Text,
    /// A number, which decides between singular and plural.
    Number,
}

/// Reads the files of a language.
///
/// # Errors
/// [`io::Error`] if a file cannot be read, or names file and fault if it cannot be used.
pub fn read_folder(folder: &Path) -> io::Result<Messages> {
    let mut all = Messages::new();
    for file in files(folder)? {
        let messages = read(&fs::read_to_string(&file)?);
        for (id, message) in messages.map_err(|fault| io::Error::other(format!("{}: {fault}", file.display())))? {
            if all.insert(id.clone(), message).is_some() {
                return Err(io::Error::other(format!("{}: {id} stands in two places", file.display())));
            }
        }
    }
    Ok(all)
}

/// The files of a folder, in the order of their names.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
    let mut files: Vec<_> = entries.collect::<Result<_, _>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "ftl"));
    files.sort();
    Ok(files)
}

/// Reads the messages of a text.
///
/// # Errors
/// Says what Fluent does not understand, or what Signet does not use: terms, references, attributes and functions.
pub fn read(text: &str) -> Result<Messages, String> {
    let resource = parser::parse(text).map_err(|(_, errors)| format!("{errors:?}"))?;
    let mut messages = Messages::new();
    for entry in resource.body {
        let message = match entry {
            Entry::Message(message) => message,
            Entry::Term(term) => return Err(format!("-{} is a term", term.id.name)),
            _ => continue,
        };
        let (id, mut values) = (message.id.name, BTreeMap::new());
        let pattern = message.value.filter(|_| message.attributes.is_empty()).ok_or(format!("{id} is no text"))?;
        values_of(&pattern, &mut values).map_err(|fault| format!("{id}: {fault}"))?;
        let source = source_of(text, id);
        if messages.insert(id.to_owned(), Message { source, values }).is_some() {
            return Err(format!("{id} stands in two places"));
        }
    }
    Ok(messages)
}

/// The first line of a message, for the comment on its type.
fn source_of(text: &str, id: &str) -> String {
    let begins = |line: &&str| line.strip_prefix(id).is_some_and(|rest| rest.trim_start().starts_with('='));
    text.lines().find(begins).unwrap_or(id).to_owned()
}

fn values_of(pattern: &Pattern<&str>, values: &mut BTreeMap<String, Kind>) -> Result<(), String> {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } if value.contains('\n') => return Err("a line break".to_owned()),
            PatternElement::TextElement { .. } => {}
            PatternElement::Placeable { expression } => values_in(expression, values)?,
        }
    }
    Ok(())
}

fn values_in(expression: &Expression<&str>, values: &mut BTreeMap<String, Kind>) -> Result<(), String> {
    match expression {
        Expression::Inline(InlineExpression::VariableReference { id }) => {
            values.entry(id.name.to_owned()).or_insert(Kind::Text);
        }
        Expression::Inline(InlineExpression::StringLiteral { .. }) => {}
        Expression::Inline(_) => return Err("something else than a value".to_owned()),
        Expression::Select { selector: InlineExpression::VariableReference { id }, variants } => {
            let counts = variants.iter().any(|variant| is_number(&variant.key));
            let kind = if counts { Kind::Number } else { Kind::Text };
            let known = values.entry(id.name.to_owned()).or_insert(kind);
            *known = kind.max(*known);
            for variant in variants {
                values_of(&variant.value, values)?;
            }
        }
        Expression::Select { .. } => return Err("a choice by something else than a value".to_owned()),
    }
    Ok(())
}

/// Whether only a number has this case. Every choice has the case `other`.
fn is_number(key: &VariantKey<&str>) -> bool {
    match key {
        VariantKey::Identifier { name } => matches!(*name, "zero" | "one" | "two" | "few" | "many"),
        VariantKey::NumberLiteral { .. } => true,
    }
}

/// Compares the first language with the others.
///
/// # Errors
/// Names each message that a language lacks or has alone, and each whose values differ.
pub fn must_agree(languages: &[Messages]) -> Result<(), String> {
    let Some((first, others)) = languages.split_first() else { return Ok(()) };
    let mut faults = Vec::new();
    for other in others {
        let missing = first.keys().filter(|id| !other.contains_key(*id));
        faults.extend(missing.map(|id| format!("{id} is not translated")));
        let extra = other.keys().filter(|id| !first.contains_key(*id));
        faults.extend(extra.map(|id| format!("{id} has no source")));
        let differing = first
            .iter()
            .filter(|(id, message)| other.get(*id).is_some_and(|translated| translated.values != message.values));
        faults.extend(differing.map(|(id, _)| format!("{id} states other values than its source")));
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

/// The Rust types of the messages, and the files of each language in `folders`.
///
/// # Errors
/// [`io::Error`] if a folder cannot be read.
pub fn code(messages: &Messages, folders: &[PathBuf]) -> io::Result<String> {
    let mut code = String::new();
    for folder in folders {
        let language = folder.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
        let sources: Vec<_> = files(folder)?.iter().map(|file| included(file)).collect();
        // Writing to a string cannot fail.
        let _ = writeln!(code, "pub(super) const {language}: &[&str] = &[{}];", sources.join(", "));
    }
    for (id, message) in messages {
        code.push_str(&type_of(id, message));
    }
    Ok(code)
}

/// The text of a file, as Rust code.
fn included(file: &Path) -> String {
    let path = file.to_string_lossy();
    format!("include_str!({path:?})")
}

/// The type of a message: a field for each value, and the text in a language.
fn type_of(id: &str, message: &Message) -> String {
    let name = rust_name(id);
    let is_text = |kind: &Kind| *kind == Kind::Text;
    let (lifetime, elided) = if message.values.values().any(is_text) { ("<'a>", "<'_>") } else { ("", "") };
    let (mut fields, mut names, mut args) = (String::new(), String::new(), String::new());
    for (value, kind) in &message.values {
        let field = rust_name(value);
        let kind = if is_text(kind) { "&'a str" } else { "i64" };
        let _ = write!(fields, "pub(crate) {field}: {kind}, ");
        let _ = write!(names, "{field}, ");
        let _ = write!(args, "({value:?}, FluentValue::from({field})), ");
    }
    let source = message.source.replace('\\', "\\\\").replace('"', "\\\"");
    format!(
        "#[doc = \"`{source}`\"]\n\
         pub(crate) struct {name}{lifetime} {{ {fields}}}\n\
         impl {name}{elided} {{\n    \
         /// The text in this language.\n    \
         #[must_use]\n    \
         pub(crate) fn in_language(self, language: Language) -> String {{\n        \
         let Self {{ {names}}} = self;\n        \
         say(language, {id:?}, [{args}])\n    }}\n}}\n"
    )
}

fn rust_name(id: &str) -> String {
    id.replace('-', "_")
}
