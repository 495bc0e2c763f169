//! The table of settings in README.md is printed from the types that they are read into: a field is
//! a key, and the first paragraph of its comment says what it does. `Leptos.toml` has the defaults.

use std::{collections::BTreeMap, fmt::Write, fs, path::Path};

use syn::{Attribute, Expr, ExprLit, Field, Item, ItemStruct, Lit, Meta, Type};

use crate::printed;

const ABOVE: &str = "<!-- This table is printed from src/server/config. -->\n\n";
const BELOW: &str = "\n<!-- The end of what is printed. -->";
const RENEW: &str = "the settings in README.md are not those of src/server/config; renew them and look at what has changed:\n\
     SIGNET_WRITE_DOCS=1 cargo test --features ssr,failpoints,testing --test it the_table_of_settings";

#[test]
fn the_table_of_settings_says_what_the_types_say() {
    let path = repository().join("README.md");
    let page = fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(ABOVE).expect("the line above the table");
    let (printed, after) = rest.split_once(BELOW).expect("the line below the table");
    let fresh = table();
    if printed::is_to_be_written() {
        fs::write(&path, format!("{before}{ABOVE}{fresh}{BELOW}{after}")).unwrap();
        return;
    }
    assert!(printed == fresh, "{RENEW}");
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn table() -> String {
    let types = Types::read();
    let defaults = fs::read_to_string(repository().join("Leptos.toml")).unwrap().parse().unwrap();
    let mut rows = String::from("| key | default | |\n|---|---|---|\n");
    types.print(&mut rows, "Sections", "", Some(&toml::Value::Table(defaults)));
    rows
}

/// The types below `src/server/config`, by their names.
struct Types(BTreeMap<String, ItemStruct>);

impl Types {
    fn read() -> Self {
        let mut found = BTreeMap::new();
        for entry in fs::read_dir(repository().join("src/server/config")).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            for item in syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap().items {
                if let Item::Struct(item) = item {
                    found.insert(item.ident.to_string(), item);
                }
            }
        }
        Self(found)
    }

    /// A row for each key of the type `name`, and of the sections in it.
    fn print(&self, rows: &mut String, name: &str, above: &str, defaults: Option<&toml::Value>) {
        for field in &self.0[name].fields {
            let key = serde_argument(field, "rename").unwrap_or_else(|| field.ident.as_ref().unwrap().to_string());
            let default = defaults.and_then(|table| table.get(&key));
            let key = format!("{above}{key}");
            // A type of another module is read with the help of one that has its keys.
            let section = serde_argument(field, "with").unwrap_or_else(|| type_name(field));
            if self.0.contains_key(&section) {
                self.print(rows, &section, &format!("{key}."), default);
            } else {
                writeln!(rows, "{}", row(field, &key, default)).unwrap();
            }
        }
    }
}

fn row(field: &Field, key: &str, default: Option<&toml::Value>) -> String {
    let key = if type_name(field) == "BTreeMap" { format!("[[{key}]]") } else { key.to_owned() };
    let about = first_paragraph(&field.attrs);
    let about = about.strip_suffix('.').unwrap_or_else(|| panic!("{key} has no comment that ends with a full stop"));
    let (about, without) = about.split_once(". Without it: ").map_or((about, None), |(a, b)| (a, Some(b.to_owned())));
    let default = default.map(|value| match value {
        toml::Value::String(text) => format!("`{text}`"),
        other => format!("`{other}`"),
    });
    let default = default.or(without).unwrap_or_else(|| panic!("{key} is not in Leptos.toml, nor \"Without it: …\""));
    format!("| `{key}` | {default} | {}{} |", in_lower_case(about), range(field))
}

/// "; 8 to 64" for a number.
fn range(field: &Field) -> String {
    let read = serde_argument(field, "deserialize_with").unwrap_or_default();
    let Some(arguments) = read.strip_prefix("number::<_, _, ") else { return String::new() };
    let (least, most) = arguments.trim_end_matches('>').split_once(", ").unwrap();
    format!("; {least} to {}", most.replace('_', ""))
}

fn in_lower_case(text: &str) -> String {
    let first = text.chars().next().map(|c| c.to_ascii_lowercase());
    first.into_iter().chain(text.chars().skip(1)).collect()
}

fn first_paragraph(attributes: &[Attribute]) -> String {
    let docs = attributes.iter().filter(|attribute| attribute.path().is_ident("doc"));
    let lines = docs.map(|doc| match &doc.meta {
        Meta::NameValue(pair) => literal(&pair.value),
        other => panic!("{:?} is no comment", other.path().get_ident()),
    });
    let lines: Vec<String> = lines.map(|line| line.trim().to_owned()).take_while(|line| !line.is_empty()).collect();
    lines.join(" ")
}

fn literal(value: &Expr) -> String {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => text.value(),
        _ => panic!("no text"),
    }
}

/// What `#[serde(name = "…")]` says.
fn serde_argument(field: &Field, name: &str) -> Option<String> {
    let mut found = None;
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        let read = attribute.parse_nested_meta(|meta| {
            // `default` has no value.
            let Ok(value) = meta.value() else { return Ok(()) };
            let value: Expr = value.parse()?;
            if meta.path.is_ident(name) {
                found = Some(literal(&value));
            }
            Ok(())
        });
        read.unwrap();
    }
    found
}

/// The last word of a type without its arguments: "Option".
fn type_name(field: &Field) -> String {
    match &field.ty {
        Type::Path(path) => path.path.segments.last().unwrap().ident.to_string(),
        _ => panic!("no path"),
    }
}
