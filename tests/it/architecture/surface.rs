//! Names that clients can see, and paths of a machine.

use syn::spanned::Spanned;

use super::source::{Breach, Source, Tree};

/// A server function declares its own address, which is its name: no hash, no GET.
pub fn server_functions(tree: &Tree) -> Vec<Breach> {
    let mut found = Vec::new();
    for source in &tree.sources {
        for (function, attribute) in marked(source) {
            let line = attribute.span().start().line;
            let expected = format!("endpoint = \"{}\", prefix = \"/api\"", function.sig.ident);
            if arguments(attribute) != expected.replace(' ', "") {
                found.push(source.breach(line, format!("should be #[server({expected})]")));
            }
            if !source.path.starts_with("src/api/") {
                found.push(source.breach(line, "a server function outside of src/api".to_owned()));
            }
        }
    }
    found
}

/// The names of the server functions, as their files declare them.
pub fn names_of_server_functions(tree: &Tree) -> Vec<String> {
    let marked = tree.sources.iter().flat_map(marked);
    marked.map(|(function, _)| function.sig.ident.to_string()).collect()
}

fn marked(source: &Source) -> impl Iterator<Item = (&syn::ItemFn, &syn::Attribute)> {
    let functions = source.ast.items.iter().filter_map(|item| match item {
        syn::Item::Fn(function) => Some(function),
        _ => None,
    });
    functions.filter_map(|function| {
        let mark = function.attrs.iter().find(|attribute| attribute.path().is_ident("server"))?;
        Some((function, mark))
    })
}

fn arguments(attribute: &syn::Attribute) -> String {
    match &attribute.meta {
        syn::Meta::List(list) => list.tokens.to_string().replace(' ', ""),
        _ => String::new(),
    }
}

/// No file may depend on where a developer keeps the repository. The rule applies to every text file.
pub fn machine_paths(path: &str, text: &str) -> Vec<Breach> {
    // In pieces, because this file would otherwise break the rule.
    let places =
        [["/ro", "ot/"], ["/wo", "rk/"], ["/ho", "me/"], ["/Us", "ers/"], ["/tmp", "/w/"]].map(|parts| parts.concat());
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate() {
        for place in places.iter().filter(|place| line.contains(place.as_str())) {
            found.push(Breach { path: path.to_owned(), line: at + 1, what: format!("names {place}") });
        }
    }
    found
}
