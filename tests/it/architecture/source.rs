//! Source files as the rules read them: parsed, and without their tests.

use std::path::Path;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// One file below `src`.
pub struct Source {
    /// Relative to the repository, with slashes.
    pub path: String,
    /// The parsed declarations.
    pub ast: syn::File,
    /// The same as a flat list of tokens, in which the rules also find words inside macros.
    pub tokens: Vec<Token>,
}

/// A word, a sign, a literal or a bracket.
pub struct Token {
    /// As written; a doc comment is a literal.
    pub text: String,
    /// Its line, from 1.
    pub line: usize,
}

/// Everything that the rules read.
pub struct Tree {
    /// The files below `src`, except those that contain only tests.
    pub sources: Vec<Source>,
    /// Every file, relative to the repository.
    pub paths: Vec<String>,
}

/// A place that breaks a rule.
pub struct Breach {
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// A description of the breach.
    pub what: String,
}

impl Source {
    /// Parses `text` without its `#[cfg(test)]` modules.
    pub fn new(path: &str, text: &str) -> Self {
        let all: TokenStream = text.parse().unwrap_or_else(|error| panic!("{path}: {error}"));
        let code = without_tests(all);
        let mut tokens = Vec::new();
        flatten(code.clone(), &mut tokens);
        let ast = syn::parse2(code).unwrap_or_else(|error| panic!("{path}: {error}"));
        Self { path: path.to_owned(), ast, tokens }
    }

    /// A breach in this file.
    pub fn breach(&self, line: usize, what: String) -> Breach {
        Breach { path: self.path.clone(), line, what }
    }

    /// The lines in which these tokens begin: `". expect"`, `"cfg ( feature"`.
    pub fn lines_with(&self, tokens: &str) -> Vec<usize> {
        let wanted: Vec<&str> = tokens.split(' ').collect();
        let places = self.tokens.windows(wanted.len());
        let found = places.filter(|place| place.iter().zip(&wanted).all(|(token, wanted)| token.text == *wanted));
        found.map(|place| place[0].line).collect()
    }
}

impl Tree {
    /// The `files` as the rules read them: paths with their texts. Only Rust below `src` is parsed.
    pub fn new(files: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut tree = Self { sources: Vec::new(), paths: Vec::new() };
        for (path, text) in files {
            let is_rust = Path::new(&path).extension().is_some_and(|extension| extension == "rs");
            if is_rust && path.starts_with("src/") && !is_test(&path) {
                tree.sources.push(Source::new(&path, &text));
            }
            tree.paths.push(path);
        }
        tree
    }
}

/// Whether a file below `src` contains only tests.
fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/tests/")
}

/// The tokens without `#[cfg(test)] mod …`, with a body or without one.
fn without_tests(all: TokenStream) -> TokenStream {
    let all: Vec<TokenTree> = all.into_iter().collect();
    let mut kept = Vec::new();
    let mut rest = &all[..];
    while let Some(first) = rest.first() {
        let is_test = rest.len() > 4 && rest[1].to_string().replace(' ', "") == "[cfg(test)]";
        if is_test && first.to_string() == "#" && rest[2].to_string() == "mod" {
            rest = &rest[5..];
        } else {
            kept.push(first.clone());
            rest = &rest[1..];
        }
    }
    kept.into_iter().collect()
}

fn flatten(stream: TokenStream, found: &mut Vec<Token>) {
    // `::` and `->` are one token each.
    let mut joined = String::new();
    for tree in stream {
        let line = tree.span().start().line;
        match tree {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                found.push(Token { text: open.to_owned(), line });
                flatten(group.stream(), found);
                found.push(Token { text: close.to_owned(), line: group.span_close().start().line });
            }
            TokenTree::Punct(punct) => {
                joined.push(punct.as_char());
                if punct.as_char() != ':' || punct.spacing() == Spacing::Alone {
                    found.push(Token { text: std::mem::take(&mut joined), line });
                }
            }
            other => found.push(Token { text: other.to_string(), line }),
        }
    }
}

#[test]
fn comments_strings_and_tests_are_told_from_code() {
    let text = "fn f() { a(); } // sqlx\nconst Q: &str = \"sqlx \\\" {\"; fn f<'a>() {}\n/* sqlx */\n\
        #[cfg(test)]\nmod tests { fn t() { sqlx::query(); } }\n#[cfg(test)] mod more;\nfn g() { sqlx::query(\"{\") }";
    let source = Source::new("src/x.rs", text);
    assert_eq!(source.lines_with("sqlx :: query ("), [7]);
    assert_eq!(source.lines_with("sqlx"), [7]);
    assert_eq!(source.lines_with("\"sqlx \\\" {\""), Vec::<usize>::new(), "pieces are told apart by one space");
    assert_eq!(source.ast.items.len(), 4);
}
